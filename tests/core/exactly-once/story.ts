import type { EndReason } from "@encke/core";
import type { StoreMethod } from "@encke/store-testkit";
import type { FakePorts } from "../../support/fake-ports.ts";
import type { StoreKind, World } from "../../support/world.ts";
import { type Action, CLIENTS, type End } from "./actions.ts";
import { Peer, type Way } from "./peer.ts";
import { Publications } from "./publications.ts";
import type { RequestDetails } from "./request.ts";
import type { Session } from "./session.ts";
import { AWAY, keepAlive, LAZY, worldsOf } from "./worlds.ts";

/** By how many milliseconds a look at a clock that is moved in steps may be wrong. */
const STEP = 100;

/** How each of the clients gets its messages. */
const WAYS: readonly Way[] = [
  "connects",
  "acknowledgements",
  "stream",
  "acknowledged stream",
  "connection",
];

/** Acts a list of actions out on a Comet, and notes what should not have happened. */
export class Story {
  readonly faults: string[] = [];
  /** One for each node, with the same clock. */
  readonly #worlds: readonly World[];
  readonly #publications: Publications;
  readonly #peers: readonly Peer[];
  readonly #isAsync: boolean;
  readonly #delivered: { readonly to: string; readonly text: string }[] = [];
  #steps = 0;
  #failures = 0;

  constructor(kind: StoreKind, nodes: number) {
    this.#worlds = worldsOf(kind, nodes);
    this.#isAsync = kind.next !== undefined;
    this.#publications = new Publications(this.#worlds.map(({ comet }) => comet));
    this.#peers = Array.from(
      { length: CLIENTS },
      (_, index) => new Peer(`c${index}`, WAYS[index] as Way, this.#worlds, this.#publications),
    );
    for (const { comet } of this.#worlds) {
      comet.on("disconnected", ({ client, reason }) => this.#onGone(client.id, reason));
    }
  }

  async act(action: Action): Promise<void> {
    this.#steps++;
    for (const peer of this.#peers) peer.step = this.#steps;
    await this.#perform(action);
    await this.#settleCalls();
    this.#observe();
  }

  /** Lets all that is under way come to its end, and checks what must be true then. */
  async finish(end: End): Promise<void> {
    if (end === "leave") {
      await this.#everybodyGetsAll();
      await this.#everybodyLeaves();
    }
    for (const world of this.#worlds) await world.close();
    await this.#restReachesPeers();
    this.#checkNothingIsLeft({ timers: 0 });
    this.#check(this.#ports.timers === 0, "a timer of the world is left");
    this.#check(this.#ports.turns === 0, "somebody waits for the end of a turn");
    for (const { faults, sessions } of this.#peers) {
      this.faults.push(...faults);
      for (const session of sessions) {
        this.faults.push(...session.faults);
        for (const text of session.reordered(this.#publications)) {
          this.faults.push(`${session.id} got ${text} out of order`);
        }
      }
    }
    // What a client has sent to two nodes at once is in no order.
    for (const text of this.#isAlone ? this.#publications.reordered : []) {
      this.faults.push(`${text} is in the log out of order`);
    }
  }

  #perform(action: Action): void | Promise<void> {
    switch (action.type) {
      case "turn":
        return this.#ports.endTurn();
      case "pass":
        return this.#pass(action.ms);
      case "answer":
        return this.#answer(action.at, action.which);
      case "announce":
        return this.#announce(action.at, action.channel, action.except);
      case "deliver":
        return this.#deliver(action.at, action.to);
      case "fail":
        return this.#fail(action.at, action.method, action.point);
      case "close":
        for (const { comet } of this.#worlds) void comet.close();
        return;
      case "revoke":
        return this.#revoke(action.at, action.by);
      case "poll":
      case "stream":
        return this.#peer(action.by, action.at).connect(action.type, action.timeout);
      case "subscribe":
      case "unsubscribe":
        // What is asked of two nodes about the same is done in any order.
        return this.#peer(action.by, action.pattern.length % this.#worlds.length)[action.type](
          action.pattern,
        );
      case "publish":
        return this.#peer(action.by, action.at).publish(action.channel);
      case "handshake":
      case "disconnect":
        return this.#peer(action.by, action.at)[action.type]();
      default:
        return this.#peer(action.by)[action.type]();
    }
  }

  /** All of them have the same. */
  get #ports(): FakePorts {
    return this.#world(0).ports;
  }

  get #isAlone(): boolean {
    return this.#worlds.length === 1;
  }

  #world(at: number): World {
    return this.#worlds[at] as World;
  }

  #fail(at: number, method: StoreMethod, point: "before" | "after"): void {
    if (!this.#isAsync) return;
    this.#failures++;
    this.#world(at).scheduler.failNext(method, new Error("no store"), point);
  }

  #peer(index: number, at?: number): Peer {
    const peer = this.#peers[index] as Peer;
    if (at !== undefined) peer.move(at);
    return peer;
  }

  /** Whatever can go on without an answer of the store does. */
  async #settleCalls(): Promise<void> {
    for (const { scheduler } of this.#worlds) await scheduler.settle();
  }

  /** What one node does is news for the others, to which they answer, and so on. */
  async #settle(): Promise<void> {
    for (const _ of this.#worlds) for (const world of this.#worlds) await world.settle();
  }

  async #pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STEP) {
      this.#ports.advance(Math.min(left, STEP));
      await this.#settleCalls();
      this.#observe();
    }
    for (const { scheduler } of this.#worlds) await keepAlive(scheduler);
  }

  #answer(at: number, which: number): void {
    const { scheduler } = this.#world(at);
    const { length } = scheduler.pending;
    if (length > 0) scheduler.release(which % length);
  }

  #announce(at: number, channel: string, except: number | undefined): void {
    const id = except === undefined ? undefined : this.#peer(except).session?.id;
    const options = id === undefined ? {} : { except: id };
    const text = this.#publications.add(`server${at}`, { channel, step: this.#steps, ...options });
    void this.#world(at)
      .comet.publish(channel, text, options)
      .catch(() => {});
  }

  #deliver(at: number, to: number): void {
    const id = this.#peer(to).session?.id;
    if (id === undefined) return;
    const text = `to-${id}#${this.#steps}`;
    const delivered = this.#world(at).comet.deliver(id, "/direct", text);
    void delivered.then(
      () => this.#delivered.push({ to: id, text }),
      () => {},
    );
  }

  #revoke(at: number, by: number): void {
    const { session } = this.#peer(by);
    if (session === undefined) return;
    session.isToEnd = true;
    void this.#world(at)
      .comet.disconnect(session.id)
      .catch(() => {});
  }

  #observe(): void {
    for (const peer of this.#peers) {
      peer.observe();
      for (const session of peer.sessions) {
        if (!this.#isServed(session)) session.away ??= this.#awayFor(session);
      }
    }
  }

  #isServed({ id }: Session): boolean {
    return this.#worlds.some(({ comet }) => comet.client(id)?.isAlive);
  }

  /** A client that nothing was heard of for long enough, and no other, is given up. */
  #onGone(id: string, reason: EndReason): void {
    // What several nodes hear of, they do not know of each other at once.
    if (!this.#isAlone) return;
    const session = this.#peers.flatMap(({ sessions }) => sessions).find((one) => one.id === id);
    if (reason !== "timeout" || session === undefined || session.isToEnd) return;
    const away = session.away ?? this.#awayFor(session);
    this.#check(away >= AWAY - STEP, `${id} was given up after ${away} ms`);
  }

  #awayFor(session: Session): number {
    const heard = this.#peers
      .flatMap(({ requests }) => requests)
      .filter(({ details }) => details.session === session)
      .map(({ details, endedAt }) => (isConnect(details) && endedAt) || details.startedAt);
    return this.#ports.now() - Math.max(...heard, 0);
  }

  async #restReachesPeers(): Promise<void> {
    await this.#settle();
    for (const peer of this.#peers) {
      peer.flush();
      peer.drain();
    }
    await this.#settle();
    this.#observe();
  }

  async #everybodyGetsAll(): Promise<void> {
    await this.#restReachesPeers();
    await this.#restReachesPeers();
    // Each failure that is still to come may refuse one of them, and so may each node that still takes a client over.
    for (let attempt = 0; attempt < this.#failures + 2 * this.#worlds.length; attempt++) {
      for (const peer of this.#peers) peer.connect("poll");
      await this.#restReachesPeers();
    }
    await this.#pass(LAZY + STEP);
    await this.#restReachesPeers();
    for (const { session } of this.#peers) {
      if (session === undefined || !this.#isServed(session)) continue;
      this.faults.push(...session.missing(this.#publications));
      for (const { to, text } of this.#delivered) {
        this.#check(to !== session.id || session.has(text), `${to} never got ${text}`);
      }
    }
  }

  async #everybodyLeaves(): Promise<void> {
    for (const peer of this.#peers) peer.leave(true);
    for (let left = AWAY + 1_000; left > 0; left -= 1_000) {
      await this.#pass(1_000);
      await this.#settle();
    }
    // What is left keeps the house: clients that other nodes have left are looked for.
    this.#checkNothingIsLeft({ timers: 1 });
  }

  #checkNothingIsLeft({ timers }: { readonly timers: number }): void {
    const nothing = JSON.stringify({ clients: 0, held: 0, subscriptions: 0, timers });
    for (const { comet } of this.#worlds) {
      const { clients, held, subscriptions, ...stats } = comet.stats();
      const left = JSON.stringify({ clients, held, subscriptions, timers: stats.timers });
      this.#check(left === nothing, `left: ${left}`);
    }
    for (const { requests } of this.#peers) {
      for (const { responder } of requests) {
        this.faults.push(...responder.faults);
        this.#check(responder.isOver, "a request was never answered");
        this.#check(responder.listeners === 0, "somebody still listens to a request that is over");
      }
    }
  }

  #check(isTrue: boolean, fault: string): void {
    if (!isTrue) this.faults.push(fault);
  }
}

/** A peer is heard of when it asks for something, and is there as long as a connect of it is held. */
function isConnect({ holdFor }: RequestDetails): boolean {
  return holdFor !== undefined;
}
