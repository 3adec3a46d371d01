import type { CometAsyncResult, Message, StreamStart } from "@encke/core";
import { ask } from "./ask.ts";
import type { BridgedComet } from "./bridged-comet.ts";
import { clientIdOf, type Recovery, recoveryIn } from "./recovery.ts";
import type { SessionContext } from "./session-context.ts";

export type Auth = Readonly<Record<string, unknown>>;

/** A client, and the way out that is open for it. */
export interface Joined {
  readonly clientId: string;
  /** What the peer knows it by. */
  readonly key: string;
  readonly start: StreamStart;
  readonly recovery?: Recovery;
}

/** The Comet has said no. Its message is the error of the reply. */
export class Refused extends Error {}

const UNKNOWN_CLIENT = "402";

/** Who joins, and with what. */
export interface Joining {
  readonly comet: BridgedComet;
  readonly context: SessionContext;
  /** Where its messages are to go. */
  readonly result: CometAsyncResult;
  readonly patterns: readonly string[];
  /** Called as soon as there is a client. One that is new has to be ended if the rest fails. */
  onClient(clientId: string, isNew: boolean): void;
}

/** Lets somebody be the client that it was, or makes one. Rejects with {@link Refused}, or what the Comet rejects with. */
export async function join(joining: Joining, auth: Auth): Promise<Joined> {
  const { pid, offset, ...others } = auth;
  const recovery = recoveryIn(pid, offset);
  const recovered = recovery && (await recover(joining, recovery));
  return recovered ?? (await begin(joining, others));
}

/** Undefined: there is no such client any more. */
async function recover(joining: Joining, recovery: Recovery): Promise<Joined | undefined> {
  const { key, after } = recovery;
  const clientId = clientIdOf(key);
  const reply = await connect(joining, clientId);
  if (reply.successful !== true) {
    if (reply.error?.startsWith(UNKNOWN_CLIENT)) return undefined;
    throw refusalOf(reply);
  }
  joining.onClient(clientId, false);
  const start = await open(joining, { clientId, after });
  return start && { clientId, key, start, recovery };
}

async function begin(joining: Joining, auth: Auth): Promise<Joined> {
  const { comet, context, patterns } = joining;
  const [welcome] = await ask(comet, handshakeWith(auth, context), context);
  const { clientId } = welcome;
  if (welcome.successful !== true || clientId === undefined) throw refusalOf(welcome);
  joining.onClient(clientId, true);
  if (patterns.length > 0) {
    const subscribe = { channel: "/meta/subscribe", subscription: patterns, clientId };
    const replies = await ask(comet, subscribe, context);
    for (const reply of replies) if (reply.successful !== true) throw refusalOf(reply);
  }
  const connected = await connect(joining, clientId);
  if (connected.successful !== true) throw refusalOf(connected);
  const start = await open(joining, { clientId });
  if (start === undefined) throw new Refused("402::session_unknown");
  return { clientId, key: context.key, start };
}

/** Answered at once. What waits for the client stays where it is: it is for the stream. */
async function connect({ comet, context }: Joining, clientId: string): Promise<Message> {
  const connectionType = context.transport;
  const message = { channel: "/meta/connect", connectionType, clientId, advice: { timeout: 0 } };
  const [reply] = await ask(comet, message, context);
  return reply;
}

function open(
  { comet, context, result }: Joining,
  request: { readonly clientId: string; readonly after?: number },
): Promise<StreamStart | undefined> {
  return comet.bus.openStream(request, result, context);
}

function handshakeWith(auth: Auth, { transport }: SessionContext): object {
  const supportedConnectionTypes = [transport];
  return { channel: "/meta/handshake", version: "1.0", supportedConnectionTypes, ext: { auth } };
}

function refusalOf({ error = "" }: Message): Refused {
  return new Refused(error);
}
