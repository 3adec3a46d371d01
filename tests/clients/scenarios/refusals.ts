import { expect } from "vitest";
import { dataOf, soon } from "../soon.ts";
import type { Scenario } from "./scenario.ts";

export const REFUSALS: readonly Scenario[] = [
  {
    name: "is told why its handshake is refused, and welcome with what was missing",
    server: {
      comet: {
        policies: {
          handshake: ({ message }) =>
            message.ext?.token === "right" || { allow: false, reason: "the token is wrong" },
        },
      },
    },
    async run(stage) {
      const { server } = stage;
      const refused = await stage.open({ token: "wrong" });
      expect(await refused.handshake()).toEqual({
        successful: false,
        error: "403::the token is wrong",
      });
      const welcome = await stage.open({ token: "right" });
      expect(await welcome.handshake()).toEqual({ successful: true });
      await soon(() => server.latest.isHeld).toBe(true);
      expect(server.comet.stats().clients).toBe(1);
    },
  },
  {
    name: "is told why a subscription is refused, and keeps the others",
    server: {
      comet: {
        policies: {
          subscribe: ({ channel }) =>
            channel !== "/board" || { allow: false, reason: "members only" },
        },
      },
    },
    async run(stage) {
      const { server } = stage;
      const client = await stage.welcome("/news");
      expect(await client.subscribe("/board")).toEqual({
        successful: false,
        error: "403:/board:members only",
      });
      await server.comet.publish("/board", "secret");
      await server.comet.publish("/news", "open");
      await soon(() => dataOf(client)).toEqual(["open"]);
    },
  },
  {
    name: "is told why a message is refused, and may go on publishing",
    server: {
      arrange: (comet) =>
        comet.on("publishing", "/chat", (event) => {
          if (event.message.data === "rude") event.cancel("mind your language");
        }),
    },
    async run(stage) {
      const client = await stage.welcome("/chat");
      expect(await client.publish("/chat", "rude")).toEqual({
        successful: false,
        error: "403:/chat:mind your language",
      });
      expect(await client.publish("/chat", "polite")).toEqual({ successful: true });
      await soon(() => dataOf(client)).toEqual(["polite"]);
    },
  },
  {
    name: "is told that a message is too large, and lives on",
    async run(stage) {
      const { column, server } = stage;
      const client = await stage.welcome("/chat");
      // faye gives up the request before the one that failed, too, when both were put into one batch.
      await soon(() => server.latest.isHeld).toBe(true);
      const tooLarge = "x".repeat(server.comet.limits.bodyBytes);
      const outcome = await client.publishInVain("/chat", tooLarge);
      expect(outcome).toMatchObject({ successful: false });
      expect(outcome.error).toMatch(column.tooLarge);
      await soon(() => server.latest.isHeld).toBe(true);
      expect(await client.publish("/chat", "small")).toEqual({ successful: true });
      await soon(() => dataOf(client)).toEqual(["small"]);
      expect(server.welcomes).toHaveLength(1);
    },
  },
];
