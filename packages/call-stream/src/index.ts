export { stream } from "./stream.ts";
