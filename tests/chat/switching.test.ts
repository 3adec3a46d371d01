import { describe, expect, it } from "vitest";
import { type HeldFarewell, heldFarewell } from "../browser/held-farewell.ts";
import { ChatStage } from "./chat-stage.ts";
import type { ChatWindow } from "./chat-window.ts";

describe("a window of the chat that leaves and comes back", { timeout: 60_000 }, () => {
  const stage = new ChatStage().set();

  it("switches to long polling and back, and stays in its room", async () => {
    await stage.start();
    const ann = await stage.windowOf("ann");
    await ann.enter("garden");
    const bob = await stage.windowOf("bob");
    await bob.enter("garden");
    for (const transport of ["Long polling", "WebSocket"]) {
      const transports = transportsOf(bob);
      await bob.page.getByLabel("Transport").selectOption(transport);
      await bob.sees("notice", "bob came in.");
      await bob.say(`over ${transport}`);
      await ann.sees("entry", `over ${transport}`);
      await ann.say(`to ${transport}`);
      await bob.sees("entry", `to ${transport}`);
      expect(transports.has("WebSocket")).toBe(transport === "WebSocket");
      await bob.seesStatus("Connected");
    }
  });

  it("loses nothing that is done meanwhile, and does nothing twice", async () => {
    await stage.start();
    const ann = await stage.windowOf("ann");
    const bob = await stage.windowOf("bob");
    const transport = bob.page.getByLabel("Transport");
    const farewell = await pollingFarewell(bob);
    await ann.enter("garden");
    for (const name of ["WebSocket", "Long polling", "WebSocket"])
      await transport.selectOption(name);
    await farewell.isSaid;
    await bob.enter("garden");
    await bob.say("on the way");
    farewell.release();
    await ann.sees("entry", "on the way");
    await ann.seesMembers("ann (you)", "bob");
    await bob.say("there");
    await ann.seesConversation(["bob: on the way", "bob: there"]);
    await bob.seesConversation(["You: on the way", "You: there"]);
    await ann.seesTimes("notice", "bob came in.", 1);
  });

  it.each([
    ["is said in the room", (ann: ChatWindow) => ann.say("to bob")],
    ["is whispered", (ann: ChatWindow) => ann.whisper("bob", "to bob")],
  ])("tells nobody else what he said, nor what %s to him", async (_how, tell) => {
    await stage.start();
    const ann = await stage.windowOf("ann");
    const window = await stage.windowOf("bob");
    const farewell = await pollingFarewell(window);
    await window.page.getByLabel("Transport").selectOption("WebSocket");
    await farewell.isSaid;
    await window.say("a secret of bob");
    await window.page.getByRole("button", { name: "Log out" }).click();
    await window.logIn("cleo");
    await tell(ann);
    await ann.sees("entry", "to bob");
    farewell.release();
    await window.seesMembers("ann", "cleo (you)");
    expect(await window.page.getByLabel("Message", { exact: true }).inputValue()).toBe("");
    await window.say("hello");
    await ann.seesTimes("entry", "hello", 1);
    await ann.seesTimes("entry", "secret", 0);
    await window.seesConversation(["You: hello"]);
  });

  it("shows nothing of a room that it has left", async () => {
    await stage.start();
    const ann = await stage.windowOf("ann");
    const bob = await stage.windowOf("bob");
    const farewell = await pollingFarewell(bob);
    await bob.page.getByLabel("Transport").selectOption("WebSocket");
    await farewell.isSaid;
    await bob.enter("garden");
    await ann.say("said in the lobby");
    await ann.sees("entry", "said in the lobby");
    farewell.release();
    await bob.seesMembers("bob (you)");
    await bob.say("hello");
    await bob.seesConversation(["You: hello"]);
  });

  it("may be another one's before the last one is out", async () => {
    await stage.start();
    const ann = await stage.windowOf("ann");
    const window = await stage.windowOf("bob");
    const farewell = await pollingFarewell(window);
    await window.page.getByRole("button", { name: "Log out" }).click();
    await farewell.isSaid;
    await window.logIn("cleo");
    farewell.release();
    await window.seesMembers("ann", "cleo (you)");
    await ann.say("hello cleo");
    await window.seesConversation(["ann: hello cleo"]);
  });
});

/** Has bob's window poll. Nobody hears that it leaves before that is released. */
async function pollingFarewell(window: ChatWindow): Promise<HeldFarewell> {
  await window.page.getByLabel("Transport").selectOption("Long polling");
  await window.seesTimes("notice", "bob came in.", 2);
  return await heldFarewell(window.page);
}

/** Fills with how the window talks to the server from now on. */
function transportsOf({ page }: ChatWindow): Set<string> {
  const seen = new Set<string>();
  page.on("websocket", () => seen.add("WebSocket"));
  page.on("request", (request) => {
    if (request.url().includes("/comet/connect")) seen.add("long polling");
  });
  return seen;
}
