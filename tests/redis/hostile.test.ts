import { type Comet, createComet, type Message } from "@encke/core";
import { ack, binary, presence, replay, timesync } from "@encke/extensions";
import { RedisStore } from "@encke/store-redis";
import fc from "fast-check";
import { afterAll, expect, it, onTestFinished } from "vitest";
import { until } from "../http/support/until.ts";
import { redisForTests } from "../support/redis-server.ts";
import { deliveriesIn, type Exchange, type Said, Talker } from "../support/talker.ts";

const RUNS = { numRuns: 150, seed: 20_261_121, endOnFailure: true };

const server = await redisForTests();
afterAll(() => server.close());

const text = fc.oneof(
  fc.constantFrom(
    "\ud800",
    "\udc00x",
    "\u0000",
    "",
    " ",
    "*",
    "{a}",
    "..",
    "-1",
    "1e400",
    "__proto__",
  ),
  fc.string({ unit: "binary", maxLength: 20 }),
);
const number = fc.constantFrom(-3, -2, -1, 0, 0.5, 1e15, 2 ** 53 - 1, 2 ** 53, 1e300, -1e300);
const anything = fc.oneof(text, number, fc.jsonValue({ maxDepth: 2 }));
const place = fc.constantFrom("/kept", "/kept/a", "/kept/*", "/room", "/presence/room", "/**");

const ext = fc.record(
  {
    ack: fc.oneof(number, anything),
    idempotencyKey: text,
    idempotency: fc.constant(true),
    clientToken: text,
    replay: fc.dictionary(place, fc.oneof(number, fc.record({ last: number }), anything)),
    timesync: fc.dictionary(fc.constantFrom("tc", "l", "o"), number),
    binary: anything,
  },
  { requiredKeys: [] },
);
const question = fc.record(
  { channel: fc.oneof(place, text), after: text, limit: number },
  { requiredKeys: [] },
);

const message: fc.Arbitrary<Said> = fc
  .record(
    {
      channel: fc.oneof(
        fc.constantFrom(
          "/meta/subscribe",
          "/meta/unsubscribe",
          "/meta/connect",
          "/service/presence",
        ),
        place,
      ),
      subscription: fc.oneof(place, fc.array(place), text),
      data: fc.oneof(question, anything),
      clientId: text,
      id: fc.oneof(text, number),
      ext,
    },
    { requiredKeys: ["channel"] },
  )
  .chain((said) =>
    // Most of it from a client that is there.
    fc.nat(4).map((chance): Said => {
      const { clientId, ...own } = said;
      return chance === 0 ? said : own;
    }),
  );

it("S1 whatever a client sends fails no script of Redis, and nobody else notices", async () => {
  const errors: unknown[] = [];
  const node = open(errors);
  const other = open(errors);
  const healthy = await subscriber(other, "/healthy");
  const got: Message[] = [];
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 5 }), async (said) => {
      const attacker = await subscriber(node, "/kept/a", { ext: { ack: true } });
      const published = node.publish("/healthy", ++sent);
      for (const each of said) {
        const exchange = attacker.say({
          ...{ connectionType: "long-polling", advice: { timeout: 0 } },
          ...each,
        });
        const [reply] = await answerOf(exchange);
        expect(reply?.error ?? "").not.toMatch(/^5/);
      }
      await published;
      while (got.length < sent) got.push(...deliveriesIn(await answerOf(healthy.poll())));
      expect(got.at(-1)?.data).toBe(sent);
      expect(errors).toEqual([]);
    }),
    RUNS,
  );
}, 60_000);

function open(errors: unknown[]): Comet {
  const comet = createComet({
    store: new RedisStore({ url: server.url }),
    limits: { clientsPerAddress: 2 ** 31 - 1 },
    log: (level, line, details) => level === "error" && errors.push([line, details]),
  });
  comet.channel("/kept/**", { persistent: true, history: { count: 10 } });
  comet.announce("long-polling");
  for (const each of [ack(), binary(), replay(), timesync(), presence({ channels: ["/room"] })]) {
    comet.use(each);
  }
  onTestFinished(() => comet.close({ deadline: 1_000 }));
  return comet;
}

/** One that has connected once, so that its next connect is held. */
async function subscriber(comet: Comet, pattern: string, handshake: Said = {}): Promise<Talker> {
  const talker = new Talker(comet);
  const [{ clientId = "" } = {}] = (await answerOf(talker.handshake(handshake))) as [Message?];
  talker.clientId = clientId;
  await answerOf(talker.poll());
  await answerOf(talker.subscribe(pattern));
  return talker;
}

async function answerOf({ responder }: Exchange): Promise<readonly Message[]> {
  await until(() => responder.isOver);
  responder.flush();
  return responder.received;
}
