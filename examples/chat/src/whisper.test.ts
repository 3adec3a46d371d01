import type { Comet } from "@encke/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createChatComet } from "./chat-comet.ts";
import { Visitor } from "./testing/visitor.ts";

describe("a whisper", () => {
  let comet: Comet;
  let ann: Visitor;
  let bob: Visitor;

  beforeEach(async () => {
    comet = createChatComet();
    ann = await Visitor.arrive(comet, "ann");
    bob = await Visitor.arrive(comet, "bob");
  });

  afterEach(() => comet.close());

  it("is heard in every window of the one it is for, and by nobody else", async () => {
    const second = await Visitor.arrive(comet, "bob");
    const cleo = await Visitor.arrive(comet, "cleo");
    const answer = await ann.ask("whisper", { to: "bob", text: "psst", from: "cleo" });
    expect(answer).toEqual({
      isDelivered: true,
      to: "bob",
      text: "psst",
      time: expect.any(String),
    });
    const whisper = { from: "ann", text: "psst", time: expect.any(String) };
    expect(await bob.hear("/service/whisper")).toEqual([whisper]);
    expect(await second.hear("/service/whisper")).toEqual([whisper]);
    expect(await cleo.hear("/service/whisper")).toEqual([]);
    expect(await ann.hear("/service/whisper")).toEqual([]);
  });

  it("to somebody who is not here is answered so", async () => {
    expect(await ann.ask("whisper", { to: "zed", text: "psst" })).toEqual({
      isDelivered: false,
      reason: "Nobody called zed is here.",
    });
  });

  it.each([undefined, null, 7, { toString: 7 }])("to %j is refused", async (to) => {
    expect(await ann.ask("whisper", { to, text: "psst" })).toEqual({
      isDelivered: false,
      reason: "A whisper is for somebody.",
    });
  });

  it.each([{ to: "bob" }, { to: "bob", text: " " }, { to: "bob", text: "x".repeat(501) }])(
    "without a proper text is refused",
    async (data) => {
      expect(await ann.ask("whisper", data)).toEqual({
        isDelivered: false,
        reason: "A whisper is 1 to 500 characters of text.",
      });
      expect(await bob.hear("/service/whisper")).toEqual([]);
    },
  );
});
