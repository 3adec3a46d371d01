import { frameText } from "@encke/adapter-node-http";
import { describe, expect, it } from "vitest";
import { eventPacket, joinPackets } from "./packets.ts";

const one = eventPacket("/", ["say", "ö"]);
const other = eventPacket("/chat", ["say", 2]);
const binary = eventPacket("/", ["photo", Buffer.from([1])]);

describe("packets that leave together", () => {
  it("are one answer to a poll, and each a frame of its own for a WebSocket", () => {
    const payload = '42["say","ö"]\x1e42/chat,["say",2]';
    const frames = [frameText('42["say","ö"]'), frameText('42/chat,["say",2]')];
    expect(joinPackets([one, other])?.text).toEqual({
      payload,
      frames: [Buffer.concat(frames)],
      bytes: Buffer.byteLength(payload),
    });
  });

  it("are for the library one message, before which it puts the type", () => {
    const joined = joinPackets([one, other]);
    expect(joined?.parts.map(({ data }) => `4${data}`)).toEqual([joined?.text?.payload]);
    expect(joined?.parts[0]?.options.wsPreEncodedFrame).toBe(joined?.text?.frames);
  });

  it("stay what they are when there is only one", () => {
    expect(joinPackets([one])).toBe(one);
    expect(joinPackets([binary])).toBe(binary);
  });

  it("are not joined where there are bytes in one of them", () => {
    expect(binary.text).toBeUndefined();
    expect(joinPackets([one, binary])).toBeUndefined();
  });
});
