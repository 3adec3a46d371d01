import type { CaseDefinition } from "../adapter-case.ts";
import { askDirectly } from "../direct-exchange.ts";
import { expectEqual, expectThat } from "../expectations.ts";

const CHANNEL = "/kit/room";
const CLIENTS = 20;
const REQUESTS = 10;

/** What a careless adapter would change: other scripts, line separators, escapes. */
const AWKWARD =
  'Gr\u00fc\u00dfe, \u4e16\u754c, \u{1f680}, e\u0301, one\u2028two, " and \\ and \u0000';

export const exchangeCases: readonly CaseDefinition[] = [
  {
    name: "announces its connection type in handshakes as long as it is there, and no longer",
    async check(bench) {
      const client = await bench.open();
      const { supportedConnectionTypes = [] } = await client.handshake();
      const isOffered = supportedConnectionTypes.includes(bench.subject.connectionType);
      expectThat(isOffered, `only these are offered: ${supportedConnectionTypes}`);
      await client.peer.leave();
      await bench.stop();
      const reply = await askDirectly(bench.comet, {
        channel: "/meta/handshake",
        version: "1.0",
        supportedConnectionTypes: [bench.subject.connectionType],
      });
      expectEqual(reply.successful, false, "a handshake after the adapter was stopped");
    },
  },
  {
    name: "answers every message of a request, once and in order",
    async check(bench) {
      const client = await bench.connected();
      const clientId = client.id;
      const start = client.messages.length;
      const requests = [
        client.withId({ channel: CHANNEL, clientId, data: 1 }),
        client.withId({ channel: "/meta/subscribe", clientId, subscription: "/kit/other" }),
        client.withId({ channel: "/meta/nonsense", clientId }),
        client.withId({ channel: CHANNEL, clientId, data: 2 }),
      ];
      client.sendRaw(JSON.stringify(requests));
      await client.replies(requests);
      await client.publish(CHANNEL, "a request later");
      const ids = client.messages.slice(start, -1).map(({ id }) => id);
      expectEqual(
        ids,
        requests.map(({ id }) => id),
        "the ids of the replies",
      );
    },
  },
  {
    name: "gives everybody what is theirs, however many ask at once",
    async check(bench) {
      const clients = await Promise.all(Array.from({ length: CLIENTS }, () => bench.connected()));
      await Promise.all(clients.map((client) => client.subscribe(`/kit/${client.id}`)));
      await Promise.all(
        clients.flatMap((client) =>
          Array.from({ length: REQUESTS }, (_, at) => client.publish(`/kit/${client.id}`, at)),
        ),
      );
      const expected = Array.from({ length: REQUESTS }, (_, at) => at);
      for (const client of clients) {
        client.poll();
        await client.until(() => client.deliveries.length >= REQUESTS || undefined, "all of it");
        const data = client.deliveries.map((message) => message.data as number);
        expectEqual(
          data.sort((one, other) => one - other),
          expected,
          "what was delivered",
        );
        const replies = client.messages.filter(({ successful }) => successful !== undefined);
        const ids = new Set(replies.map(({ id }) => id));
        expectEqual(ids.size, replies.length, "the number of replies with an id of their own");
      }
    },
  },
  {
    name: "reads a request whose characters are split over the pieces in which it comes",
    async check(bench) {
      const { client: subscriber } = await bench.subscriber(CHANNEL);
      const publisher = await bench.connected();
      const message = publisher.withId({ channel: CHANNEL, clientId: publisher.id, data: AWKWARD });
      const bytes = new TextEncoder().encode(JSON.stringify(message));
      publisher.sendRaw(...piecesOf(bytes));
      await publisher.replies([message]);
      expectEqual(await subscriber.delivery(), AWKWARD, "the data");
    },
  },
  {
    name: "passes on messages to the byte",
    async check(bench) {
      const { client } = await bench.subscriber(CHANNEL);
      const data = { text: AWKWARD.repeat(2_000), constructor: null, list: [1.5, -0.25, true] };
      await bench.comet.publish(CHANNEL, data);
      expectEqual(await client.delivery(), data, "the data");
    },
  },
  {
    name: "takes a single message for a list of one",
    async check(bench) {
      const client = await bench.connected();
      const message = client.withId({ channel: CHANNEL, clientId: client.id, data: 1 });
      client.sendRaw(JSON.stringify(message));
      const [reply] = await client.replies([message]);
      expectThat(reply?.successful === true, `the reply says ${reply?.error}`);
    },
  },
];

/** Sixteen pieces or so, with cuts at odd places, one of them in the middle of a character. */
function piecesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80;
  const inside = bytes.findIndex(isContinuation);
  const size = Math.ceil(bytes.length / 16);
  const pieces = [bytes.subarray(0, inside)];
  for (let at = inside; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}
