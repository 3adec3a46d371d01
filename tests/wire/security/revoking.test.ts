import type { HandshakeRequest, IClient, RequestContext, Verdict } from "@encke/core";
import { describe, expect, it } from "vitest";
import { until } from "../../http/support/until.ts";
import { FakePorts } from "../../support/fake-ports.ts";
import type { Page } from "../support/page.ts";
import { TRANSPORTS } from "../support/transports.ts";
import { clockOf, Wire } from "../support/wire.ts";

const VALID_FOR = 5_000;
const TICK = 100;

describe.each(TRANSPORTS)("a permission over $name", (transport) => {
  const open = (
    time: FakePorts,
    renew?: (request: { client: IClient }) => Verdict,
  ): Promise<Wire> =>
    Wire.open(transport, {
      timeout: 60_000,
      maxInterval: 60_000,
      ports: clockOf(time),
      policies: {
        handshake: () => ({ allow: true, validFor: VALID_FOR }),
        ...(renew && { renew }),
      },
    });

  it("S13 that has run out ends the client at once, where nothing renews it", async () => {
    const time = new FakePorts();
    const wire = await open(time);
    const page = await wire.subscriber("/room");
    const connect = await wire.hold(page);
    time.advance(VALID_FOR - 1);
    expect(wire.onServer(page)?.isAlive).toBe(true);
    time.advance(TICK + 1);
    await expectGone(wire, page, connect);
  });

  it("S13 is renewed for as long as the policy says, and not longer", async () => {
    const time = new FakePorts();
    const asked: string[] = [];
    const wire = await open(time, ({ client }) => {
      asked.push(client.id);
      return asked.length < 3 && { allow: true, validFor: 1_000 };
    });
    const page = await wire.connected();
    const connect = await wire.hold(page);
    time.advance(VALID_FOR + TICK);
    expect(asked).toEqual([page.clientId]);
    time.advance(1_000 + TICK);
    expect(asked).toHaveLength(2);
    expect(wire.onServer(page)?.isHeld).toBe(true);
    time.advance(1_000 + TICK);
    await expectGone(wire, page, connect);
  });

  it("S13 ends with a renewal that throws", async () => {
    const time = new FakePorts();
    const wire = await open(time, () => {
      throw new Error("a fault of the policy");
    });
    const page = await wire.connected();
    const connect = await wire.hold(page);
    time.advance(VALID_FOR + TICK);
    await expectGone(wire, page, connect);
  });

  it("S13 is for good where it says that it has no end, and none where its end is no time", async () => {
    for (const [validFor, isAlive] of [
      [Number.POSITIVE_INFINITY, true],
      [1e300, true],
      [0, false],
      [-1, false],
      [Number.NaN, false],
    ] as const) {
      const time = new FakePorts();
      const wire = await Wire.open(transport, {
        timeout: 60_000,
        maxInterval: 60_000,
        ports: clockOf(time),
        policies: { handshake: () => ({ allow: true, validFor }) },
      });
      const page = await wire.client();
      time.advance(10_000);
      expect(wire.comet.stats().clients, String(validFor)).toBe(isAlive ? 1 : 0);
      if (isAlive) expect((await page.connect()).successful).toBe(true);
    }
  });

  it("S13 that is taken away ends a client on the spot, held or not", async () => {
    const wire = await Wire.open(transport);
    const ends: string[] = [];
    wire.comet.on("disconnected", ({ reason }) => ends.push(reason));
    const [held, idle] = [await wire.subscriber("/room"), await wire.subscriber("/room")];
    const connect = await wire.hold(held);
    expect(await wire.comet.disconnect(held.clientId, "banned")).toBe(true);
    expect(await wire.comet.disconnect(idle.clientId, "banned")).toBe(true);
    expect(await wire.comet.disconnect(idle.clientId, "banned")).toBe(false);
    await expectGone(wire, held, connect);
    await expectGone(wire, idle);
    expect(ends).toEqual(["banned", "banned"]);
  });

  it("S13 to subscribe that is taken away takes the subscription, and what came meanwhile stays", async () => {
    let isAllowed = true;
    const wire = await Wire.open(transport, {
      policies: { subscribe: ({ channel }) => isAllowed || channel === "/open" },
    });
    const page = await wire.subscriber("/room", "/open");
    await wire.comet.publish("/room", 1);
    isAllowed = false;
    expect(await wire.comet.recheck(page.clientId)).toEqual(["/room"]);
    await wire.comet.publish("/room", 2);
    await wire.comet.publish("/open", 3);
    expect(await page.receive(2)).toEqual([1, 3]);
    expect(wire.onServer(page)?.subscriptions).toEqual(["/open"]);
  });
});

describe.each(TRANSPORTS)("the circumstances of a message over $name", (transport) => {
  it("S16 are those of its own request, however many are under way", async () => {
    const seen = new Map<string, string | undefined>();
    const look = async ({ message, context }: HandshakeRequest): Promise<boolean> => {
      const name = message.ext?.name as string;
      await undefined;
      const early = context.header("x-name");
      // Until all are under way.
      await until(() => waiting >= NAMES.length || seen.size > 0);
      seen.set(name, early === context.header("x-name") ? early : "changed");
      return true;
    };
    let waiting = 0;
    const wire = await Wire.open(transport, {
      policies: {
        handshake: (request) => {
          waiting++;
          return look(request);
        },
      },
    });
    const pages = await Promise.all(
      NAMES.map((name) => wire.page({ headers: { "x-name": name } })),
    );
    await Promise.all(pages.map((page, at) => page.handshake({ ext: { name: NAMES[at] } })));
    expect([...seen].filter(([name, header]) => name !== header)).toEqual([]);
    expect(seen.size).toBe(NAMES.length);
  });

  it("S16 are told to policies, listeners and handlers alike", async () => {
    const seen = new Map<string, string | undefined>();
    const note =
      (who: string) =>
      ({ context }: { readonly context?: RequestContext }): boolean => {
        seen.set(who, context?.header("x-name"));
        return true;
      };
    const policies = ["handshake", "create", "subscribe", "publish"];
    const events = ["handshaking", "connecting", "subscribing", "publishing"] as const;
    const wire = await Wire.open(transport, {
      policies: Object.fromEntries(policies.map((name) => [name, note(name)])),
    });
    for (const name of events) wire.comet.on(name, note(name));
    wire.comet.handle("/service/x", (request) => void note("service")(request));
    const page = await wire.connected({ headers: { "x-name": "me" } });
    await page.subscribe("/room");
    await page.publish("/room", 1);
    await page.publish("/service/x", 1);
    const all = [...policies, ...events, "service"];
    expect(seen).toEqual(new Map(all.map((name) => [name, "me"])));
  });
});

const NAMES = Array.from({ length: 20 }, (_, at) => `name-${at}`);

/** The client is no more: a held connect was answered for good, its connection was closed, and its id is unknown. */
async function expectGone(wire: Wire, page: Page, connect?: string): Promise<void> {
  if (connect !== undefined) {
    const [reply] = await page.replies(connect);
    expect(reply?.advice).toEqual({ reconnect: "none" });
  }
  expect(wire.onServer(page)).toBeUndefined();
  if (wire.transport.connectionType === "websocket") {
    await until(() => page.isClosed);
    expect(page.refusals).toEqual([]);
  } else expect((await page.publish("/room", 1)).error).toBe("402::session_unknown");
}
