import type { ICometAsyncResult } from "../exchange/comet-async-result.ts";
import type { Connection } from "../exchange/responder.ts";
import type { Message } from "../protocol/message.ts";

/**
 * A connect whose answer comes later. A class, because V8 learns of an object literal that what it makes lives long, and then
 * makes it in the old space: there each keeps its whole exchange, long answered, from being collected with the young.
 */
export class HeldConnect {
  readonly result: ICometAsyncResult;
  readonly reply: Message;
  /** On which it came. */
  readonly connection: Connection | undefined;

  constructor(result: ICometAsyncResult, reply: Message, connection: Connection | undefined) {
    this.result = result;
    this.reply = reply;
    this.connection = connection;
  }
}

/** A way out that a client has beside its connects. */
export interface OpenStream {
  readonly result: ICometAsyncResult;
  /** The connection type with which it goes. */
  readonly transport: string;
}
