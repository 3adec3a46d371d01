import { expect } from "vitest";
import { dataOf, soon } from "../soon.ts";
import type { Scenario } from "./scenario.ts";

export const BASICS: readonly Scenario[] = [
  {
    name: "shakes hands and waits for messages over its transport",
    // A library may begin with another transport, and goes over with the next connect.
    server: { comet: { timeout: 1_000 } },
    async run(stage) {
      const { column, server } = stage;
      await stage.welcome();
      await soon(() => server.latest.isHeld).toBe(true);
      await soon(() => [...server.transports]).toContain(column.transport);
    },
  },
  {
    name: "gets what the server publishes on a channel it is subscribed to, and nothing else",
    async run(stage) {
      const { server } = stage;
      const client = await stage.welcome("/news");
      await server.comet.publish("/other", "not for it");
      await server.comet.publish("/news", { headline: "first" });
      await server.comet.publish("/news", ["second"]);
      await soon(() => client.received()).toEqual([
        { subscription: "/news", channel: "/news", data: { headline: "first" } },
        { subscription: "/news", channel: "/news", data: ["second"] },
      ]);
    },
  },
  {
    name: "gets a message once for each of its patterns that covers the channel",
    async run(stage) {
      const { server } = stage;
      const client = await stage.welcome("/news/*", "/news/**", "/last");
      await server.comet.publish("/news", "above both");
      await server.comet.publish("/news/a/b", "deep");
      await server.comet.publish("/news/a", "near");
      await server.comet.publish("/last", "end");
      await soon(() => dataOf(client)).toContain("end");
      const seen = (await client.received()).map(
        ({ subscription, data }) => `${subscription} ${data}`,
      );
      expect(seen[0]).toBe("/news/** deep");
      expect(seen.slice(1, 3).sort()).toEqual(["/news/* near", "/news/** near"]);
      expect(seen.slice(3)).toEqual(["/last end"]);
    },
  },
  {
    name: "is given a receipt for what it publishes, and gets it itself",
    async run(stage) {
      const client = await stage.welcome("/chat");
      expect(await client.publish("/chat", "hello")).toEqual({ successful: true });
      await soon(() => dataOf(client)).toEqual(["hello"]);
    },
  },
  {
    name: "publishes a batch, which arrives as a whole and in order",
    async run(stage) {
      const [reader, writer] = [await stage.welcome("/chat"), await stage.welcome()];
      const outcomes = await writer.publishAll("/chat", [1, 2, 3, 4, 5]);
      expect(outcomes).toEqual(outcomes.map(() => ({ successful: true })));
      await soon(() => dataOf(reader)).toEqual([1, 2, 3, 4, 5]);
    },
  },
  {
    name: "gets nothing more of a channel after unsubscribing from it",
    async run(stage) {
      const { server } = stage;
      const client = await stage.welcome("/kept", "/left");
      await client.unsubscribe("/left");
      await soon(() => server.latest.subscriptions).toEqual(["/kept"]);
      await server.comet.publish("/left", "too late");
      await server.comet.publish("/kept", "in time");
      await soon(() => dataOf(client)).toEqual(["in time"]);
    },
  },
  {
    name: "is gone from the server after disconnecting",
    async run(stage) {
      const { server } = stage;
      const client = await stage.welcome("/news");
      const { latest } = server;
      await client.disconnect();
      await soon(() => latest.isAlive).toBe(false);
      expect(server.comet.stats()).toMatchObject({ clients: 0, held: 0, subscriptions: 0 });
    },
  },
  {
    name: "is answered on a service channel, for itself alone",
    server: {
      arrange: (comet) => comet.handle("/service/sum", ({ data }) => sumOf(data)),
    },
    async run(stage) {
      const { server } = stage;
      const [asker, other] = [
        await stage.welcome("/service/sum"),
        await stage.welcome("/service/sum", "/end"),
      ];
      expect(await asker.publish("/service/sum", [1, 2, 3])).toEqual({ successful: true });
      await soon(() => dataOf(asker)).toEqual([{ sum: 6 }]);
      await server.comet.publish("/end", "end");
      await soon(() => dataOf(other)).toEqual(["end"]);
    },
  },
  {
    name: "carries every character of Unicode there and back",
    async run(stage) {
      const { server } = stage;
      const client = await stage.welcome("/chat");
      await server.comet.publish("/chat", UNICODE);
      expect(await client.publish("/chat", UNICODE)).toEqual({ successful: true });
      await soon(() => dataOf(client)).toEqual([UNICODE, UNICODE]);
    },
  },
];

/** From ASCII's controls to the highest plane, line separators and combining marks, and what means something in a form. */
const UNICODE = {
  text: "a\u0000\t\u007f & = + % ? # é e\u0301 שלום 中文 \u2028\u2029 \uFEFF 🚀 👩‍👩‍👧 \u{10FFFF}",
  "ключ 🔑": "</script>\\\"'",
};

function sumOf(data: unknown): { sum: number } {
  return { sum: (data as number[]).reduce((sum, item) => sum + item, 0) };
}
