import { bayeuxError, kindOf, type Message } from "@encke/core";
import { dataOf } from "./binary-form.ts";
import type { Namespace } from "./namespace.ts";

/** What the answer to an event says: in the form of `{ ok: true }`, with a result where there is one. */
export type Receipt =
  | { readonly ok: true; readonly data?: unknown }
  | { readonly ok: false; readonly error: string; readonly data?: unknown };

/** What an event asks of the Comet. */
export interface Wish {
  readonly message: object;
  /** What is called, where a result is to follow. */
  readonly target?: string;
}

/** The sender, and what its messages are told apart by. */
export interface Sender {
  readonly namespace: Namespace;
  readonly clientId: string;
  newId(): string;
}

type Verb = (args: readonly unknown[], sender: Sender) => Wish | string;

/** Events that are not published, but are for the Comet. */
const VERBS: ReadonlyMap<unknown, Verb> = new Map<string, Verb>([
  ["subscribe", ([subscription], sender) => asks("/meta/subscribe", subscription, sender)],
  ["unsubscribe", ([subscription], sender) => asks("/meta/unsubscribe", subscription, sender)],
  ["publish", ([channel, ...args], sender) => publishes(channel, args, sender)],
  ["call", ([target, ...args], sender) => calls(target, args, sender)],
]);

/** What the event asks for. An error in its place: it makes no sense. */
export function wishOf([event, ...args]: readonly unknown[], sender: Sender): Wish | string {
  const verb = VERBS.get(event);
  if (verb !== undefined) return verb(args, sender);
  const channel = typeof event === "string" ? sender.namespace.channelOf(event) : undefined;
  return channel === undefined
    ? bayeuxError("channel_invalid", [String(event).slice(0, LONGEST_SHOWN)])
    : publishes(channel, args, sender);
}

export function receiptOf({ successful, error, data }: Message): Receipt {
  const result = data === undefined ? {} : { data };
  return successful === false
    ? { ok: false, error: error ?? "", ...result }
    : { ok: true, ...result };
}

const LONGEST_SHOWN = 64;

function asks(channel: string, subscription: unknown, { clientId }: Sender): Wish {
  return { message: { channel, subscription, clientId } };
}

function publishes(channel: unknown, args: readonly unknown[], sender: Sender): Wish | string {
  // The Comet would take it for a request of the protocol.
  if (typeof channel !== "string" || kindOf(channel) === "meta") {
    return bayeuxError("channel_invalid", [String(channel).slice(0, LONGEST_SHOWN)]);
  }
  const [argument = null] = args;
  const data = args.length > 1 ? undefined : dataOf(argument);
  if (data === undefined) return bayeuxError("field_invalid", ["data"]);
  const { clientId } = sender;
  return { message: { channel, data, id: sender.newId(), clientId } };
}

function calls(target: unknown, args: readonly unknown[], sender: Sender): Wish | string {
  if (typeof target !== "string") return bayeuxError("field_invalid", ["target"]);
  const name = target.replace(/^\//, "");
  const wish = publishes(`/service/${name}`, args, sender);
  if (typeof wish === "string") return wish;
  // Who waits for a result is to be told where nobody would ever give one.
  return { target: name, message: { ...wish.message, ext: { call: true } } };
}
