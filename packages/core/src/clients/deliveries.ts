import { WorkList } from "../collections/work-list.ts";
import type { ICometAsyncResult } from "../exchange/comet-async-result.ts";
import type { Connection } from "../exchange/responder.ts";
import { type Awaitable, chain, isPromise } from "../ports/awaitable.ts";
import type { Ports } from "../ports/ports.ts";
import { type TimerWheel, WheelTimer } from "../ports/timer-wheel.ts";
import { Batch, BatchCache } from "../protocol/batch.ts";
import { encodeMessage } from "../protocol/encode.ts";
import type { Message } from "../protocol/message.ts";
import type { LogEntry } from "../store/message-log.ts";
import type { LocalClient } from "./client.ts";
import { putBack } from "./put-back.ts";

/**
 * How long one round may keep others from their turn, in milliseconds, and after how many clients it looks at the clock. Between
 * two short ones, the polls of those who have got a message are read before others have got it.
 */
const ROUND_MS = 10;
const CLIENTS_BETWEEN_LOOKS = 16;

const NOTHING: readonly LogEntry[] = [];

type Unsettled = NonNullable<LocalClient["unsettled"]>;

/** Who wants to know what became of messages on their way out. */
export interface IDeliveryObserver {
  /** The messages have left for the client. */
  onDelivered(client: LocalClient, entries: readonly LogEntry[]): void;
  /** Messages that did not leave are in the client's mailbox again, which may be too full now. */
  onTakenBack(client: LocalClient): void;
  /** The held connect of the client is over, and nothing is open for it now. */
  onReleased(client: LocalClient): void;
  /**
   * Messages are about to leave for a client that acknowledges them by milestones. Answers with the one that it will have
   * reached, when it stands in the store; undefined: they may not leave.
   */
  onMilestone(client: LocalClient, entries: readonly LogEntry[]): Awaitable<number | undefined>;
  /**
   * Messages are about to leave for a client that does not acknowledge them. Answers with true when it stands in the store
   * that it has them, or need not; false: another node serves it now, and they may not leave.
   */
  onParting(client: LocalClient, entries: readonly LogEntry[]): Awaitable<boolean>;
  /** A reply is about to leave behind the messages that it brings. May still be changed. */
  onLeaving(client: LocalClient, reply: Message): void;
}

/**
 * Brings messages from mailboxes to held connects, once for each turn of the event loop: what a turn
 * produced for a client leaves in one write, and clients that get the same share its text.
 */
export class Deliveries {
  readonly #ports: Ports;
  readonly #wheel: TimerWheel;
  readonly #observer: IDeliveryObserver;
  readonly #batches = new BatchCache();
  readonly #marked = new WorkList<LocalClient>();
  #isScheduled = false;

  constructor(ports: Ports, wheel: TimerWheel, observer: IDeliveryObserver) {
    this.#ports = ports;
    this.#wheel = wheel;
    this.#observer = observer;
  }

  /** Something is there for the client, or its way out has become free: looked at when the turn ends. */
  mark(client: LocalClient): void {
    this.#hurry(client);
    if (client.isMarked || !client.isHeld) return;
    client.isMarked = true;
    this.#marked.add(client);
    this.#schedule();
  }

  /** The newest message may wait `ms` milliseconds for others. Those that wait already may not, or have been waiting. */
  markLazily(client: LocalClient, ms: number): void {
    const isAlone = client.mailbox.waiting === 1;
    if (isAlone) {
      client.lazy ??= new WheelTimer(() => this.mark(client));
      this.#wheel.set(client.lazy, ms);
    } else if (client.lazy?.isSet !== true) this.mark(client);
  }

  /** The answer that is on its way need not arrive: the client has given it up. */
  abort({ unsettled }: LocalClient): void {
    unsettled?.result.abort();
    unsettled?.recall?.();
  }

  /** One who acknowledges is to be sent again, and at once, what it has not acknowledged. */
  askAgain(client: LocalClient): void {
    if (client.askAgain()) this.#hurry(client);
  }

  /** The same of what left over a stream: what a connect brought is acknowledged, or asked for, with the next one. */
  streamAgain(client: LocalClient): void {
    if (client.mailbox.rewind(client.position) !== undefined) this.#hurry(client);
  }

  /** Looks at once, and sends what waits for the client if its stream or its held connect can take it. */
  deliver(client: LocalClient): void {
    client.isMarked = false;
    const result = this.#due(client);
    if (result === undefined) return;
    if (leavesAside(client, result)) this.#stream(client, result);
    else this.release(client);
  }

  /** The way out for what waits for the client. Undefined: nothing does, or it may not leave yet. */
  #due(client: LocalClient): ICometAsyncResult | undefined {
    // Who has gone on elsewhere while this node stood still has got it there.
    this.#wheel.noticeStandstill();
    if (client.isDoubtful || client.ahead !== undefined) return;
    if (client.mailbox.isWaiting || client.lazy?.isSet === true) return;
    const { result } = client.stream ?? client.held ?? {};
    return result?.isReady ? result : undefined;
  }

  /**
   * Answers another request than a connect. What waits for the client goes with the replies, where it would leave on this
   * very connection when the turn ends: that is one write less for each message that its publisher gets, too.
   */
  answerOn(
    connection: Connection,
    client: LocalClient,
    result: ICometAsyncResult,
    replies: readonly Message[],
  ): void {
    const encoded = replies.map((reply) => encodeMessage(reply));
    const way = client.held?.connection === connection ? this.#due(client) : undefined;
    if (way === undefined || !leavesAside(client, way)) {
      result.completeRequestWithMessages(new Batch(encoded));
      return;
    }
    const entries = this.#take(client);
    const wasSent = result.completeRequestWithMessages(new Batch([...encoded, ...entries]));
    if (wasSent) this.#observer.onDelivered(client, entries);
    else putBack(client, entries);
  }

  /** Answers the held connect with what waits for the client and its reply, to which `changes` are made. */
  release(client: LocalClient, changes?: Partial<Message>): void {
    const { held } = client;
    if (held === undefined) return;
    client.held = undefined;
    this.complete(client, held.result, [changes ? { ...held.reply, ...changes } : held.reply]);
    this.#observer.onReleased(client);
  }

  /**
   * The last word of an exchange: what waits for the client, unless it has a stream for that, then the replies.
   * Messages that do not leave wait again.
   */
  complete(client: LocalClient, result: ICometAsyncResult, replies: readonly Message[]): void {
    const entries = client.stream === undefined ? this.#take(client) : NOTHING;
    if (entries.length === 0) this.#answer(client, { result, entries }, replies);
    else if (!client.acknowledges) this.#answerWhenWritten(client, { result, entries }, replies);
    else if (!hasMilestones(client)) this.#answer(client, { result, entries }, replies);
    else if (client.isAlive) this.#answerWithMilestone(client, { result, entries }, replies);
    // Who serves it next knows nothing of a milestone of these messages, and sends them.
    else this.#answer(client, { result, entries: NOTHING }, replies);
  }

  #answerWithMilestone(client: LocalClient, sent: Unsettled, replies: readonly Message[]): void {
    client.unsettled = sent;
    void chain(this.#observer.onMilestone(client, sent.entries), (milestone) => {
      // A newer connect of it has come, and asked for all of this again.
      if (client.unsettled !== sent) return;
      client.unsettled = undefined;
      if (milestone === undefined) client.askAgain();
      else client.position = milestone;
      this.#answer(client, milestone === undefined ? { ...sent, entries: NOTHING } : sent, replies);
    });
  }

  /** Whoever gets them may come to another node at once, which must know that. */
  #answerWhenWritten(client: LocalClient, sent: Unsettled, replies: readonly Message[]): void {
    const written = this.#observer.onParting(client, sent.entries);
    // Not with what waits in one method: its closures would be prepared for every message that need not wait.
    if (isPromise(written)) this.#awaitWritten(client, sent, replies, written);
    else this.#answer(client, written === true ? sent : { ...sent, entries: NOTHING }, replies);
  }

  #awaitWritten(
    client: LocalClient,
    sent: Unsettled,
    replies: readonly Message[],
    written: PromiseLike<boolean>,
  ): void {
    const recall = (): void => {
      client.unsettled = undefined;
      this.#takeBack(client, sent.entries);
    };
    const unsettled = { ...sent, recall };
    client.unsettled = unsettled;
    void chain(written, (isOurs) => {
      if (client.unsettled !== unsettled) return;
      client.unsettled = undefined;
      this.#answer(client, isOurs ? sent : { ...sent, entries: NOTHING }, replies);
    });
  }

  #answer(client: LocalClient, unsettled: Unsettled, replies: readonly Message[]): void {
    const { result, entries } = unsettled;
    let batch = this.#batchOf(entries);
    // How far it has got is for the node to say that serves it, unless these messages bring it there.
    const isKnown = entries.length > 0 || !client.isElsewhere;
    for (const reply of replies) {
      if (isKnown) this.#observer.onLeaving(client, reply);
      batch = batch.with(encodeMessage(reply, client.id));
    }
    const { toldGap } = client;
    client.toldGap = undefined;
    // An older answer must not reach a client that acknowledges after a newer one: it says how far the client has got.
    if (entries.length === 0 && toldGap === undefined && !client.mailbox.isKeeping) {
      result.completeRequestWithMessages(batch);
      return;
    }
    client.unsettled = unsettled;
    const settle = (wasSent: boolean): void => {
      if (client.unsettled !== unsettled) return;
      client.unsettled = undefined;
      // Bad news that did not leave are told again.
      if (wasSent && client.gap === toldGap) client.gap = undefined;
      if (wasSent) this.#left(client, entries);
      else this.#takeBack(client, entries);
    };
    if (!result.completeRequestWithMessages(batch, settle)) settle(false);
  }

  #stream(client: LocalClient, result: ICometAsyncResult): void {
    const entries = this.#take(client);
    if (!result.sendAwaitingMessages(this.#batchOf(entries))) putBack(client, entries);
    else if (!client.mailbox.isKeeping) this.#observer.onDelivered(client, entries);
    // On a stream there is no word of a milestone, and nothing by which it could be acknowledged.
    else if (hasMilestones(client)) client.haveArrived((entry) => entries.includes(entry));
  }

  #take(client: LocalClient): readonly LogEntry[] {
    this.#hurry(client);
    const entries = client.mailbox.take();
    // Who acknowledges repeats what the reply to a connect says, and that must not be what a stream may have lost.
    if ((client.stream === undefined || !client.acknowledges) && !hasMilestones(client)) {
      client.position = entries.at(-1)?.position ?? client.position;
    }
    return entries;
  }

  #hurry({ lazy }: LocalClient): void {
    if (lazy !== undefined) this.#wheel.clear(lazy);
  }

  #batchOf(entries: readonly LogEntry[]): Batch {
    // Whatever is shared is forgotten when the turn ends, also where nothing else is to be done then.
    if (entries.length > 0) this.#schedule();
    return this.#batches.of(entries);
  }

  #left(client: LocalClient, entries: readonly LogEntry[]): void {
    // One who acknowledges says itself what has arrived.
    if (client.acknowledges) return;
    client.answeredUpTo = entries.at(-1)?.position ?? client.answeredUpTo;
    this.#observer.onDelivered(client, entries);
  }

  #takeBack(client: LocalClient, entries: readonly LogEntry[]): void {
    if (entries.length === 0) return;
    putBack(client, entries);
    this.#observer.onTakenBack(client);
    this.mark(client);
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#ports.endOfTurn(this.#round);
  }

  readonly #round = (): void => {
    this.#isScheduled = false;
    const end = this.#ports.now() + ROUND_MS;
    for (let count = 1; !this.#marked.isEmpty; count++) {
      this.deliver(this.#marked.take() as LocalClient);
      if (count % CLIENTS_BETWEEN_LOOKS === 0 && this.#ports.now() >= end) break;
    }
    if (this.#marked.isEmpty) this.#batches.clear();
    else this.#schedule();
  };
}

/** What is to be acknowledged leaves with a connect: its reply says how far it brought the client. */
function leavesAside(client: LocalClient, { isStreaming }: ICometAsyncResult): boolean {
  return isStreaming && (client.stream !== undefined || !client.mailbox.isKeeping);
}

function hasMilestones({ milestones, acknowledges }: LocalClient): boolean {
  return milestones !== undefined && acknowledges;
}
