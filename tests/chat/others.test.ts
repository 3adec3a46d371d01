import { createRequire } from "node:module";
import { CometD } from "cometd";
import { adapt } from "cometd-nodejs-client";
import { describe, expect, it } from "vitest";
import { soon } from "../clients/soon.ts";
import { ChatStage } from "./chat-stage.ts";

/** The part of the `faye` package that is used here; it has no types of its own. */
interface Faye {
  readonly Client: new (url: string) => FayeClient;
}

interface FayeClient {
  addExtension(extension: {
    outgoing(message: { ext?: object }, pass: (message: object) => void): void;
  }): void;
  subscribe(channel: string, listener: (data: Said) => void): PromiseLike<void>;
  publish(channel: string, data: object): PromiseLike<void>;
  disconnect(): PromiseLike<void> | undefined;
}

interface Said {
  readonly author: string;
  readonly text: string;
}

/** Somebody in the lobby. */
interface Guest {
  /** `author: text`, as it came. */
  readonly heard: readonly string[];
  say(text: string): void;
  leave(): void;
}

const faye = createRequire(import.meta.url)("faye") as Faye;
const LOBBY = "/chat/lobby";

describe("the chat and other clients", { timeout: 60_000 }, () => {
  const stage = new ChatStage().set();

  it("lets people in with clients of other makers", async () => {
    const { port } = await stage.start();
    const url = `http://127.0.0.1:${port}/comet`;
    const ann = await stage.windowOf("ann");
    const bob = await openCometd(url, { name: "bob", password: "banana" });
    const cleo = await openFaye(url, { name: "cleo", password: "cherry" });
    await ann.seesMembers("ann (you)", "bob", "cleo");
    await ann.say("Who are you?");
    await soon(() => [bob.heard, cleo.heard]).toEqual([
      ["ann: Who are you?"],
      ["ann: Who are you?"],
    ]);
    bob.say("cometd");
    await ann.sees("entry", "cometd");
    cleo.say("faye");
    await ann.seesConversation(["You: Who are you?", "bob: cometd", "cleo: faye"]);
    expect(bob.heard).toContain("cleo: faye");
    bob.leave();
    cleo.leave();
    await ann.seesMembers("ann (you)");
  });
});

async function openCometd(url: string, authentication: object): Promise<Guest> {
  adapt();
  const client = new CometD();
  client.configure({ url, logLevel: "warn" });
  const heard: string[] = [];
  await new Promise((resolve) => client.handshake({ ext: { authentication } }, resolve));
  const listener = ({ data }: { data?: unknown }) => heard.push(lineOf(data as Said));
  await new Promise((resolve) => client.subscribe(LOBBY, listener, resolve));
  return {
    heard,
    say: (text) => client.publish(LOBBY, { text }),
    leave: () => client.disconnect(),
  };
}

async function openFaye(url: string, authentication: object): Promise<Guest> {
  const client = new faye.Client(url);
  client.addExtension({
    outgoing: (message, pass) => pass({ ...message, ext: { ...message.ext, authentication } }),
  });
  const heard: string[] = [];
  await client.subscribe(LOBBY, (said) => heard.push(lineOf(said)));
  return {
    heard,
    say: (text) => void client.publish(LOBBY, { text }),
    leave: () => void client.disconnect(),
  };
}

function lineOf({ author, text }: Said): string {
  return `${author}: ${text}`;
}
