import { describe, expect, it } from "vitest";
import { soon } from "../clients/soon.ts";
import { serverWith } from "../extensions/support/real-client.ts";
import { SharedStore } from "../store/shared-store.ts";
import { CUTS, type FaultyProxy } from "../support/faulty-proxy.ts";
import { HardWay, seeded } from "./hard-way.ts";
import { TRANSPORTS } from "./support.ts";

interface Fault {
  readonly name: string;
  begin(proxy: FaultyProxy): Promise<void> | void;
  /** Whether a client must notice. */
  readonly isFelt: boolean;
}

/** New connections have this happen to them, and those that there are break. */
function breaking(mode: "refuse" | "reset" | "hang"): Fault["begin"] {
  return async (proxy) => {
    await proxy.become(mode);
    proxy.breakAll();
  };
}

const FAULTS: readonly Fault[] = [
  { name: "breaks connections", begin: (proxy) => proxy.breakAll(), isFelt: true },
  { name: "refuses connections", begin: breaking("refuse"), isFelt: true },
  { name: "resets connections", begin: breaking("reset"), isFelt: true },
  { name: "accepts connections and says nothing", begin: breaking("hang"), isFelt: true },
  { name: "is a black hole", begin: (proxy) => proxy.become("black-hole"), isFelt: true },
  {
    name: "is slow",
    begin: (proxy) => proxy.become({ bytes: 200, every: 2 }),
    isFelt: false,
  },
  { name: "closes one half", begin: (proxy) => proxy.halfCloseAll(), isFelt: true },
  ...[1, 40, 200, 600].map((bytes) => ({
    name: `breaks after ${bytes} bytes`,
    begin: (proxy: FaultyProxy) => proxy.breakAll(bytes),
    // Whether so many come over one connection depends on the transport.
    isFelt: bytes < 600,
  })),
];

async function suffer(way: HardWay, fault: Fault): Promise<void> {
  const { proxy, witness, client } = way;
  await soon(() => client.state).toBe("connected");
  const before = witness.times("interrupted");
  await fault.begin(proxy);
  await way.publish(3);
  if (fault.isFelt) await soon(() => witness.times("interrupted")).toBeGreaterThan(before);
  await way.publish(2);
  await proxy.become("pass");
  await way.publish(2);
  await way.arrived();
}

describe.each(TRANSPORTS.map((transport) => [transport.type, transport] as const))(
  "nothing is lost, doubled or disordered over %s",
  (_type, transport) => {
    it.each(FAULTS)("where the network $name", async (fault) => {
      const way = await HardWay.open(transport);
      await suffer(way, fault);
      await suffer(way, fault);
      const { witness } = way;
      await soon(() => witness.times("interrupted")).toBe(witness.times("recovered"));
      expect(way.handshakes).toBe(0);
    });

    it("where one fault follows the other", async () => {
      const way = await HardWay.open(transport);
      const random = seeded(20_260_727);
      for (let step = 0; step < 12; step++) {
        await suffer(way, FAULTS[Math.floor(random() * FAULTS.length)] as Fault);
      }
    });

    it("where the page is put away and shown again, and again", async () => {
      const way = await HardWay.open(transport);
      const { page } = way;
      for (let time = 0; time < 20; time++) {
        await way.publish(2);
        page.dispatchEvent(new Event("visibilitychange"));
        await way.publish(1);
        page.dispatchEvent(new Event("online"));
      }
      await way.arrived();
      for (let time = 0; time < 5; time++) {
        await way.publish(2);
        page.dispatchEvent(Object.assign(new Event("pagehide"), { persisted: true }));
        await way.publish(2);
        page.dispatchEvent(new Event("pageshow"));
        await way.publish(2);
      }
      await way.arrived();
      expect(way.handshakes).toBe(0);
    });

    it.each([
      ["down", '"channel":"/down/one"'],
      ["up", '"channel":"/up/all"'],
    ])("wherever an answer to what goes %s is cut", async (_direction, marker) => {
      const way = await HardWay.open(transport);
      for (const cut of CUTS) {
        way.proxy.cutNext(marker, cut);
        await way.publish(3);
        await soon(() => way.proxy.isToCut).toBe(false);
        await way.arrived();
      }
    });

    it("where the server has forgotten the client, and keeps the channels", async () => {
      const way = await HardWay.open(transport);
      const { proxy, server, client } = way;
      server.comet.channel("/down/**", { history: { replay: 100 } });
      await way.publish(2);
      await way.arrived();
      for (let time = 0; time < 3; time++) {
        await breaking("refuse")(proxy);
        await server.comet.disconnect(client.clientId as string);
        await way.publish(3);
        await proxy.become("pass");
        await way.publish(2);
        await way.arrived();
      }
      expect(way.handshakes).toBe(3);
    });

    it("untold, where the server has not kept all of it", async () => {
      const store = new SharedStore({ maxEntries: 4 });
      await serverWith([], {}, () => store);
      const way = await HardWay.open(transport, () => new SharedStore(store));
      const { proxy, client, server } = way;
      const received: unknown[] = [];
      const gaps: unknown[] = [];
      client.addEventListener("gap", ({ range }) => gaps.push(range));
      await client.subscribe("/many", ({ data }) => received.push(data));
      await breaking("refuse")(proxy);
      await soon(() => client.state).toBe("interrupted");
      await server.restart();
      for (let data = 1; data <= 10; data++) await server.comet.publish("/many", data);
      await proxy.become("pass");
      await soon(() => received).toEqual([7, 8, 9, 10]);
      expect(gaps).toEqual([{ from: 0, to: 6 }]);
    });

    it("where the server is started again, and its store lives on", async () => {
      const store = new SharedStore();
      await serverWith([], {}, () => store);
      const way = await HardWay.open(transport, () => new SharedStore(store));
      for (let life = 0; life < 3; life++) {
        await way.publish(2);
        await way.server.restart();
        await way.publish(2);
        await way.arrived();
      }
      expect(way.handshakes).toBe(0);
    });
  },
);
