import type { Comet } from "@encke/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createChatComet } from "./chat-comet.ts";
import { MAX_TEXT } from "./messages.ts";
import { Visitor } from "./testing/visitor.ts";

describe("what is said in a room", () => {
  let comet: Comet;
  let ann: Visitor;
  let bob: Visitor;

  beforeEach(async () => {
    comet = createChatComet();
    ann = await Visitor.arrive(comet, "ann");
    bob = await Visitor.arrive(comet, "bob");
    await ann.enter("lobby");
    await bob.enter("lobby");
  });

  afterEach(() => comet.close());

  it("reaches everybody in it, stamped with author and time by the server", async () => {
    const before = Date.now();
    const claim = { text: " Hello. ", author: "bob", time: "yesterday", admin: true };
    expect(await ann.publish("/chat/lobby", claim)).toMatchObject({ successful: true });
    const [message] = (await bob.hear("/chat/lobby")) as [{ time: string }];
    expect(message).toEqual({ author: "ann", text: "Hello.", time: expect.any(String) });
    expect(Date.parse(message.time)).toBeGreaterThanOrEqual(before);
    expect(await ann.hear("/chat/lobby")).toEqual([message]);
  });

  it.each([
    ["nothing", {}],
    ["only space", { text: "  " }],
    ["a number", { text: 7 }],
    ["null", null],
    ["too much", { text: "x".repeat(MAX_TEXT + 1) }],
  ])("is not %s", async (_what, data) => {
    const reply = await ann.publish("/chat/lobby", data);
    expect(reply?.error).toBe("403:/chat/lobby:A message is 1 to 500 characters of text.");
    expect(await bob.hear("/chat/lobby")).toEqual([]);
  });

  it("may come from the server itself", async () => {
    await comet.publish("/chat/lobby", { text: "Tea at four." });
    const message = { author: "the server", text: "Tea at four.", time: expect.any(String) };
    expect(await ann.hear("/chat/lobby")).toEqual([message]);
  });

  it("may be as long as the limit", async () => {
    const text = "x".repeat(MAX_TEXT);
    await ann.publish("/chat/lobby", { text });
    expect(await bob.hear("/chat/lobby")).toMatchObject([{ text }]);
  });
});
