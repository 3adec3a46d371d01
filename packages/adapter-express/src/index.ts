export {
  attachWebSockets,
  type CometHandler,
  type CometHttpOptions,
} from "@encke/adapter-node-http";
export { cometMiddleware } from "./comet-middleware.ts";
