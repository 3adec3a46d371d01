import { describe, expect, it, onTestFinished } from "vitest";
import { logIn } from "./accounts.ts";
import { createChatComet } from "./chat-comet.ts";
import { shakeHands } from "./testing/visitor.ts";

describe("logging in", () => {
  it("lets in who knows the password, and keeps the name with the client", async () => {
    const comet = createChatComet();
    onTestFinished(() => comet.close());
    const reply = await shakeHands(comet, { name: "ann", password: "apple" });
    expect(reply.successful).toBe(true);
    expect(comet.client(reply.clientId ?? "")?.data).toEqual({ name: "ann" });
  });

  it.each([
    ["a wrong password", { name: "ann", password: "banana" }],
    ["an unknown name", { name: "eve", password: "apple" }],
    ["a name that every object has", { name: "constructor", password: "apple" }],
    ["no password", { name: "ann" }],
    ["a text", "ann"],
    ["nothing", undefined],
    ["null", null],
  ])("refuses %s and says why", async (_what, authentication) => {
    const comet = createChatComet();
    onTestFinished(() => comet.close());
    const reply = await shakeHands(comet, authentication);
    expect(reply.error).toBe("403::There is no such name with that password.");
    expect(reply.advice).toEqual({ reconnect: "none" });
    expect([...comet.clients]).toEqual([]);
  });

  it("lets in who says it where clients of Socket.IO do", () => {
    const auth = { name: "ann", password: "apple" };
    const message = { channel: "/meta/handshake", ext: { auth } };
    expect(logIn({ message })).toMatchObject({ allow: true });
  });

  it("refuses a handshake without ext", () => {
    const message = { channel: "/meta/handshake" };
    expect(logIn({ message })).toMatchObject({ allow: false });
  });
});
