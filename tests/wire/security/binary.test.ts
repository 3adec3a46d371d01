import { describe, expect, it } from "vitest";
import { until } from "../../http/support/until.ts";
import { BrowserSocket } from "../../websocket/support/browser-socket.ts";
import { LONG_POLLING, WEB_SOCKET } from "../support/transports.ts";
import { Wire } from "../support/wire.ts";

describe("what is no text", () => {
  it("S18 is refused over a WebSocket as a binary message, and the client lives on", async () => {
    const wire = await Wire.open(WEB_SOCKET);
    const page = await wire.connected();
    for (const bytes of [Buffer.from("[]"), Buffer.alloc(0), Buffer.from([0xff, 0xfe])]) {
      const socket = await BrowserSocket.open(wire.url);
      socket.send(bytes);
      expect(await socket.closed).toEqual({ code: 1003, reason: "text only" });
    }
    expect((await page.publish("/room", 1)).successful).toBe(true);
  });

  it("S18 is refused over long polling, where text looks like it, too", async () => {
    const wire = await Wire.open(LONG_POLLING);
    const page = await wire.connected();
    const bytes = Buffer.from(JSON.stringify([{ channel: "/room", data: "\u00e9" }]), "latin1");
    page.send(bytes);
    page.send(Buffer.from(JSON.stringify([{ channel: "/room", data: 1 }]), "utf16le"));
    await until(() => page.refusals.length === 2);
    expect(page.refusals).toEqual([400, 400]);
  });

  it("S18 comes out as it was, where it is text in data", async () => {
    const wire = await Wire.open(LONG_POLLING);
    const page = await wire.subscriber("/room");
    const pooled = Buffer.from("before|the view|after").subarray(7, 15);
    await wire.comet.publish("/room", { base64: pooled.toString("base64"), view: [...pooled] });
    const [data] = await page.receive(1);
    expect(data).toEqual({ base64: "dGhlIHZpZXc=", view: [...Buffer.from("the view")] });
  });
});
