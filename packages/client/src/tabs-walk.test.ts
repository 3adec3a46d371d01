import { expect, it } from "vitest";
import { CometClient } from "./comet-client.ts";
import { tabsOf } from "./tabs/tabs-of.ts";
import { AckServer } from "./testing/ack-server.ts";
import { FakeBrowser, FakePage } from "./testing/fake-browser.ts";
import { FakeWorld } from "./testing/fake-world.ts";
import { rest, URL } from "./testing/room.ts";

/** Numbers from 0 to below 1, the same ones for the same seed. */
function chancesOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

/** What users do with the tabs of a browser, while messages come. */
class Walk {
  readonly server = new AckServer();
  readonly browser: FakeBrowser = new FakeBrowser((hear) => this.#carry(hear));
  readonly chance: () => number;
  readonly tabs: WalkTab[] = [];
  readonly #words: (() => void)[] = [];
  #lastNumber = 0;

  constructor(seed: number) {
    this.chance = chancesOf(seed);
  }

  async open(): Promise<void> {
    const tab = new WalkTab(this);
    this.tabs.push(tab);
    await tab.client.connect();
    await rest();
    await rest();
    await rest();
    tab.from = this.server.messages.length;
  }

  async step(): Promise<void> {
    const { tabs } = this;
    const dice = this.chance();
    const index = Math.floor(this.chance() * tabs.length);
    if (dice < 0.6 && tabs.length > 1) {
      const [tab] = tabs.splice(index, 1);
      if (dice < 0.3) tab?.kill();
      else if (dice < 0.45) void tab?.client.disconnect();
      else tab?.putAway();
    } else if (tabs.length < 6) await this.open();
    for (let count = this.chance() * 4; count > 1; count--) {
      const data = this.#lastNumber++;
      if (this.chance() < 0.5) this.server.publish("/a", data);
      // It may be gone before it has published that.
      else tabs[0]?.client.publish("/a", data).catch(() => undefined);
    }
    if (this.chance() < 0.5) await rest();
  }

  /** Words take their time, so that answers of the server come in between. */
  #carry(hear: () => void): void {
    this.#words.push(hear);
    const turns = Math.floor(this.chance() * 4);
    const wait = (left: number): void => {
      if (left > 0) setImmediate(wait, left - 1);
      else this.#words.shift()?.();
    };
    setImmediate(wait, turns);
  }
}

class WalkTab {
  readonly client: CometClient;
  readonly got: unknown[] = [];
  readonly events: string[] = [];
  readonly kill: () => void;
  readonly #page = new FakePage();
  /** The index of the first message that it has to get. */
  from = 0;

  constructor({ browser, server, chance }: Walk) {
    const place = browser.place();
    const { factory, kill } = server.door();
    const world = { ...new FakeWorld(), page: this.#page, random: chance };
    this.client = new CometClient(URL, { transports: tabsOf(place, [factory], {}), world });
    this.client.subscribe("/a", ({ data }) => this.got.push(data));
    for (const type of ["interrupted", "disconnected", "gap"] as const) {
      this.client.addEventListener(type, () => this.events.push(type));
    }
    this.kill = () => {
      place.kill();
      kill();
    };
  }

  putAway(): void {
    this.#page.dispatchEvent(Object.assign(new Event("pagehide"), { persisted: true }));
  }
}

it.each(Array.from({ length: 40 }, (_, seed) => seed + 1))(
  "tabs lose, double and mix up nothing, whichever of them come and go, as of seed %s",
  async (seed) => {
    const walk = new Walk(seed);
    await walk.open();
    for (let step = 0; step < 30; step++) await walk.step();
    for (let turn = 0; turn < 10; turn++) await rest();
    for (const { got, from, events } of walk.tabs) {
      const wanted = walk.server.messages.slice(from).map(({ data }) => data);
      expect(got.slice(got.length - wanted.length)).toEqual(wanted);
      expect(new Set(got).size).toBe(got.length);
      expect(events).toEqual([]);
    }
    expect(walk.server.welcomes).toBe(1);
  },
);
