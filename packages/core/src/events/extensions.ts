import type { IClient } from "../clients/client.ts";
import type { RequestContext } from "../exchange/responder.ts";
import { type Awaitable, chain, isPromise } from "../ports/awaitable.ts";
import type { Cancel, Log } from "../ports/ports.ts";
import type { Message, ReceivedMessage } from "../protocol/message.ts";

/** Whose message it is and how it came; both are missing where the server itself speaks. */
export interface ExtensionContext {
  /** Missing for a handshake. */
  readonly client?: IClient;
  readonly context?: RequestContext;
  /** For a reply: the message that it answers. */
  readonly request?: Message;
  /**
   * For a message to subscribers of a channel with a history: what stands for the message's position in the log, which is
   * not known yet. To be put at one place in the message where a number is to stand.
   */
  readonly position?: unknown;
}

/**
 * Sees and may change every message at two points; messages of clients that are not known come by neither.
 * Answers false to delete the message: a request is then answered with `404::message_deleted`, and a message to
 * subscribers goes nowhere. A reply cannot be deleted, since every message is answered.
 * One that throws or rejects has the message answered with `500::server_error`, and it goes no further.
 */
export interface IExtension {
  /** For the log. */
  readonly name: string;
  /** Before a message from a client is handled. Setting its `fault` has it answered with that error, and not handled. */
  incoming?(message: ReceivedMessage, context: ExtensionContext): Awaitable<unknown>;
  /** Before a reply, or a message to subscribers, is encoded; for the latter once, whatever their number. */
  outgoing?(message: Message, context: ExtensionContext): Awaitable<unknown>;
  /**
   * When the reply to a connect leaves, at once or after it was held, and it is known which messages leave with it: they end
   * with `client.position`. Called after `outgoing`, and only synchronously; one that throws is logged.
   */
  leaving?(reply: Message, client: IClient): void;
}

/** The extensions of one Comet. Incoming messages pass them in the order they were added, outgoing ones in reverse. */
export class Extensions {
  #incoming: readonly IExtension[] = [];
  #outgoing: readonly IExtension[] = [];
  #leaving: readonly IExtension[] = [];
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  get hasIncoming(): boolean {
    return this.#incoming.length > 0;
  }

  get hasOutgoing(): boolean {
    return this.#outgoing.length > 0;
  }

  use(extension: IExtension): Cancel {
    if (extension.incoming) this.#incoming = [...this.#incoming, extension];
    if (extension.outgoing) this.#outgoing = [extension, ...this.#outgoing];
    if (extension.leaving) this.#leaving = [extension, ...this.#leaving];
    return () => {
      this.#leaving = this.#leaving.filter((other) => other !== extension);
      this.#incoming = this.#incoming.filter((other) => other !== extension);
      this.#outgoing = this.#outgoing.filter((other) => other !== extension);
    };
  }

  /** False: the message was deleted. */
  incoming(message: ReceivedMessage, context: ExtensionContext): Awaitable<boolean> {
    return pass(this.#incoming, 0, (extension) => extension.incoming?.(message, context));
  }

  /** False: the message was deleted. */
  outgoing(message: Message, context: ExtensionContext): Awaitable<boolean> {
    return pass(this.#outgoing, 0, (extension) => extension.outgoing?.(message, context));
  }

  leaving(reply: Message, client: IClient): void {
    for (const extension of this.#leaving) {
      try {
        extension.leaving?.(reply, client);
      } catch (cause) {
        this.#log("error", `The extension "${extension.name}" failed.`, { cause });
      }
    }
  }
}

function pass(
  extensions: readonly IExtension[],
  from: number,
  step: (extension: IExtension) => Awaitable<unknown>,
): Awaitable<boolean> {
  for (let index = from; index < extensions.length; index++) {
    const answer = step(extensions[index] as IExtension);
    if (answer === false) return false;
    if (isPromise(answer)) {
      return chain(answer, (later) => later !== false && pass(extensions, index + 1, step));
    }
  }
  return true;
}
