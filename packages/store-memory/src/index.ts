export type { ClientNews, IClientNewsLog } from "./client-news.ts";
export { MemoryClients } from "./memory-clients.ts";
export { MemoryLog } from "./memory-log.ts";
export { MemoryStore } from "./memory-store.ts";
export type { MemoryLogOptions, MemoryStoreOptions } from "./settings.ts";
