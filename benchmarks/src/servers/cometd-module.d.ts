declare module "cometd-nodejs-server" {
  import type { RequestListener } from "node:http";

  export function createCometDServer(): { readonly handle: RequestListener };
}
