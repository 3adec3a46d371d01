import { expect } from "vitest";
import { dataOf, soon } from "../soon.ts";
import type { Scenario } from "./scenario.ts";

/** The client goes on as if nothing had happened. */
export const RECONNECTION: readonly Scenario[] = [
  {
    name: "keeps its session when its connections break, and gets what was published meanwhile",
    async run(stage) {
      const { server } = stage;
      const client = await stage.welcome("/news");
      await soon(() => server.latest.isHeld).toBe(true);
      await server.cutOff();
      await soon(() => server.latest.isHeld).toBe(false);
      await server.comet.publish("/news", "while it was away");
      await server.comeBack();
      await soon(() => dataOf(client)).toEqual(["while it was away"]);
      await soon(() => server.latest.isHeld).toBe(true);
      await server.comet.publish("/news", "after that");
      await soon(() => dataOf(client)).toEqual(["while it was away", "after that"]);
      expect(server.welcomes).toHaveLength(1);
    },
  },
  {
    name: "comes back by itself with its subscriptions when the server was started again",
    async run(stage) {
      const { server } = stage;
      const client = await stage.welcome("/news", "/chat/**");
      await soon(() => server.latest.isHeld).toBe(true);
      await server.restart();
      await soon(() => server.comet.stats()).toMatchObject({ clients: 1, subscriptions: 2 });
      await server.comet.publish("/news", "again");
      expect(await client.publish("/chat/room", "here")).toEqual({ successful: true });
      await soon(() => dataOf(client)).toEqual(["again", "here"]);
      expect(server.welcomes).toHaveLength(2);
    },
  },
];

/** The server has given the client up. */
export const ENDINGS: readonly Scenario[] = [
  {
    name: "comes back as a new client when it was away for too long",
    // The shortest that there is, and a hold that does not outlast the scenario.
    server: { comet: { maxInterval: 2_000, timeout: 1_000 } },
    async run(stage) {
      const { server } = stage;
      const client = await stage.welcome("/news");
      const { latest } = server;
      await soon(() => latest.isHeld).toBe(true);
      await server.cutOff();
      await soon(() => latest.isAlive).toBe(false);
      await server.comeBack();
      await soon(() => server.comet.stats()).toMatchObject({ clients: 1, subscriptions: 1 });
      expect(server.latest.id).not.toBe(latest.id);
      await server.comet.publish("/news", "again");
      await soon(() => dataOf(client)).toEqual(["again"]);
    },
  },
  {
    name: "is not back after the server has disconnected it, and another is not disturbed",
    async run(stage) {
      const { server } = stage;
      const unwanted = await stage.welcome("/news");
      const { latest } = server;
      await soon(() => latest.isHeld).toBe(true);
      const other = await stage.welcome("/news");
      await server.comet.disconnect(latest.id);
      await server.comet.publish("/news", "for the other");
      await soon(() => dataOf(other)).toEqual(["for the other"]);
      expect(await dataOf(unwanted)).toEqual([]);
      expect(server.welcomes).toHaveLength(2);
      expect(server.comet.stats().clients).toBe(1);
    },
  },
];
