import { activity, binary, presence, timestamp, timesync } from "@encke/extensions";
import {
  assert,
  asyncProperty,
  constantFrom,
  dictionary,
  jsonValue,
  oneof,
  option,
} from "fast-check";
import { expect, it } from "vitest";
import type { Said } from "../support/talker.ts";
import { World } from "../support/world.ts";

const RUNS = { numRuns: 300, seed: 20_260_131 };

const CHANNELS = [
  ...["/meta/handshake", "/meta/connect", "/meta/subscribe", "/chat/room"],
  ...["/presence/chat/room", "/service/presence", "/service/other"],
];

/** Objects with the members that extensions look at, and anything at all in them. */
const ext = dictionary(constantFrom("timesync", "binary", "presence", "__proto__"), jsonValue());
const times = dictionary(constantFrom("tc", "l", "o", "ts", "p"), jsonValue());
const parts = dictionary(
  constantFrom("data", "last", "meta", "channel", "limit", "after"),
  jsonValue(),
);

const message = dictionary(
  constantFrom("data", "ext", "subscription"),
  oneof(
    jsonValue(),
    ext,
    parts,
    times.map((timesync) => ({ timesync, binary: {} })),
  ),
);

it("whatever a client sends to extensions is answered, and is nobody's fault but its own", async () => {
  await assert(
    asyncProperty(
      constantFrom(...CHANNELS),
      message,
      option(parts),
      async (channel, said, data) => {
        const world = new World();
        for (const extension of [
          ...[timesync(), timestamp(), binary(), activity({ maxInactive: 60_000 })],
          presence({ channels: ["/chat/**"] }),
        ]) {
          world.comet.use(extension);
        }
        const talker = await world.connected();
        const sent: Said = { advice: { timeout: 0 }, ...said, ...(data && { data }), channel };
        const [reply] = await world.answer(talker.say(sent));
        expect(reply).toMatchObject({ channel, successful: expect.any(Boolean) });
        expect(reply?.error ?? "").not.toMatch(/^5/);
        expect(world.ports.lines).toEqual([]);
      },
    ),
    RUNS,
  );
});
