import { CometClient, type CometError } from "@encke/client";
import { longPolling } from "@encke/client/long-polling";
import { webSocket } from "@encke/client/websocket";
import { ack } from "@encke/extensions";
import { FakePorts } from "../../support/fake-ports.ts";
import { World } from "../../support/world.ts";
import type { Action } from "./actions.ts";
import type { Exchange } from "./exchange.ts";
import { Network } from "./network.ts";

/** No longer than the shortest time that anybody waits, in milliseconds. */
const STEP = 500;
const PASSES = [100, 1_000, 11_000, 40_000];
/** Steps in which all that is under way comes to its end. */
const CALM = 200;

export interface Setting {
  readonly transport: "long-polling" | "websocket";
  readonly acknowledges: boolean;
}

/** Something that the application has asked, and what became of it. */
interface Wish {
  readonly name: string;
  outcome?: "done" | CometError;
}

/** A client and a server, a network that does what the actions say, and what should not have happened. */
export class Story {
  readonly faults: string[] = [];
  readonly #setting: Setting;
  readonly #ports = new FakePorts();
  readonly #client: CometClient;
  readonly #network: Network;
  readonly #wishes: Wish[] = [];
  readonly #subscriptions: { unsubscribe(): void }[] = [];
  /** What the servers have published for the client, and which of them it must get. */
  readonly #told: { readonly text: string; isOwed: boolean }[] = [];
  readonly #got: string[] = [];
  /** What the client has published, as it stands in the logs of the servers. */
  readonly #logged: string[] = [];
  /** The client has been subscribed without a break since it was told so. */
  #isSubscribed = false;
  #restarts = 0;
  #random = 0;

  constructor(setting: Setting) {
    this.#setting = setting;
    this.#network = new Network(this.#start());
    this.#client = this.#newClient();
    const subscription = this.#client.subscribe("/down", ({ data }) => {
      this.#got.push(data as string);
    });
    subscription.ready.then(
      () => {
        this.#isSubscribed = true;
      },
      () => undefined,
    );
    this.#wish("connect", this.#client.connect());
  }

  async act({ type, number }: Action): Promise<void> {
    const { exchanges, line } = this.#network;
    const exchange = exchanges[number % Math.max(1, exchanges.length)];
    switch (type) {
      case "publish":
        this.#publish();
        break;
      case "publishTwo":
        this.#client.batch(() => {
          this.#publish();
          this.#publish();
        });
        break;
      case "call":
        this.#wish("call", this.#client.call("echo", number, { timeout: 3_000 }));
        break;
      case "callInVain":
        this.#wish("call", this.#client.call("never", number, { timeout: 3_000 }));
        break;
      case "abortedCall":
        this.#callAndAbort();
        break;
      case "subscribe":
        this.#subscribe(number % 2 === 0 ? "/more" : "/more/*");
        break;
      case "unsubscribe":
        this.#subscriptions
          .splice(number % Math.max(1, this.#subscriptions.length), 1)[0]
          ?.unsubscribe();
        break;
      case "tell":
        this.#tell();
        break;
      case "restart":
        await this.#restart();
        break;
      case "arrive":
        exchange?.arrive(this.#server);
        break;
      case "answer":
        await this.#answer(exchange);
        break;
      case "breakAfterwards":
        exchange?.arrive(this.#server);
        await this.#settle();
        exchange?.break();
        break;
      case "break":
        exchange?.break();
        break;
      case "disturb":
        exchange?.disturb(number);
        break;
      case "flow":
        await this.#flow(6);
        break;
      case "cut":
        line?.break();
        break;
      case "pass":
        await this.#pass(PASSES[number % PASSES.length] as number);
        break;
      default:
        line?.[type]();
    }
    await this.#settle();
  }

  /** The network is well again, and all that was asked must come to its end. */
  async finish(): Promise<void> {
    await this.#calm(CALM);
    this.#check(this.#client.state === "connected", `the client is ${this.#client.state}`);
    this.#checkWishes();
    this.#checkDeliveries();
    this.#wish("disconnect", this.#client.disconnect());
    await this.#calm(CALM / 4);
    this.#check(this.#wishes.at(-1)?.outcome === "done", "the good-bye never ends");
    await this.#server.close();
    this.#check(this.#ports.timers === 0, "a timer is left");
    this.#check(this.#network.isEmpty, "a request or a socket is left");
  }

  get #server(): World {
    return this.#network.server;
  }

  #newClient(): CometClient {
    const { transport, acknowledges } = this.#setting;
    const transports = transport === "websocket" ? [webSocket, longPolling] : [longPolling];
    const { after } = this.#ports;
    const { fetch, sockets: WebSocket } = this.#network;
    const random = (): number => (++this.#random % 100) / 100;
    return new CometClient("http://localhost/comet", {
      transports,
      ack: acknowledges,
      world: { after, random, fetch, WebSocket },
    });
  }

  #start(): World {
    const server = new World({ ports: this.#ports, timeout: 20_000, maxInterval: 15_000 });
    const { comet } = server;
    if (this.#setting.acknowledges) comet.use(ack());
    comet.on("published", ({ channel, data }) => {
      if (channel === "/up") this.#logged.push(data as string);
    });
    comet.remote("echo", ({ data }) => data);
    comet.remote("never", () => new Promise(() => undefined));
    comet.on("disconnected", () => this.#forget());
    return server;
  }

  /** What is told from now on, or has been told and not heard, the client need not get: it is another one for the server. */
  #forget(): void {
    this.#isSubscribed = false;
    for (const told of this.#told) told.isOwed = false;
  }

  async #restart(): Promise<void> {
    this.#restarts++;
    const before = this.#server;
    this.#network.server = this.#start();
    this.#network.break();
    this.#forget();
    await before.close();
  }

  #wish(name: string, promise: PromiseLike<unknown>): void {
    const wish: Wish = { name };
    this.#wishes.push(wish);
    promise.then(
      () => {
        wish.outcome = "done";
      },
      (cause: CometError) => {
        wish.outcome = cause;
      },
    );
  }

  #publish(): void {
    const text = String(this.#wishes.length);
    this.#wish(`publish ${text}`, this.#client.publish("/up", text));
  }

  #callAndAbort(): void {
    const end = new AbortController();
    this.#wish("call", this.#client.call("never", 1, { signal: end.signal }));
    setImmediate(() => end.abort());
  }

  #subscribe(channel: string): void {
    const subscription = this.#client.subscribe(channel, () => undefined);
    this.#wish("subscribe", subscription.ready);
    this.#subscriptions.push(subscription);
  }

  #tell(): void {
    const text = String(this.#told.length);
    this.#told.push({ text, isOwed: this.#isSubscribed && this.#setting.acknowledges });
    void this.#server.comet.publish("/down", text);
  }

  async #answer(exchange: Exchange | undefined): Promise<void> {
    exchange?.arrive(this.#server);
    await this.#settle();
    exchange?.answer();
  }

  async #flow(frames: number): Promise<void> {
    const { line } = this.#network;
    line?.open();
    for (let frame = 0; frame < frames; frame++) {
      line?.rise();
      await this.#settle();
      line?.fall();
    }
  }

  async #calm(steps: number): Promise<void> {
    for (let step = 0; step < steps; step++) {
      for (const exchange of this.#network.exchanges) await this.#answer(exchange);
      await this.#flow(3);
      await this.#pass(STEP);
    }
  }

  async #pass(milliseconds: number): Promise<void> {
    for (let left = milliseconds; left > 0; left -= STEP) {
      this.#ports.advance(Math.min(left, STEP));
      await this.#settle();
    }
  }

  /** Everything happens that needs neither time nor the network. */
  async #settle(): Promise<void> {
    for (let turn = 0; turn < 2; turn++) {
      this.#ports.endTurn();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #checkWishes(): void {
    for (const { name, outcome } of this.#wishes) {
      this.#check(outcome !== undefined, `${name} never settles`);
      const [what, text = ""] = name.split(" ");
      if (what !== "publish") continue;
      this.#check(outcome === "done", `${name}: ${outcome}`);
      // Another server may have it, which was told nothing of this one.
      if (this.#restarts === 0) this.#check(this.#logged.includes(text), `${name} is nowhere`);
    }
    if (this.#restarts === 0) this.#checkOrder("published", this.#logged);
  }

  #checkDeliveries(): void {
    this.#checkOrder("got", this.#got);
    for (const { text, isOwed } of this.#told) {
      this.#check(!isOwed || this.#got.includes(text), `${text} never came`);
    }
  }

  #checkOrder(what: string, texts: readonly string[]): void {
    const isInOrder = texts.every((text, index) => Number(text) > Number(texts[index - 1] ?? -1));
    this.#check(isInOrder, `${what} twice or out of order: ${texts}`);
  }

  #check(isTrue: boolean, fault: string): void {
    if (!isTrue) this.faults.push(fault);
  }
}
