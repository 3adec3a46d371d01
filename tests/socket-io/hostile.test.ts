import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { next, openWebSocket, type RawPeer } from "./raw-peer.ts";
import { Bridge, until } from "./support.ts";

let bridge: Bridge;
const faults: unknown[] = [];
const note = (fault: unknown): unknown => faults.push(fault);

beforeAll(async () => {
  bridge = await Bridge.open(
    { namespaces: { "/": { subscribe: ["*"] }, "/n/*": {} } },
    { log: (level, text, details) => level === "error" && faults.push({ text, details }) },
  );
  process.on("uncaughtException", note);
  process.on("unhandledRejection", note);
});

afterAll(async () => {
  process.off("uncaughtException", note);
  process.off("unhandledRejection", note);
  await bridge.close();
});

const names = fc.constantFrom(
  "say",
  "subscribe",
  "unsubscribe",
  "publish",
  "call",
  "__proto__",
  "a/b",
);
const event = fc
  .tuple(names, fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 3 }))
  .map(([name, args]) => JSON.stringify([name, ...args]));

/** Packets that are nearly right, and what is nothing at all. */
const packet: fc.Arbitrary<string | Buffer> = fc.oneof(
  fc
    .tuple(fc.constantFrom("42", "421", "42/n/1,", "42/n/1,7"), event)
    .map((parts) => parts.join("")),
  fc
    .tuple(fc.constantFrom("451-", "450-", "4599-", "451-/n/1,3"), event)
    .map((parts) => parts.join("")),
  fc.constantFrom(
    "40",
    "41",
    "40/n/1,",
    "41/n/1,",
    "40/nowhere,",
    "44{}",
    "43",
    "2",
    "3",
    "5",
    "6",
    "1",
  ),
  fc.string({ maxLength: 20 }),
  fc.string({ maxLength: 20 }).map((text) => `4${text}`),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
);

async function joined(): Promise<RawPeer> {
  const peer = await openWebSocket(bridge);
  await next(peer);
  peer.send("40");
  await next(peer);
  return peer;
}

it("outlives whatever a peer sends, and leaves nothing of it behind", async () => {
  const packets = fc.array(packet, { minLength: 1, maxLength: 12 });
  const property = fc.asyncProperty(packets, async (sent) => {
    const peer = await joined();
    peer.send(...sent);
    const other = await joined();
    other.send('429["say","still here"]');
    await until(() => other.got.includes('439[{"ok":true}]'));
    peer.close();
    other.close();
  });
  await fc.assert(property, { seed: 4, numRuns: 150 });
  expect(faults).toEqual([]);
  await until(() => [...bridge.comet.clients].every(({ isHeld }) => !isHeld));
}, 60_000);
