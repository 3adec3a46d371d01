import { CometClient } from "../comet-client.ts";
import type { Message } from "../message.ts";
import type { ClientOptions } from "../settings.ts";
import { tabsOf, type Worker } from "../tabs/tabs-of.ts";
import type { Cancel } from "../world.ts";
import { FakeBrowser, FakePage } from "./fake-browser.ts";
import { FakeFactory, type FakeTransport, FakeWorld, settled } from "./fake-world.ts";
import { CONNECT, HANDSHAKE, SUBSCRIBE } from "./stage.ts";

export const URL: string = "http://localhost/comet";
/** So that no two tabs have the same name. */
let chances = 0;

/** A tab with a client, what that got, and its events so far. */
export interface FakeTab {
  readonly client: CometClient;
  readonly got: unknown[];
  readonly events: string[];
  readonly page: EventTarget;
  readonly kill: Cancel;
}

/** A browser with tabs, and a server that a test plays. */
export class Room {
  readonly browser = new FakeBrowser();
  readonly factory: FakeFactory = new FakeFactory();
  /** Not so good as the first. */
  readonly other: FakeFactory = new FakeFactory("other");
  readonly world: FakeWorld = new FakeWorld();

  tab(worker?: () => Worker, options: ClientOptions = {}): FakeTab {
    const place = this.browser.place();
    const page = new FakePage();
    const random = () => ++chances / 1e6;
    const transports = tabsOf(place, [this.factory, this.other], worker ? { worker } : {});
    const client = new CometClient(URL, {
      ...{ transports, ...options },
      world: { ...this.world, page, random },
    });
    const got: unknown[] = [];
    const events: string[] = [];
    for (const type of ["connected", "recovered", "interrupted", "disconnected"] as const) {
      client.addEventListener(type, () => events.push(type));
    }
    return { client, got, events, kill: place.kill, page };
  }

  /** A worker that has the connection for the tabs. */
  worker(): void {
    const random = () => ++chances / 1e6;
    const world = { ...this.world, random };
    const nothing = (): void => undefined;
    tabsOf(this.browser.place(), [this.factory], {})[0]?.open({
      ...{ url: URL, world, headers: async () => ({}) },
      ...{ receive: nothing, alive: nothing, fail: nothing },
    });
  }

  sent(channel: string): readonly Message[] {
    return this.factory.made.flatMap(({ sent }) => sent).filter((one) => one.channel === channel);
  }

  get server(): FakeTransport {
    return this.factory.latest;
  }

  /** The server takes in whoever knocks. */
  async welcome(clientId = "c"): Promise<void> {
    await settled();
    await settled();
    this.server.reply(HANDSHAKE, {
      ...{ clientId, supportedConnectionTypes: ["fake"], advice: { timeout: 30_000 } },
      ext: { ack: true, idempotency: true },
    });
    await settled();
    this.server.reply(CONNECT, { ext: { ack: 0 } });
    await settled();
    await settled();
  }

  /** What a held connect brings. */
  async bring(position: number, ...messages: readonly Message[]): Promise<void> {
    const { id } = this.server.last(CONNECT);
    const reply = { channel: CONNECT, successful: true, id, ext: { ack: position } };
    this.server.host.receive([...messages, reply]);
    await settled();
    await settled();
  }

  /** Tabs that are subscribed to `/a`. */
  async with(count: number): Promise<readonly FakeTab[]> {
    const all = Array.from({ length: count }, () => this.tab());
    const ups = all.map(({ client }) => client.connect());
    await this.welcome();
    await Promise.all(ups);
    await this.subscribe(all);
    return all;
  }

  async subscribe(all: readonly FakeTab[]): Promise<void> {
    for (const { client, got } of all) client.subscribe("/a", ({ data }) => got.push(data));
    await settled();
    this.server.reply(SUBSCRIBE, { subscription: "/a" });
    await settled();
  }
}

/** Lets all that was said be heard, and answered. */
export async function rest(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await settled();
}
