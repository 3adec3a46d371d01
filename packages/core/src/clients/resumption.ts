import type { ICometAsyncResult } from "../exchange/comet-async-result.ts";
import { type Awaitable, chain, forEachInOrder } from "../ports/awaitable.ts";
import type { IMessageLog, Position } from "../store/message-log.ts";
import type { CatchUp } from "./catch-up.ts";
import type { LocalClient } from "./client.ts";
import type { Replays } from "./replays.ts";
import type { Streams } from "./streams.ts";

/** A stream that is to be opened for a client. */
export interface NewStream {
  readonly result: ICometAsyncResult;
  /** The connection type with which it goes. */
  readonly transport: string;
  /** The position up to which the peer has all that an earlier stream brought. Missing: it had none, or does not know. */
  readonly after?: number | undefined;
}

/** Where an opened stream begins. */
export interface StreamStart {
  /** A position from which the stream could be resumed before its first message came. Missing where the log has several partitions. */
  readonly position?: Position;
}

export interface ResumptionParts {
  readonly log: IMessageLog;
  readonly streams: Streams;
  readonly catchUp: CatchUp;
  readonly replays: Replays | undefined;
}

/** Opens streams, and has what an earlier one of the client may have lost on its way sent again. */
export class Resumption {
  readonly #log: IMessageLog;
  readonly #streams: Streams;
  readonly #catchUp: CatchUp;

  readonly #replays: Replays | undefined;

  constructor({ log, streams, catchUp, replays }: ResumptionParts) {
    this.#log = log;
    this.#streams = streams;
    this.#catchUp = catchUp;
    this.#replays = replays;
  }

  /** One after the other: two that come at once must not read for the same mailbox. Undefined: the client is gone. */
  open(client: LocalClient, stream: NewStream): Awaitable<StreamStart | undefined> {
    return client.lane.run(() => {
      if (this.#log.partitions > 1) return this.#start(client, stream, {});
      return chain(this.#log.head(0), (head) =>
        chain(this.#readAgain(client, stream, head), () =>
          this.#start(client, stream, { position: head }),
        ),
      );
    });
  }

  #readAgain(client: LocalClient, { after }: NewStream, head: Position): Awaitable<void> {
    if (after === undefined || !client.isAlive) return;
    this.#streams.displace(client);
    client.mailbox.clear();
    // What has left with connects since then is not sent again, and nobody has got what was never published.
    const from = Math.min(Math.max(after, client.answeredUpTo), head);
    return chain(this.#replayAgain(client, from), () => this.#catchUp.run(client, [from]));
  }

  /** Messages of a history stand where their subscription begins, and are not found in the log there. */
  #replayAgain(client: LocalClient, from: Position): Awaitable<void> {
    const replays = this.#replays;
    if (replays === undefined || client.acknowledges) return;
    const missed = [...client.patterns.values()].filter(({ since }) => (since[0] ?? 0) > from);
    return forEachInOrder(missed, (subscription) =>
      chain(replays.bring(client, subscription), () => undefined),
    );
  }

  #start(
    client: LocalClient,
    { result, transport }: NewStream,
    start: StreamStart,
  ): StreamStart | undefined {
    // A client that is gone has no use for a stream, and neither has a peer that left while messages were read.
    if (!client.isAlive) return undefined;
    if (result.isOpen) this.#streams.open(client, result, transport);
    return start;
  }
}
