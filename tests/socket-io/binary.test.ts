import { binary, binaryData } from "@encke/extensions";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bridge, collect, until } from "./support.ts";

let bridge: Bridge;
beforeEach(async () => {
  bridge = await Bridge.open({ namespaces: { "/": { subscribe: ["photo"] } } });
  bridge.comet.use(binary());
});
afterEach(() => bridge.close());

describe.each([["polling"], ["websocket"]])("bytes over %s", (transport) => {
  const options = { transports: [transport] };

  it("become binary data, and binary data bytes: what a view shows, and nothing around it", async () => {
    const published: unknown[] = [];
    bridge.comet.on("publishing", ({ message }) => {
      published.push(structuredClone(message.data));
    });
    const pool = Buffer.from("secret-bytes-secret");
    const view = pool.subarray(7, 12);
    const socket = await bridge.connected("/", options);
    const heard = collect(socket, "photo");
    expect(await socket.emitWithAck("photo", view)).toEqual({ ok: true });
    await bridge.comet.publish("/photo", binaryData(view));
    await until(() => heard.length === 2);
    expect(heard).toEqual([Buffer.from("bytes"), Buffer.from("bytes")]);
    expect(published[0]).toEqual({ data: new Uint8Array(Buffer.from("bytes")), last: true });
  });

  it("keep what is said about them", async () => {
    const socket = await bridge.connected("/", options);
    const heard = collect(socket, "photo");
    const photo = { data: Buffer.from([1, 2, 3]), last: false, meta: { name: "a.png" } };
    expect(await socket.emitWithAck("photo", photo)).toEqual({ ok: true });
    await until(() => heard.length === 1);
    expect(heard).toEqual([photo]);
  });

  it("come in their place among what is text, be it of one turn or of many", async () => {
    const socket = await bridge.connected("/", options);
    const heard = collect(socket, "photo");
    const said: unknown[] = [];
    for (let turn = 0; turn < 20; turn++) {
      for (const name of ["a", "b", "c"]) {
        const bytes = Buffer.from(`${name}${turn}`);
        const isBytes = (turn + name.charCodeAt(0)) % 4 === 0;
        said.push(isBytes ? bytes : `${name}${turn}`);
        await bridge.comet.publish("/photo", isBytes ? binaryData(bytes) : `${name}${turn}`);
      }
      if (turn % 3 === 0) await until(() => heard.length === said.length);
    }
    await until(() => heard.length === said.length);
    expect(heard).toEqual(said);
  });
});

it("refuses bytes where Bayeux has no place for them", async () => {
  const socket = await bridge.connected();
  for (const argument of [
    { file: Buffer.from("x") },
    [Buffer.from("x")],
    { data: [Buffer.alloc(1)] },
  ]) {
    expect(await socket.emitWithAck("photo", argument)).toEqual({
      ok: false,
      error: "400:data:field_invalid",
    });
  }
});

it("leaves data that looks like a placeholder what it is", async () => {
  const socket = await bridge.connected();
  const heard = collect(socket, "photo");
  const lookalike = { _placeholder: true, num: 0 };
  expect(await socket.emitWithAck("photo", lookalike)).toEqual({ ok: true });
  await bridge.comet.publish(
    "/photo",
    binaryData(Uint8Array.of(1, 2, 3, 4), { meta: { a: [lookalike] } }),
  );
  await bridge.comet.publish(
    "/photo",
    binaryData(Uint8Array.of(1), { meta: { _placeholder: true, num: 99 } }),
  );
  await until(() => heard.length === 3);
  expect(heard).toEqual([
    lookalike,
    { data: "0rJua", last: true, meta: { a: [lookalike] } },
    { data: "0r", last: true, meta: { _placeholder: true, num: 99 } },
  ]);
  expect(socket.connected).toBe(true);
});

it("answers calls with bytes", async () => {
  bridge.comet.remote("thumbnail", () => binaryData(Uint8Array.of(9, 8)));
  const socket = await bridge.connected();
  expect(await socket.emitWithAck("call", "thumbnail")).toEqual({
    ok: true,
    data: Buffer.from([9, 8]),
  });
});

it("bytes are text for subscribers, and bytes for handlers, without the extension", async () => {
  const plain = await Bridge.open({ namespaces: { "/": { subscribe: ["photo"] } } });
  try {
    plain.comet.remote("size", ({ data }) => (data as { data: Uint8Array }).data.byteLength);
    const socket = await plain.connected();
    const heard = collect(socket, "photo");
    const bytes = Buffer.from([0x86, 0x4f, 0xd2, 0x6f]);
    expect(await socket.emitWithAck("photo", bytes)).toEqual({ ok: true });
    expect(await socket.emitWithAck("photo", { data: bytes, meta: 1 })).toEqual({ ok: true });
    expect(await socket.emitWithAck("call", "size", bytes)).toEqual({ ok: true, data: 4 });
    await until(() => heard.length === 2);
    expect(heard).toEqual([
      { data: "Hello", last: true },
      { data: "Hello", last: true, meta: 1 },
    ]);
  } finally {
    await plain.close();
  }
});
