import { describe, expect, it, onTestFinished } from "vitest";
import { isBad } from "./bad-language.ts";
import { createChatComet } from "./chat-comet.ts";
import { Visitor } from "./testing/visitor.ts";

describe("bad language", () => {
  it.each(["Heck!", "what the heck", "DRAT", "darn, again"])("is heard in %j", (text) => {
    expect(isBad(text)).toBe(true);
  });

  it.each(["", "check", "darning socks", "h e c k"])("is not heard in %j", (text) => {
    expect(isBad(text)).toBe(false);
  });

  it("is refused, the sender warned in private and the room told", async () => {
    const comet = createChatComet();
    onTestFinished(() => comet.close());
    const ann = await Visitor.arrive(comet, "ann");
    const bob = await Visitor.arrive(comet, "bob");
    await ann.enter("lobby");
    await bob.enter("lobby");

    const reply = await ann.publish("/chat/lobby", { text: "Heck!" });
    expect(reply?.error).toBe("403:/chat/lobby:Mind your language.");

    const heard = await bob.hearAll();
    expect(heard.get("/chat/lobby")).toBeUndefined();
    expect(heard.get("/service/warning")).toBeUndefined();
    expect(heard.get("/notices/lobby")).toContainEqual({
      kind: "held back",
      name: "ann",
      time: expect.any(String),
    });
    expect(await ann.hear("/service/warning")).toEqual([
      { text: "That was not sent. Please say it in other words.", time: expect.any(String) },
    ]);
  });
});
