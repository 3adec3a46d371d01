import type { EndReason } from "@encke/core";
import type { StoreMethod } from "@encke/store-testkit";
import { acknowledging } from "../../support/acknowledging.ts";
import { type StoreKind, World } from "../../support/world.ts";
import { type Action, CLIENTS, type End } from "./actions.ts";
import { Peer, type Way } from "./peer.ts";
import { Publications } from "./publications.ts";
import type { RequestDetails } from "./request.ts";
import type { Session } from "./session.ts";

/** Milliseconds that a client may be away, and by how much a look at a clock that is moved in steps may be wrong. */
const AWAY = 20_000;
const STEP = 100;
/** Milliseconds that messages on one of the channels may wait for others. */
const LAZY = 400;

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
  readonly #world: World;
  readonly #publications: Publications;
  readonly #peers: readonly Peer[];
  readonly #isAsync: boolean;
  readonly #delivered: { readonly to: string; readonly text: string }[] = [];
  #steps = 0;
  #failures = 0;

  constructor(kind: StoreKind) {
    this.#world = new World({ kind, timeout: 30_000, maxInterval: AWAY });
    this.#isAsync = kind.next !== undefined;
    this.#publications = new Publications(this.#world.comet);
    this.#peers = Array.from(
      { length: CLIENTS },
      (_, index) => new Peer(`c${index}`, WAYS[index] as Way, this.#world, this.#publications),
    );
    this.#world.comet.announce("eventsource", { timeout: 0 });
    this.#world.comet.channel("/b/y/**", { lazy: LAZY });
    this.#world.comet.use(acknowledging);
    this.#world.comet.on("handshaking", (event) => {
      event.acknowledges = event.message.ext?.ack === true;
    });
    this.#world.comet.on("disconnected", ({ client, reason }) => this.#onGone(client.id, reason));
  }

  async act(action: Action): Promise<void> {
    this.#steps++;
    for (const peer of this.#peers) peer.step = this.#steps;
    await this.#perform(action);
    await this.#world.scheduler.settle();
    this.#observe();
  }

  /** Lets all that is under way come to its end, and checks what must be true then. */
  async finish(end: End): Promise<void> {
    if (end === "leave") {
      await this.#everybodyGetsAll();
      await this.#everybodyLeaves();
    }
    await this.#world.close();
    await this.#restReachesPeers();
    this.#checkNothingIsLeft({ timers: 0 });
    this.#check(this.#world.ports.timers === 0, "a timer of the world is left");
    this.#check(this.#world.ports.turns === 0, "somebody waits for the end of a turn");
    for (const { faults, sessions } of this.#peers) {
      this.faults.push(...faults);
      for (const session of sessions) {
        this.faults.push(...session.faults);
        for (const text of session.reordered(this.#publications)) {
          this.faults.push(`${session.id} got ${text} out of order`);
        }
      }
    }
    for (const text of this.#publications.reordered) {
      this.faults.push(`${text} is in the log out of order`);
    }
  }

  #perform(action: Action): void | Promise<void> {
    switch (action.type) {
      case "turn":
        return this.#world.ports.endTurn();
      case "pass":
        return this.#pass(action.ms);
      case "answer":
        return this.#answer(action.which);
      case "announce":
        return this.#announce(action.channel, action.except);
      case "deliver":
        return this.#deliver(action.to);
      case "fail":
        return this.#fail(action.method, action.point);
      case "close":
        void this.#world.comet.close();
        return;
      case "revoke":
        return this.#revoke(action.by);
      case "poll":
      case "stream":
        return this.#peer(action.by).connect(action.type, action.timeout);
      case "subscribe":
      case "unsubscribe":
        return this.#peer(action.by)[action.type](action.pattern);
      case "publish":
        return this.#peer(action.by).publish(action.channel);
      default:
        return this.#peer(action.by)[action.type]();
    }
  }

  #fail(method: StoreMethod, point: "before" | "after"): void {
    if (!this.#isAsync) return;
    this.#failures++;
    this.#world.scheduler.failNext(method, new Error("no store"), point);
  }

  #peer(index: number): Peer {
    return this.#peers[index] as Peer;
  }

  async #pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STEP) {
      this.#world.ports.advance(Math.min(left, STEP));
      await this.#world.scheduler.settle();
      this.#observe();
    }
  }

  #answer(which: number): void {
    const { pending } = this.#world.scheduler;
    if (pending.length > 0) this.#world.scheduler.release(which % pending.length);
  }

  #announce(channel: string, except: number | undefined): void {
    const id = except === undefined ? undefined : this.#peer(except).session?.id;
    const options = id === undefined ? {} : { except: id };
    const text = this.#publications.add("server", { channel, step: this.#steps, ...options });
    void this.#world.comet.publish(channel, text, options).catch(() => {});
  }

  #deliver(to: number): void {
    const id = this.#peer(to).session?.id;
    if (id === undefined) return;
    const text = `to-${id}#${this.#steps}`;
    const delivered = this.#world.comet.deliver(id, "/direct", text);
    void delivered.then(
      () => this.#delivered.push({ to: id, text }),
      () => {},
    );
  }

  #revoke(by: number): void {
    const { session } = this.#peer(by);
    if (session === undefined) return;
    session.isToEnd = true;
    void this.#world.comet.disconnect(session.id);
  }

  #observe(): void {
    for (const peer of this.#peers) {
      peer.observe();
      for (const session of peer.sessions) {
        if (!this.#world.comet.client(session.id)) session.away ??= this.#awayFor(session);
      }
    }
  }

  /** A client that nothing was heard of for long enough, and no other, is given up. */
  #onGone(id: string, reason: EndReason): void {
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
    return this.#world.ports.now() - Math.max(...heard, 0);
  }

  async #restReachesPeers(): Promise<void> {
    await this.#world.settle();
    for (const peer of this.#peers) {
      peer.flush();
      peer.drain();
    }
    await this.#world.settle();
    this.#observe();
  }

  async #everybodyGetsAll(): Promise<void> {
    await this.#restReachesPeers();
    await this.#restReachesPeers();
    // Each failure that is still to come may refuse one of them.
    for (let attempt = 0; attempt <= this.#failures; attempt++) {
      for (const peer of this.#peers) peer.connect("poll");
      await this.#restReachesPeers();
    }
    await this.#pass(LAZY + STEP);
    await this.#restReachesPeers();
    for (const { session } of this.#peers) {
      if (session === undefined || !this.#world.comet.client(session.id)?.isAlive) continue;
      this.faults.push(...session.missing(this.#publications));
      for (const { to, text } of this.#delivered) {
        this.#check(to !== session.id || session.has(text), `${to} never got ${text}`);
      }
    }
  }

  async #everybodyLeaves(): Promise<void> {
    for (const peer of this.#peers) peer.leave();
    await this.#world.pass(AWAY + 1_000);
    // What is left keeps the house: clients that other nodes have left are looked for.
    this.#checkNothingIsLeft({ timers: 1 });
  }

  #checkNothingIsLeft({ timers }: { readonly timers: number }): void {
    const { clients, held, subscriptions, ...stats } = this.#world.comet.stats();
    const left = { clients, held, subscriptions, timers: stats.timers };
    const nothing = { clients: 0, held: 0, subscriptions: 0, timers };
    this.#check(JSON.stringify(left) === JSON.stringify(nothing), `left: ${JSON.stringify(left)}`);
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
