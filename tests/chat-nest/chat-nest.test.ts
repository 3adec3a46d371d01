import { type ChatNestOptions, createChatNest } from "@encke/example-chat-nest";
import { describe, it } from "vitest";
import { Stage } from "../browser/stage.ts";
import { ChatWindow } from "../chat/chat-window.ts";

describe("the chat with Nest in a browser", { timeout: 60_000 }, () => {
  const stage = new Stage<ChatNestOptions, ChatWindow>({
    open: createChatNest,
    watch: (page) => new ChatWindow(page),
  }).set();

  async function windowOf(name: string, at?: { readonly path: string }): Promise<ChatWindow> {
    const window = await stage.window(at);
    await window.logIn(name);
    await window.seesStatus("Connected");
    return window;
  }

  it("lets two people see each other, talk and whisper", async () => {
    await stage.start();
    const ann = await windowOf("ann");
    const bob = await windowOf("bob");
    await talk(ann, bob);
    await bob.page.getByRole("button", { name: "To the room instead" }).click();
    await bob.say("what the heck");
    await bob.sees("alert", "Not sent: Mind your language.");
    await ann.sees("notice", "Something bob said was held back.");
  });

  it("has a page with socket.io-client, too, that talks in the same rooms", async () => {
    await stage.start();
    const ann = await windowOf("ann");
    const bob = await windowOf("bob", { path: "/with-socket-io" });
    await talk(ann, bob);
  });
});

async function talk(ann: ChatWindow, bob: ChatWindow): Promise<void> {
  await ann.seesMembers("ann (you)", "bob");
  await bob.seesMembers("ann", "bob (you)");
  await ann.say("Hello bob");
  await bob.sees("entry", "Hello bob");
  await bob.whisper("ann", "just for you");
  await ann.seesConversation(["You: Hello bob", "bob whispers to you: just for you"]);
}
