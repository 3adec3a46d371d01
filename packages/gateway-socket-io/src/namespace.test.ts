import { Batch, type EncodedMessage } from "@encke/core";
import { describe, expect, it } from "vitest";
import { Namespace } from "./namespace.ts";
import { Namespaces } from "./namespaces.ts";

const said = { json: '{"channel":"/chat/say","data":1}', position: 5 };

function textOf(
  namespace: Namespace,
  message: { readonly json: string; readonly position?: number },
): unknown {
  return namespace.deliveryOf(message)?.packet.parts[0]?.data;
}

describe("a namespace", () => {
  it("makes one packet of a message, for all who get it", () => {
    const chat = new Namespace("/chat", [], true);
    expect(chat.deliveryOf(said)).toBe(chat.deliveryOf(said));
    expect(textOf(chat, said)).toBe('2/chat,["say",1,"5"]');
  });

  it("says where the message is only if that is of use", () => {
    expect(textOf(new Namespace("/chat", [], false), said)).toBe('2/chat,["say",1]');
  });

  it("says another place for one who has got further already", () => {
    const delivery = new Namespace("/chat", [], true).deliveryAt(said, 9);
    expect(delivery?.packet.parts[0]?.data).toBe('2/chat,["say",1,"9"]');
  });

  it("sends what is of other channels as a message", () => {
    const json = '{"channel":"/chat/rooms/7","data":1}';
    expect(textOf(new Namespace("/chat", [], true), { json })).toBe(
      '2/chat,["message",{"channel":"/chat/rooms/7","data":1}]',
    );
  });

  it("has nothing to say of the protocol of Bayeux", () => {
    const json = '{"channel":"/meta/connect","successful":true}';
    expect(new Namespace("/", [], true).deliveryOf({ json })).toBeUndefined();
  });

  it("knows the frame of a text, and sends it as it is", () => {
    const [part] =
      new Namespace("/", [], false).deliveryOf({ json: '{"channel":"/a","data":1}' })?.packet
        .parts ?? [];
    const text = `4${part?.data}`;
    expect(part?.options.wsPreEncodedFrame).toEqual([
      Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)]),
    ]);
  });
});

describe("a batch in a namespace", () => {
  function at(position: number | undefined, more = ""): EncodedMessage {
    const json = `{"channel":"/chat/say","data":1${more}}`;
    return position === undefined ? { json } : { json, position };
  }

  function sharedOf(...messages: EncodedMessage[]) {
    const batch = new Batch(messages);
    const chat = new Namespace("/chat", [], true);
    expect(chat.sharedOf(batch)).toBe(chat.sharedOf(batch));
    return chat.sharedOf(batch);
  }

  it("is one packet for all who get it, from its first position to its last", () => {
    const shared = sharedOf(at(undefined), at(5), at(5), at(7));
    expect(shared).toMatchObject({ first: 5, last: 7 });
    expect(shared?.packet.text?.payload.split("\x1e")).toEqual([
      '42/chat,["say",1]',
      ...['42/chat,["say",1,"5"]', '42/chat,["say",1,"5"]', '42/chat,["say",1,"7"]'],
    ]);
  });

  it("leaves out what is nothing for a Socket.IO client", () => {
    const connect = { json: '{"channel":"/meta/connect","successful":true}' };
    expect(sharedOf(at(5), connect)?.packet.text?.payload).toBe('42/chat,["say",1,"5"]');
    expect(sharedOf(connect)).toBeUndefined();
  });

  it("is looked at message by message where one of them may answer a call", () => {
    expect(sharedOf(at(5), at(6, ',"id":"1"'))).toBeUndefined();
  });

  it("is looked at message by message where they are not in the order of the log", () => {
    expect(sharedOf(at(7), at(5))).toBeUndefined();
  });
});

describe("namespaces", () => {
  const namespaces = new Namespaces(
    { "/rooms/*": { subscribe: ["say"] }, "/rooms/lobby": { subscribe: ["*"] } },
    true,
  );

  it("are found by the closest declaration", () => {
    expect(namespaces.get("/rooms/7")?.patterns).toEqual(["/rooms/7/say"]);
    expect(namespaces.get("/rooms/lobby")?.patterns).toEqual(["/rooms/lobby/*"]);
  });

  it.each(["/", "/rooms", "/rooms/7/8", "/rooms/*", "/rooms/", "__proto__", "/rooms/a b"])(
    "are not made up: %s",
    (name) => {
      expect(namespaces.get(name)).toBeUndefined();
    },
  );
});
