import { describe, expect, it } from "vitest";
import { until } from "../../http/support/until.ts";
import { TRANSPORTS } from "../support/transports.ts";
import { Wire } from "../support/wire.ts";

const LEVELS = 20_000;

/** What brought other servers down, or made them lose messages. */
describe.each(TRANSPORTS)("one message over $name", (transport) => {
  it("S1 that is nested too deeply harms no connect that is held", async () => {
    const wire = await Wire.open(transport);
    const subscriber = await wire.subscriber("/room");
    const connect = await wire.hold(subscriber);
    const publisher = await wire.connected();
    const deep = `${"[".repeat(LEVELS)}${"]".repeat(LEVELS)}`;
    publisher.send(`[{"channel":"/room","clientId":"${publisher.clientId}","data":${deep}}]`);
    await until(() => publisher.refusals.length > 0);
    expect(wire.onServer(subscriber)?.isHeld).toBe(true);
    expect(subscriber.replyTo(connect)).toBeUndefined();
    await wire.comet.publish("/room", "as before");
    expect(await subscriber.receive(1)).toEqual(["as before"]);
  });

  it.each<[string, () => unknown]>([
    ["is nested more deeply than can be written", nested],
    ["holds itself", circular],
    ["has no JSON", () => undefined],
    ["throws when it is written", () => ({ toJSON: () => JSON.parse("{") })],
    ["is a number that JSON does not know", () => 1n],
  ])("S1 of the server whose data %s is refused to it alone", async (_, make) => {
    const wire = await Wire.open(transport);
    const subscriber = await wire.subscriber("/room");
    await wire.hold(subscriber);
    await expect(wire.comet.publish("/room", make())).rejects.toMatchObject({
      code: "data_not_serializable",
    });
    await wire.comet.publish("/room", "as before");
    expect(await subscriber.receive(1)).toEqual(["as before"]);
    expect(subscriber.received).toHaveLength(1);
  });

  it("S11 cannot tell subscribers to go away", async () => {
    const wire = await Wire.open(transport);
    const subscriber = await wire.subscriber("/room");
    await wire.hold(subscriber);
    const publisher = await wire.connected();
    const advice = { reconnect: "none", interval: -1 };
    await publisher.ask({ channel: "/room", data: 1, advice });
    await publisher.ask({ channel: "/meta/connect", advice, connectionType: "smoke" });
    await subscriber.receive(1);
    for (const message of subscriber.messages) expect(message.advice?.reconnect).not.toBe("none");
    const first = await wire.client();
    expect((await first.connect({ advice })).advice).toMatchObject({ reconnect: "retry" });
  });
});

function nested(): unknown {
  let value: unknown = [];
  for (let level = 0; level < LEVELS; level++) value = [value];
  return value;
}

function circular(): unknown {
  const value: { self?: unknown } = {};
  value.self = value;
  return value;
}
