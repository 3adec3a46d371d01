import type { Comet } from "@encke/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createChatComet } from "./chat-comet.ts";
import { Visitor } from "./testing/visitor.ts";

describe("who is here", () => {
  let comet: Comet;
  let ann: Visitor;

  beforeEach(async () => {
    comet = createChatComet();
    ann = await Visitor.arrive(comet, "ann");
    await ann.enter("lobby");
  });

  afterEach(() => comet.close());

  it("is told to those in the room when somebody comes and goes", async () => {
    const bob = await Visitor.arrive(comet, "bob");
    await ann.hearAll();
    await bob.enter("lobby");
    const entered = await ann.hearAll();
    expect(entered.get("/members/lobby")).toEqual([{ room: "lobby", names: ["ann", "bob"] }]);
    expect(entered.get("/notices/lobby")).toEqual([notice("enter", "bob")]);
    await bob.leave();
    const left = await ann.hearAll();
    expect(left.get("/members/lobby")).toEqual([{ room: "lobby", names: ["ann"] }]);
    expect(left.get("/notices/lobby")).toEqual([notice("leave", "bob")]);
  });

  it("is told to the one who enters as well", async () => {
    const bob = await Visitor.arrive(comet, "bob");
    await bob.enter("lobby");
    expect(await bob.hear("/members/lobby")).toEqual([{ room: "lobby", names: ["ann", "bob"] }]);
  });

  it("does not change by a second window of the same person", async () => {
    const second = await Visitor.arrive(comet, "ann");
    await ann.hearAll();
    await second.enter("lobby");
    await second.leave();
    expect((await ann.hearAll()).size).toBe(0);
  });

  it("is answered to those who ask", async () => {
    expect(await ann.ask("members", { room: "lobby" })).toEqual({ room: "lobby", names: ["ann"] });
    expect(await ann.ask("members", { room: "garden" })).toEqual({ room: "garden", names: [] });
    expect(await ann.ask("members", { room: "**" })).toEqual({ room: "", names: [] });
    expect(await ann.ask("members", null)).toEqual({ room: "", names: [] });
  });

  it("makes the list of rooms, own rooms as long as somebody is in them", async () => {
    await ann.hearAll();
    const bob = await Visitor.arrive(comet, "bob");
    await bob.enter("attic");
    const standing = [
      { room: "lobby", people: 1 },
      { room: "garden", people: 0 },
      { room: "workshop", people: 0 },
    ];
    expect(await ann.hear("/rooms")).toEqual([[...standing, { room: "attic", people: 1 }]]);
    await bob.leave();
    expect(await ann.hear("/rooms")).toEqual([standing]);
    expect(await ann.ask("rooms", {})).toEqual(standing);
  });
});

function notice(kind: string, name: string): object {
  return { kind, name, time: expect.any(String) as string };
}
