import { createComet } from "@encke/core";
import { MemoryStore } from "@encke/store-memory";
import { describe, expect, it, onTestFinished } from "vitest";
import { until } from "../../http/support/until.ts";
import { TRANSPORTS } from "../support/transports.ts";
import { Wire } from "../support/wire.ts";

const LONGEST = 2 ** 31 - 1;

describe.each(TRANSPORTS)("a timer over $name", (transport) => {
  it("S15 never overflows, whatever the application and the client ask for", async () => {
    const warnings: string[] = [];
    const note = ({ name }: Error): unknown => warnings.push(name);
    process.on("warning", note);
    onTestFinished(() => {
      process.off("warning", note);
    });
    const wire = await Wire.open(
      transport,
      {
        timeout: LONGEST,
        interval: LONGEST,
        maxInterval: LONGEST,
        limits: { handlerTimeout: Number.POSITIVE_INFINITY },
        policies: {
          handshake: async () => ({ allow: true, validFor: 2 ** 53 }),
          publish: async () => true,
        },
      },
      {
        bodyTimeout: LONGEST,
        writeTimeout: LONGEST,
        handshakeTimeout: LONGEST,
        pingInterval: LONGEST,
      },
    );
    for (const timeout of [-1, 2 ** 31, 2 ** 32 + 1, 1e300, -1e300]) {
      const page = await wire.connected();
      const connect = page.poll({ advice: { timeout, interval: timeout } });
      await until(() => wire.onServer(page)?.isHeld === true);
      expect((await page.publish("/room", 1)).successful).toBe(true);
      expect(page.replyTo(connect)).toBeUndefined();
    }
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings).toEqual([]);
  });
});

describe("a time that no timer can wait", () => {
  it.each(["timeout", "interval", "maxInterval"])("S15 is refused as %s", (name) => {
    for (const value of [LONGEST + 1, -1, Number.NaN, Number.POSITIVE_INFINITY, "5"]) {
      expect(() => createComet({ store: new MemoryStore(), [name]: value })).toThrow(
        expect.objectContaining({ code: "options_invalid" }),
      );
    }
  });
});
