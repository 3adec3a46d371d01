import type { AdapterBench } from "../adapter-bench.ts";
import type { CaseDefinition } from "../adapter-case.ts";
import { expectEqual, expectThat } from "../expectations.ts";

const CHANNEL = "/kit/room";
const BODY_BYTES = 2_000;
const DEPTH = 10;
const MESSAGES = 5;

type Body = readonly (string | Uint8Array)[];

/** What is no list of messages, whatever it is. */
const MALFORMED: Readonly<Record<string, Body>> = {
  "half an object": ["{"],
  "half a list": ['[{"channel":"/a"}'],
  "bare words": ["hello"],
  "a number": ["42"],
  "a string": ['"/meta/handshake"'],
  null: ["null"],
  "a list of null": ["[null]"],
  "a list of lists": ["[[]]"],
  "a list of numbers": ["[1,2]"],
  "two values": ["{}{}"],
  "bytes that are no UTF-8": ['[{"channel":"', new Uint8Array([0xc3, 0x28, 0xff]), '"}]'],
  "a control character": ["[\u0000]"],
};

export const refusalCases: readonly CaseDefinition[] = [
  ...Object.entries(MALFORMED).map(
    ([what, body]): CaseDefinition => ({
      name: `refuses ${what}, and serves others as before`,
      check: (bench) => expectRefusal(bench, body),
    }),
  ),
  {
    name: "refuses a request that is larger than the limit",
    options: { limits: { bodyBytes: BODY_BYTES } },
    check: (bench) => expectRefusal(bench, [listOf(1, "x".repeat(BODY_BYTES))]),
  },
  {
    name: "refuses a request that turns out to be larger than the limit only as it comes in",
    options: { limits: { bodyBytes: BODY_BYTES } },
    check: (bench) => {
      const rest = Array.from({ length: 4 }, () => "x".repeat(BODY_BYTES / 2));
      return expectRefusal(bench, ['[{"channel":"/kit/room","data":"', ...rest, '"}]']);
    },
  },
  {
    name: "counts a request's bytes and not its characters",
    options: { limits: { bodyBytes: BODY_BYTES } },
    check: (bench) => expectRefusal(bench, [listOf(1, "\u20ac".repeat(BODY_BYTES / 2))]),
  },
  {
    name: "refuses a request with more messages than the limit",
    options: { limits: { messagesPerRequest: MESSAGES } },
    check: (bench) => expectRefusal(bench, [listOf(MESSAGES + 1, "")]),
  },
  {
    name: "refuses a request that is nested deeper than the limit",
    options: { limits: { jsonDepth: DEPTH } },
    check: (bench) => expectRefusal(bench, [nestedIn(DEPTH)]),
  },
  {
    name: "refuses or ignores a request without messages, and serves the peer as before",
    async check(bench) {
      const client = await bench.open();
      client.sendRaw("[]");
      const answer = await Promise.race([client.refusal(), client.handshake()]);
      if (typeof answer === "number") expectPeersFault(answer);
      expectEqual((await bench.connected()).isClosed, false, "isClosed of another peer");
    },
  },
];

/** Sends it as a peer of its own, and sees that it is refused and that nobody else notices. */
async function expectRefusal(bench: AdapterBench, body: Body): Promise<void> {
  const { client: healthy } = await bench.subscriber(CHANNEL);
  const client = await bench.open();
  client.sendRaw(...body);
  expectPeersFault(await client.refusal());
  await bench.comet.publish(CHANNEL, "as before");
  expectEqual(await healthy.delivery(), "as before", "what another peer was delivered");
}

/** By an HTTP status or a close code of WebSocket. */
function expectPeersFault(code: number): void {
  const isPeersFault = (code >= 400 && code < 500) || (code >= 1_002 && code < 1_011);
  expectThat(isPeersFault, `refused with ${code}, which does not say that the peer is at fault`);
}

function nestedIn(levels: number): string {
  return `[{"channel":"${CHANNEL}","data":${"[".repeat(levels)}${"]".repeat(levels)}}]`;
}

function listOf(count: number, data: string): string {
  return JSON.stringify(Array.from({ length: count }, () => ({ channel: CHANNEL, data })));
}
