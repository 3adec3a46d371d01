import type { ICometAsyncResult } from "../exchange/comet-async-result.ts";
import { type Awaitable, attempt, chain, forEachInOrder } from "../ports/awaitable.ts";
import type { IMessageLog, LogEntry, Position } from "../store/message-log.ts";
import { type CatchUp, letIn } from "./catch-up.ts";
import type { LocalClient } from "./client.ts";
import type { LocalClients } from "./local-clients.ts";
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
  readonly local: LocalClients;
  readonly streams: Streams;
  readonly catchUp: CatchUp;
  readonly replays: Replays | undefined;
}

/** Opens streams, and has what an earlier one of the client may have lost on its way sent again. */
export class Resumption {
  readonly #log: IMessageLog;
  readonly #local: LocalClients;
  readonly #streams: Streams;
  readonly #catchUp: CatchUp;

  readonly #replays: Replays | undefined;

  constructor({ log, local, streams, catchUp, replays }: ResumptionParts) {
    this.#log = log;
    this.#local = local;
    this.#streams = streams;
    this.#catchUp = catchUp;
    this.#replays = replays;
  }

  /** Undefined: the client is gone. */
  open(client: LocalClient, stream: NewStream): Awaitable<StreamStart | undefined> {
    const { after } = stream;
    if (after === undefined || this.#log.partitions > 1) return this.#start(client, stream);
    return client.reading.run(() =>
      chain(this.#readAgain(client, after), () => this.#start(client, stream)),
    );
  }

  #readAgain(client: LocalClient, after: Position): Awaitable<void> {
    if (!client.isAlive) return;
    return chain(this.#published(after), (published) => {
      this.#streams.displace(client);
      // What has left with connects since then is not sent again.
      const from = Math.max(published, client.answeredUpTo);
      const putBack = this.#emptied(client);
      return attempt(
        () => this.#fill(client, from),
        (cause) => {
          putBack();
          throw cause;
        },
      );
    });
  }

  /** Makes room in the mailbox for what is read again. What it answers with undoes that: a client may go on without a stream. */
  #emptied(client: LocalClient): () => void {
    const { mailbox } = client;
    const before = mailbox.all.map((entry) => ({ entry, isOpen: mailbox.isUndecided(entry) }));
    mailbox.clear();
    return () => {
      if (!client.isAlive) return;
      const backlog = client.backlog ?? [];
      client.backlog = undefined;
      mailbox.clear();
      for (const { entry, isOpen } of before) {
        if (isOpen) this.#local.offerAgain(client, 0, entry);
        else this.#local.queueReplayed(client, entry);
      }
      client.backlog = backlog;
      letIn(client, this.#local, this.#log);
    };
  }

  #fill(client: LocalClient, from: Position): Awaitable<void> {
    // What the feed brings while histories are read is in the log, too, and is read there.
    client.backlog = [];
    return chain(this.#replayAgain(client, from), () => {
      const replayed = client.mailbox.all;
      return chain(this.#catchUp.run(client, [from]), () => waitAgain(client, from, replayed));
    });
  }

  /** Where the feed has got. Only where the log has one partition. */
  get #head(): Position {
    return this.#local.heads[0] ?? 0;
  }

  /** The position, or the last one if this was never given out: nobody has got what was never published. */
  #published(after: Position): Awaitable<Position> {
    if (after <= this.#head) return after;
    return chain(this.#log.head(0), (head) => Math.min(after, head));
  }

  /** Messages of a history stand where their subscription begins, and are not found in the log there. */
  #replayAgain(client: LocalClient, from: Position): Awaitable<void> {
    const replays = this.#replays;
    if (replays === undefined || client.acknowledges) return;
    const missed = [...client.patterns.values()].filter(({ since }) => (since[0] ?? 0) > from);
    return forEachInOrder(missed, (subscription) => replays.bring(client, subscription));
  }

  #start(client: LocalClient, { result, transport }: NewStream): StreamStart | undefined {
    if (!client.isAlive) return undefined;
    this.#streams.open(client, result, transport);
    if (this.#log.partitions > 1) return {};
    // What still waits, for others or for a policy, is not behind the reader.
    const next = client.mailbox.firstAfter(client.position);
    const position = next && next.position - 1;
    return { position: position ?? Math.max(this.#head, client.position) };
  }
}

/** What is to be sent again does not count as sent: the next stream may be resumed from before it, too. */
function waitAgain(client: LocalClient, from: Position, replayed: readonly LogEntry[]): void {
  const { mailbox } = client;
  // It stands where its subscription begins, and what was read after it may be older.
  if (replayed.length > 0) mailbox.putInOrder(new Set(replayed));
  const first = mailbox.firstAfter(from);
  if (first !== undefined) client.position = Math.min(client.position, first.position - 1);
}
