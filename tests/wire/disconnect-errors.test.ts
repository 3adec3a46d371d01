import type { ExtensionContext, IExtension, Message } from "@encke/core";
import { describe, expect, it } from "vitest";
import { until } from "../http/support/until.ts";
import type { Said } from "../support/talker.ts";
import { LONG_POLLING, TRANSPORTS } from "./support/transports.ts";
import { Wire } from "./support/wire.ts";

describe.each(TRANSPORTS)("a client over $name", (transport) => {
  it("B61 that disconnects is gone: its held connect is answered, and later messages are refused", async () => {
    const wire = await Wire.open(transport);
    const ends: string[] = [];
    wire.comet.on("disconnected", ({ reason }) => ends.push(reason));
    const page = await wire.subscriber("/room");
    const connect = await wire.hold(page);
    expect(await page.ask({ channel: "/meta/disconnect", id: "bye" })).toEqual({
      channel: "/meta/disconnect",
      id: "bye",
      clientId: page.clientId,
      successful: true,
    });
    expect((await page.replies(connect))[0]?.advice?.reconnect).toBe("none");
    expect(wire.comet.stats()).toMatchObject({ clients: 0, held: 0, subscriptions: 0 });
    const replies = await page.askAll(
      { channel: "/meta/disconnect" },
      { channel: "/meta/connect", connectionType: transport.connectionType },
      { channel: "/room", data: 1 },
    );
    expect(replies.map(({ error }) => error)).toEqual(Array(3).fill("402::session_unknown"));
    expect(ends).toEqual(["disconnect"]);
  });

  it("B61 that disconnects is gone for the rest of the same request, too", async () => {
    const wire = await Wire.open(transport);
    const page = await wire.connected();
    const [disconnect, ...later] = await page.askAll(
      { channel: "/meta/disconnect" },
      { channel: "/room", data: "too late" },
      { channel: "/meta/subscribe", subscription: "/room" },
      { channel: "/meta/disconnect" },
      { channel: "/meta/connect", connectionType: transport.connectionType },
    );
    expect(disconnect?.successful).toBe(true);
    expect(later.map(({ error }) => error)).toEqual(Array(4).fill("402::session_unknown"));
    expect(wire.comet.stats()).toMatchObject({ clients: 0, published: 0, subscriptions: 0 });
  });

  it("B62 is told errors as a number, arguments and a text, however it chooses the words", async () => {
    const wire = await Wire.open(transport, {
      policies: { publish: () => ({ allow: false, reason: "no: never,\nnot: so" }) },
      limits: { idLength: 5, extLength: 10 },
    });
    const page = await wire.connected();
    const channel = "/a:b,c:d";
    const replies = await page.askAll(
      { channel, data: 1 },
      { channel: "/meta/:,", data: 1 },
      { channel: "/bad:\u0000\r\n,*", data: 1 },
      { channel: "/meta/subscribe", subscription: ["a:b", "c,d"] },
      { channel: "/meta/connect", connectionType: "a:b,c\u0007" },
      { channel: "/room", data: 1, ext: { a: "0123456789" }, subscription: 7 },
      { channel: "/room", clientId: "a:b" },
    );
    const errors = replies.map(({ error }) => error as string);
    for (const error of errors) expect(error).toMatch(/^\d{3}:[^:\p{Cc}]*:[^:\p{Cc}]+$/u);
    expect(new Set(errors).size).toBe(errors.length);
  });

  it("B62 is told a reason of the application without anything that separates", async () => {
    const wire = await Wire.open(transport, {
      policies: { publish: () => ({ allow: false, reason: "no: never,\nnot: so" }) },
    });
    const page = await wire.connected();
    const { error } = await page.publish("/a:b,c", 1);
    expect(error).toBe("403:/a%3Ab%2Cc:no%3A never, not%3A so");
    expect(
      (await page.ask({ channel: "/meta/connect", connectionType: "a:b,c\u0007" })).error,
    ).toBe("301:a%3Ab%2Cc :connection_type_unsupported");
  });

  it("B63 gets its ids back in every reply, in their type, also when they are the same", async () => {
    const wire = await Wire.open(transport, { limits: { idLength: 8 } });
    const { clientId } = await wire.connected();
    const page = await wire.page();
    const channels = ["/room", "/meta/nonsense", "/meta/unsubscribe", "/bad/", "/service/x"];
    for (const id of ["same", 42, 1.5, "", "12345678"]) {
      const messages = channels.map((channel) => ({ channel, id, clientId, data: 1 }));
      const replies = await page.exchange(...messages);
      expect(replies.map((reply) => reply.id)).toEqual(channels.map(() => id));
    }
  });

  it("B63 may not use ids that are too long, or neither text nor number", async () => {
    const wire = await Wire.open(transport, { limits: { idLength: 8 } });
    const page = await wire.connected();
    for (const id of ["123456789", true, {}, ["1"]]) {
      const publish = { channel: "/room", id, clientId: page.clientId, data: 1 };
      expect(await page.exchange(publish)).toEqual([
        { channel: "/room", successful: false, error: "400:id:field_invalid" },
      ]);
    }
    expect(wire.comet.stats().published).toBe(0);
  });

  it("B64 may send ext of which nobody knows: it is neither answered nor passed on", async () => {
    const wire = await Wire.open(transport);
    const ext = { token: "secret", ack: true, "": [] };
    const page = await wire.page();
    const replies = [
      await page.handshake({ ext }),
      await page.connect({ ext }),
      await page.ask({ channel: "/meta/subscribe", subscription: "/room", ext }),
      await page.ask({ channel: "/room", data: 1, ext }),
    ];
    for (const reply of replies) {
      expect(reply.successful).toBe(true);
      expect(reply).not.toHaveProperty("ext");
    }
    await page.receive(1);
    expect(page.deliveries).toEqual([{ channel: "/room", data: 1 }]);
  });

  it("B64 may use ext with an extension that answers it", async () => {
    const wire = await Wire.open(transport);
    wire.comet.use(echoing());
    const page = await wire.client();
    const [with_, without] = await page.askAll(
      { channel: "/room", data: 1, ext: { echo: { deep: [1] } } },
      { channel: "/room", data: 1 },
    );
    expect(with_?.ext).toEqual({ echo: { deep: [1] } });
    expect(without).not.toHaveProperty("ext");
  });

  it("B65 may send fields of which nobody knows, and its fields are told by their case", async () => {
    const wire = await Wire.open(transport);
    const page = await wire.connected();
    const message: Said = { channel: "/room", data: 1, hello: "world", "": 0, Data: 2 };
    expect((await page.ask(message)).successful).toBe(true);
    const { clientId } = page;
    const inCapitals = { CHANNEL: "/room", ClientId: clientId, DATA: 1, channel: "/room" };
    expect((await page.exchange(inCapitals))[0]?.error).toBe("402::session_unknown");
    const withoutData = { channel: "/room", clientId, Data: 1 };
    expect((await page.exchange(withoutData))[0]?.error).toBe("400::data_missing");
  });

  it.each(["yesterday", 7, {}, null, []])(
    "B66 may send the timestamp %j, which means nothing",
    async (timestamp) => {
      const wire = await Wire.open(transport);
      const page = await wire.subscriber("/room");
      const reply = await page.ask({ channel: "/room", data: 1, timestamp });
      expect(reply).toEqual({ channel: "/room", id: expect.any(String), successful: true });
      await page.receive(1);
      expect(page.deliveries).toEqual([{ channel: "/room", data: 1 }]);
    },
  );

  it("B70 is answered its held connect when the server shuts down, and may not begin anew", async () => {
    const wire = await Wire.open(transport);
    const pages = await Promise.all(Array.from({ length: 10 }, () => wire.connected()));
    const connects = await Promise.all(pages.map((page) => wire.hold(page)));
    await wire.comet.close();
    const intervals = new Set<unknown>();
    for (const [at, page] of pages.entries()) {
      const [reply] = await page.replies(connects[at] as string);
      expect(reply).toMatchObject({ successful: true, advice: { reconnect: "retry" } });
      intervals.add(reply?.advice?.interval);
      expect(page.refusals).toEqual([]);
    }
    // Not all at the same time.
    expect(intervals.size).toBe(pages.length);
    if (transport.connectionType !== "websocket") return;
    await until(() => pages.every(({ isClosed }) => isClosed));
  });
});

describe("a client over long polling", () => {
  it("B70 is not let in while the server shuts down, and is told to come again", async () => {
    const wire = await Wire.open(LONG_POLLING);
    const page = await wire.connected();
    let goOn: (() => void) | undefined;
    const waits = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    wire.comet.onClosing(() => waits);
    const closed = wire.comet.close();
    expect((await page.connect()).advice?.reconnect).toBe("retry");
    const reply = await page.handshake();
    expect(reply).toMatchObject({
      successful: false,
      error: "503::server_closing",
      advice: { reconnect: "handshake" },
    });
    goOn?.();
    await closed;
  });
});

function echoing(): IExtension {
  return {
    name: "echo",
    outgoing(message: Message, { request }: ExtensionContext) {
      if (request?.ext !== undefined) message.ext = request.ext;
    },
  };
}
