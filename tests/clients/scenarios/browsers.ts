import { expect } from "vitest";
import { dataOf, soon } from "../soon.ts";
import { Thief } from "../thief.ts";
import type { Scenario } from "./scenario.ts";

const STRANGER = { successful: false, error: "402::session_unknown" };

export const BROWSERS: readonly Scenario[] = [
  {
    name: "works beside a second client of the same browser",
    async run(stage) {
      const { column, server } = stage;
      const [first, second] = [await stage.welcome("/chat"), await stage.welcome("/chat")];
      expect(await first.publish("/chat", "one")).toEqual({ successful: true });
      expect(await second.publish("/chat", "two")).toEqual({ successful: true });
      await soon(() => dataOf(first)).toEqual(["one", "two"]);
      await soon(() => dataOf(second)).toEqual(["one", "two"]);
      const identities = server.welcomes.map(({ identity }) => identity);
      expect(identities).toHaveLength(2);
      expect(identities[0] === identities[1]).toBe(column.sharesCookies);
    },
  },
  {
    name: "goes on when its id was stolen, which is refused to the browser of the thief",
    async run(stage) {
      const { server } = stage;
      const client = await stage.welcome("/chat");
      const { id } = server.latest;
      await soon(() => server.latest.isHeld).toBe(true);
      const thief = await Thief.arrive(server.url);
      const mine = { clientId: id };
      expect(
        await thief.send(
          { channel: "/meta/connect", connectionType: "long-polling", ...mine },
          { channel: "/meta/subscribe", subscription: "/secret", ...mine },
          { channel: "/chat", data: "forged", ...mine },
          { channel: "/meta/disconnect", ...mine },
        ),
      ).toMatchObject([STRANGER, STRANGER, STRANGER, STRANGER]);
      expect(await client.publish("/chat", "genuine")).toEqual({ successful: true });
      await soon(() => dataOf(client)).toEqual(["genuine"]);
      expect(server.comet.client(id)?.subscriptions).toEqual(["/chat"]);
    },
  },
];
