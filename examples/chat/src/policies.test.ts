import type { Comet } from "@encke/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createChatComet } from "./chat-comet.ts";
import { Visitor } from "./testing/visitor.ts";

describe("the policies", () => {
  let comet: Comet;
  let ann: Visitor;

  beforeEach(async () => {
    comet = createChatComet();
    ann = await Visitor.arrive(comet, "ann");
    await ann.enter("lobby");
  });

  afterEach(async () => {
    // What the others are told of who has entered is under way.
    await ann.hearAll();
    await comet.close();
  });

  it.each([["/chat/garden"], ["/members/garden"], ["/notices/garden"], ["/rooms"]])(
    "let those who are logged in listen to %s",
    async (channel) => {
      expect(await ann.subscribe([channel])).toMatchObject({ successful: true });
    },
  );

  it.each([["/chat/*"], ["/chat/**"], ["/**"], ["/members/*"], ["/chat/Not%20a%20room"], ["/x/y"]])(
    "let nobody listen to %s",
    async (channel) => {
      expect(await ann.subscribe([channel])).toMatchObject({ successful: false });
    },
  );

  it("let nobody listen who has not logged in", async () => {
    const stranger = new Visitor(comet, "nobody", "made-up");
    expect(await stranger.subscribe(["/chat/lobby"])).toMatchObject({
      error: "402::session_unknown",
    });
  });

  it.each([["/members/lobby"], ["/notices/lobby"], ["/rooms"], ["/service/warning"], ["/x/y"]])(
    "let the server alone speak on %s",
    async (channel) => {
      const reply = await ann.publish(channel, { room: "lobby", names: ["eve"] });
      expect(reply?.error).toBe(`403:${channel}:Only the server speaks here.`);
    },
  );

  it("let nobody speak in a room without being in it", async () => {
    const reply = await ann.publish("/chat/garden", { text: "anybody?" });
    expect(reply?.error).toBe("403:/chat/garden:Enter the room first.");
  });
});
