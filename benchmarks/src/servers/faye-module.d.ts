declare module "faye" {
  import type { Server } from "node:http";

  interface NodeAdapter {
    attach(server: Server): void;
  }
  interface Options {
    readonly mount: string;
    readonly engine?: { readonly type: unknown; readonly host: string; readonly port: number };
  }
  const faye: { readonly NodeAdapter: new (options: Options) => NodeAdapter };
  export = faye;
}

declare module "faye-redis" {
  const engine: unknown;
  export = engine;
}
