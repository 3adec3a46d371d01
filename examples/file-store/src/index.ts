export type { FileStoreOptions } from "./file-store.ts";
export { FileStore } from "./file-store.ts";
