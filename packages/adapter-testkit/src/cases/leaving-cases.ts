import type { AdapterBench } from "../adapter-bench.ts";
import type { CaseDefinition } from "../adapter-case.ts";
import { expectEqual } from "../expectations.ts";
import type { TestClient } from "../test-client.ts";

const CHANNEL = "/kit/room";
/** More than the buffers between two ends of a connection take. */
const CHUNKS = 64;
const CHUNK = "x".repeat(512 * 1_024);

export const leavingCases: readonly CaseDefinition[] = [
  {
    name: "lets go of a held connect when its peer goes away, and keeps messages for its return",
    async check(bench) {
      const { client } = await bench.subscriber(CHANNEL);
      await client.peer.leave();
      await bench.eventually(
        () => bench.onServer(client)?.isHeld === false,
        "the held connect to be let go",
      );
      await bench.comet.publish(CHANNEL, "while you were away");
      const returned = await comeBack(bench, client);
      expectEqual(await returned.delivery(), "while you were away", "the data");
    },
  },
  {
    name: "takes back the messages of an answer that did not reach the peer",
    needs: "taking back",
    options: { limits: { mailboxBytes: 2 * CHUNKS * CHUNK.length, mailboxMessages: 2 * CHUNKS } },
    async check(bench) {
      const { client } = await bench.subscriber(CHANNEL);
      client.peer.stall();
      for (let at = 0; at < CHUNKS; at++) {
        void bench.comet.publish(CHANNEL, { at, text: CHUNK });
      }
      await bench.eventually(() => bench.onServer(client)?.isHeld === false, "the answer");
      await client.peer.leave();
      await bench.eventually(
        () => bench.onServer(client)?.waiting === CHUNKS,
        "the messages to be taken back",
      );
      const returned = await comeBack(bench, client);
      await returned.until(() => returned.deliveries.length === CHUNKS || undefined, "all of them");
      const order = returned.deliveries.map(({ data }) => (data as { at: number }).at);
      expectEqual(
        order,
        Array.from({ length: CHUNKS }, (_, at) => at),
        "the order",
      );
    },
  },
  {
    name: "is not harmed by a peer that goes away in the middle of a request",
    async check(bench) {
      const { client: other } = await bench.subscriber(CHANNEL);
      const client = await bench.connected();
      client.sendRaw('[{"channel":"/kit/room","data":"half a', "nd");
      await client.peer.leave();
      await bench.connected();
      await bench.comet.publish(CHANNEL, "still here");
      expectEqual(await other.delivery(), "still here", "the data");
    },
  },
];

/** The same client on new connections. */
async function comeBack(bench: AdapterBench, { id, jar }: TestClient): Promise<TestClient> {
  const returned = await bench.open({ jar });
  returned.id = id;
  returned.poll();
  return returned;
}
