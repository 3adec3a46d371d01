import { expect } from "vitest";
import { dataOf, soon } from "../soon.ts";
import { BASICS } from "./basics.ts";
import { RECOVERY } from "./recovery.ts";
import type { Scenario } from "./scenario.ts";

/** For pages of another origin that the server allows: everything that needs other requests than the rest does. */
export const ALLOWED_ORIGIN: readonly Scenario[] = [...BASICS, ...RECOVERY];

/** For pages of another origin that the server was not told of. */
export const REFUSED_ORIGIN: readonly Scenario[] = [
  {
    name: "gets nowhere from a page of another origin, which does not disturb the pages of its own",
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
