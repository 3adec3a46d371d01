import { expect } from "vitest";
import { dataOf, soon } from "../soon.ts";
import { RECONNECTION } from "./recovery.ts";
import type { Scenario } from "./scenario.ts";

/** For pages of another origin that the server allows. */
export const ALLOWED_ORIGIN: readonly Scenario[] = [
  {
    name: "subscribes, publishes and gets messages as from a page of the server's own",
    async run(stage) {
      const { server } = stage;
      const [one, other] = [await stage.welcome("/chat"), await stage.welcome("/chat")];
      expect(await one.publish("/chat", "from a page")).toEqual({ successful: true });
      await soon(() => dataOf(other)).toEqual(["from a page"]);
      await server.comet.publish("/chat", "from the server");
      await soon(() => dataOf(one)).toEqual(["from a page", "from the server"]);
      const identities = server.welcomes.map(({ identity }) => identity);
      expect(identities[0]).toBe(identities[1]);
    },
  },
  ...RECONNECTION,
];

/** For pages of another origin that the server was not told of. */
export const REFUSED_ORIGIN: readonly Scenario[] = [
  {
    name: "gets nowhere, which does not disturb the pages of the server's own",
    server: { http: { origins: "same-origin" } },
    async run(stage) {
      const { server } = stage;
      let handshakes = 0;
      server.comet.on("handshaking", () => {
        handshakes++;
      });
      const foreign = await stage.open();
      expect(await foreign.handshake()).toMatchObject({ successful: false });
      expect(handshakes).toBe(0);
      const own = await stage.open({ isForeign: false });
      expect(await own.handshake()).toEqual({ successful: true });
      expect(await own.subscribe("/news")).toEqual({ successful: true });
      await server.comet.publish("/news", "for its own");
      await soon(() => dataOf(own)).toEqual(["for its own"]);
      expect(handshakes).toBe(1);
    },
  },
];
