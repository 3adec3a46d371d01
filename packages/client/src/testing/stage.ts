import { CometClient } from "../comet-client.ts";
import type { Message } from "../message.ts";
import type { ClientOptions } from "../settings.ts";
import { FakeFactory, FakeWorld, settled } from "./fake-world.ts";

export const HANDSHAKE = "/meta/handshake";
export const CONNECT = "/meta/connect";
export const SUBSCRIBE = "/meta/subscribe";

export interface Stage {
  readonly world: FakeWorld;
  readonly factory: FakeFactory;
  readonly client: CometClient;
  /** The names of the events so far. */
  readonly events: string[];
}

export function stage(options: ClientOptions = {}): Stage {
  const world = new FakeWorld();
  const factory = new FakeFactory();
  const client = new CometClient("/comet", { transports: [factory], world, ...options });
  const events: string[] = [];
  for (const type of ["connecting", "connected", "interrupted", "disconnected", "error"] as const) {
    client.addEventListener(type, () => events.push(type));
  }
  return { world, factory, client, events };
}

export async function welcome({ factory }: Stage, fields: Partial<Message> = {}): Promise<void> {
  await settled();
  factory.latest.reply(HANDSHAKE, {
    clientId: "c",
    supportedConnectionTypes: ["fake", "other"],
    ...fields,
  });
  await settled();
}

export async function connect(at: Stage, fields: Partial<Message> = {}): Promise<void> {
  const connecting = at.client.connect();
  await welcome(at, fields);
  at.factory.latest.reply(CONNECT);
  await connecting;
  await settled();
}
