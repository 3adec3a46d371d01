import { describe, it } from "vitest";
import { ChatStage } from "./chat-stage.ts";

const WITH_SOCKET_IO = { path: "/with-socket-io" };

describe("the chat's page with socket.io-client", { timeout: 60_000 }, () => {
  const stage = new ChatStage().set();

  it.each(["websocket", "long-polling"])("talks in the same rooms over %s", async (transport) => {
    await stage.start();
    const ann = await stage.windowOf("ann");
    const bob = await stage.window(WITH_SOCKET_IO);
    await bob.page.locator("#transport").evaluate((select, value) => {
      (select as unknown as { value: string }).value = value;
    }, transport);
    await bob.logIn("bob");
    await bob.seesStatus("Connected");
    await ann.seesMembers("ann (you)", "bob");
    await bob.seesMembers("ann", "bob (you)");
    await ann.say("Hello, bob.");
    await bob.sees("entry", "Hello, bob.");
    await bob.say("Hello, ann.");
    await ann.seesConversation(["You: Hello, bob.", "bob: Hello, ann."]);
    await bob.seesConversation(["ann: Hello, bob.", "You: Hello, ann."]);
    await bob.whisper("ann", "a word between us");
    await ann.sees("entry", "a word between us");
    await ann.enter("garden");
    await bob.seesMembers("bob (you)");
    await bob.enter("garden");
    await ann.seesMembers("ann (you)", "bob");
  });

  it("says why somebody is not let in", async () => {
    await stage.start();
    const eve = await stage.window(WITH_SOCKET_IO);
    await eve.logIn("ann", "banana");
    await eve.sees("alert", "There is no such name with that password.");
  });

  it("misses nothing while the connection is broken", async () => {
    await stage.start();
    const ann = await stage.windowOf("ann");
    const bob = await stage.windowOf("bob", WITH_SOCKET_IO);
    await ann.seesMembers("ann (you)", "bob");
    await ann.say("first");
    await bob.sees("entry", "first");
    await bob.page.context().setOffline(true);
    // What is open stays open when a page is taken offline: it is closed by the page itself.
    await bob.page.evaluate("dispatchEvent(new Event('offline'))");
    await ann.say("second");
    await bob.page.context().setOffline(false);
    await bob.seesConversation(["ann: first", "ann: second"]);
    bob.forgetBrokenConnections();
  });
});
