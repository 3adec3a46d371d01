import { createRequire } from "node:module";
import { CometD as OwnCometD } from "@encke/client/compat";
import { CometD } from "cometd";
import { adapt } from "cometd-nodejs-client";
import { WORLD } from "../../client-own/support.ts";
import { CometdDriver } from "../drivers/cometd-driver.ts";
import { FayeDriver, type FayeLibrary } from "../drivers/faye-driver.ts";
import type { ClientOptions, RealClient } from "../drivers/real-client.ts";
import type { Host, Visit } from "./host.ts";

const faye = createRequire(import.meta.url)("faye") as FayeLibrary;

type MakeClient = (options: ClientOptions, visit: Visit) => RealClient;

class NodeHost implements Host {
  readonly #make: MakeClient;
  readonly #clients: RealClient[] = [];

  constructor(make: MakeClient) {
    this.#make = make;
  }

  open(options: ClientOptions, visit: Visit): Promise<RealClient> {
    const client = this.#make(options, visit);
    this.#clients.push(client);
    return Promise.resolve(client);
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.disconnect()));
  }
}

/** All of its clients share one jar of cookies: that of the whole process, which starts empty here. */
export function openCometdHost(): Host {
  adapt();
  return new NodeHost((options) => new CometdDriver(CometD, options));
}

/** The `CometD` of the client, which takes the place of the one of the library. Each has its own cookies. */
export function openCompatHost(): Host {
  let chances = 0;
  // Never the same: clients tell themselves apart by it.
  const random = (): number => WORLD.random() + ++chances / 1_000_000;
  class Library extends OwnCometD {
    constructor() {
      super("compat", { world: { ...WORLD, random } });
    }
  }
  return new NodeHost((options) => new CometdDriver(Library as unknown as typeof CometD, options));
}

/** Each of its clients has its own cookies, beside one that they may all have from an earlier visit. */
export function openFayeHost(): Host {
  return new NodeHost((options, { cookie }) => {
    const headers = cookie === undefined ? {} : { Cookie: `${cookie.name}=${cookie.value}` };
    return new FayeDriver(faye, options, headers);
  });
}
