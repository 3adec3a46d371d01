import { describe, expect, it } from "vitest";
import { ChatStage } from "./chat-stage.ts";

describe("the chat in a browser", { timeout: 60_000 }, () => {
  const stage = new ChatStage().set();

  it("lets two people see each other and talk", async () => {
    await stage.start();
    const ann = await stage.windowOf("ann");
    const bob = await stage.windowOf("bob");
    await ann.seesMembers("ann (you)", "bob");
    await bob.seesMembers("ann", "bob (you)");
    await ann.sees("notice", "bob came in.");
    await ann.say("Hello bob");
    await bob.sees("entry", "Hello bob");
    await bob.say("Hello ann");
    await ann.sees("entry", "Hello ann");
    await ann.seesConversation(["You: Hello bob", "bob: Hello ann"]);
    await bob.seesConversation(["ann: Hello bob", "You: Hello ann"]);
  });

  it("says why somebody is not let in", async () => {
    await stage.start();
    const window = await stage.window();
    await window.logIn("ann", "wrong");
    await window.sees("alert", "There is no such name with that password.");
    expect(await window.page.locator("#chat").isVisible()).toBe(false);
    await window.logIn("ann");
    await window.seesStatus("Connected");
  });

  it("fills in the form with a demo account", async () => {
    await stage.start();
    const window = await stage.window();
    await window.page.getByRole("button", { name: "cleo" }).click();
    await window.page.getByRole("button", { name: "Log in" }).click();
    await window.seesMembers("cleo (you)");
  });

  it("carries a whisper to one person only", async () => {
    await stage.start();
    const ann = await stage.windowOf("ann");
    const bob = await stage.windowOf("bob");
    const cleo = await stage.windowOf("cleo");
    await ann.whisper("bob", "just for you");
    await bob.sees("entry", "just for you");
    await bob.seesConversation(["ann whispers to you: just for you"]);
    await ann.page.getByRole("button", { name: "To the room instead" }).click();
    await ann.say("for everybody");
    await cleo.sees("entry", "for everybody");
    await cleo.seesConversation(["ann: for everybody"]);
    await ann.seesConversation(["You whisper to bob: just for you", "You: for everybody"]);
  });

  it("tells that the one whispered to is gone", async () => {
    await stage.start();
    const ann = await stage.windowOf("ann");
    const bob = await stage.windowOf("bob");
    await ann.page.getByRole("button", { name: "bob", exact: true }).click();
    await bob.page.getByRole("button", { name: "Log out" }).click();
    await ann.seesMembers("ann (you)");
    await ann.say("are you there?");
    await ann.sees("alert", "Not sent: Nobody called bob is here.");
  });

  it("refuses bad language, warns who used it and tells the room", async () => {
    await stage.start();
    const ann = await stage.windowOf("ann");
    const bob = await stage.windowOf("bob");
    await ann.say("what the heck");
    await bob.sees("notice", "Something ann said was held back.");
    await ann.sees("alert", "Not sent: Mind your language.");
    await ann.sees("entry", "That was not sent.");
    await bob.seesConversation([]);
    expect(await ann.page.getByLabel("Message", { exact: true }).inputValue()).toBe(
      "what the heck",
    );
  });

  it("tells the others when a window is closed", async () => {
    await stage.start({ maxInterval: 1_000 });
    const ann = await stage.windowOf("ann");
    const bob = await stage.windowOf("bob");
    await ann.seesMembers("ann (you)", "bob");
    await bob.page.close();
    await ann.sees("notice", "bob left.");
    await ann.seesMembers("ann (you)");
  });

  it("has rooms of its own and lets people open more", async () => {
    await stage.start();
    const ann = await stage.windowOf("ann");
    const bob = await stage.windowOf("bob");
    await ann.page.getByLabel("Room to open").fill("The Attic");
    await ann.page.getByLabel("Room to open").press("Enter");
    await ann.seesMembers("ann (you)");
    await ann.say("quiet here");
    await bob.enter("the-attic");
    await bob.seesMembers("ann", "bob (you)");
    await bob.say("found you");
    await ann.sees("entry", "found you");
    await bob.seesConversation(["You: found you"]);
    await bob.enter("garden");
    await ann.sees("notice", "bob left.");
  });

  it("shows what people write as text, never as HTML", async () => {
    await stage.start();
    const ann = await stage.windowOf("ann");
    const text = '<img src="x" onerror="document.title = 1"><b>bold</b>';
    await ann.say(text);
    await ann.sees("entry", text);
    expect(await ann.page.locator("#transcript img, #transcript b").count()).toBe(0);
  });

  it("shows that the browser is offline, and that it is not any more", async () => {
    await stage.start();
    const ann = await stage.windowOf("ann");
    await ann.page.context().setOffline(true);
    await ann.seesStatus("Offline");
    await ann.page.context().setOffline(false);
    await ann.seesStatus("Connected");
  });

  it("misses nothing that was said while the network was away", async () => {
    await stage.start();
    const ann = await stage.windowOf("ann");
    const bob = await stage.windowOf("bob");
    await ann.page.getByLabel("Transport").selectOption("Long polling");
    await bob.sees("notice", "ann came in.");
    await ann.seesStatus("Connected");
    await ann.page.context().setOffline(true);
    await bob.say("one");
    await bob.say("two");
    await bob.seesConversation(["You: one", "You: two"]);
    await ann.page.context().setOffline(false);
    await ann.seesConversation(["bob: one", "bob: two"]);
    ann.forgetBrokenConnections();
  });

  it("says once the server is back what was written meanwhile, and says it once", async () => {
    await stage.start();
    const { port } = stage.site;
    const ann = await stage.windowOf("ann");
    await stage.stop();
    await ann.seesStatus("Reconnecting");
    await ann.say("written meanwhile");
    await ann.sees("alert", "This goes out when the server is back.");
    await stage.start({ port });
    await ann.sees("entry", "written meanwhile");
    await ann.say("and this now");
    await ann.seesConversation(["You: written meanwhile", "You: and this now"]);
    ann.forgetBrokenConnections();
  });

  it("is left at once by a window that is reloaded, and entered again", async () => {
    await stage.start();
    const ann = await stage.windowOf("ann");
    const bob = await stage.windowOf("bob");
    await ann.seesMembers("ann (you)", "bob");
    await bob.page.reload();
    await ann.sees("notice", "bob left.");
    await bob.logIn("bob");
    await bob.seesMembers("ann", "bob (you)");
  });

  it("recovers by itself when the server was restarted", async () => {
    await stage.start();
    const { port } = stage.site;
    const ann = await stage.windowOf("ann");
    const bob = await stage.windowOf("bob");
    await bob.page.getByLabel("Transport").selectOption("Long polling");
    await ann.seesMembers("ann (you)", "bob");
    await stage.stop();
    await ann.seesStatus("Reconnecting");
    await bob.seesStatus("Reconnecting");
    await ann.page.getByText(/^heartbeat \d+ s ago$/).waitFor();
    await stage.start({ port });
    await ann.seesStatus("Connected");
    await bob.seesStatus("Connected");
    await ann.seesMembers("ann (you)", "bob");
    await ann.say("still there?");
    await bob.sees("entry", "still there?");
    ann.forgetBrokenConnections();
    bob.forgetBrokenConnections();
  });
});
