declare module "faye" {
  import type { Server } from "node:http";

  interface NodeAdapter {
    attach(server: Server): void;
  }
  const faye: { readonly NodeAdapter: new (options: { readonly mount: string }) => NodeAdapter };
  export = faye;
}
