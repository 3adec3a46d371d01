import type { Message } from "@encke/core";
import { expect, it, onTestFinished } from "vitest";
import { blocksOf } from "./support/markdown.ts";
import { readPage } from "./support/pages.ts";
import { Program } from "./support/program.ts";
import { Workshop } from "./support/workshop.ts";

const SIGNAL = "SIGTERM";

/** The program that the page shows, and what it does when it is told to stop. */
async function startServer(): Promise<{ program: Program; stop: () => Promise<void> }> {
  const { text } = await readPage("docs/guide/deployment.md");
  const shown = blocksOf(text).find((block) => block.text.includes(SIGNAL))?.text ?? "";
  const folder = await Workshop.open();
  const others = new Set(process.listeners(SIGNAL));
  const program = await Program.start(await folder.write("server.ts", shown));
  const added = process.listeners(SIGNAL).filter((listener) => !others.has(listener));
  onTestFinished(async () => {
    for (const listener of added) process.off(SIGNAL, listener);
    await program.stop();
    await folder.close();
  });
  return { program, stop: async () => void (await Promise.all(added.map(call))) };
}

function call(listener: NodeJS.SignalsListener): unknown {
  return listener(SIGNAL);
}

interface Answer {
  readonly response: Response;
  readonly reply: Message | undefined;
}

async function send(origin: string, message: Message): Promise<Answer> {
  const body = JSON.stringify([message]);
  const response = await fetch(`${origin}/comet`, { method: "POST", body });
  const replies = (await response.json()) as Message[];
  return { response, reply: replies[0] };
}

it("stops as docs/guide/deployment.md says: held connects are answered and the server closes", async () => {
  const { program, stop } = await startServer();
  const { reply: welcome } = await send(program.origin, {
    channel: "/meta/handshake",
    version: "1.0",
    supportedConnectionTypes: ["long-polling"],
  });
  const connect: Message = {
    channel: "/meta/connect",
    clientId: welcome?.clientId ?? "",
    connectionType: "long-polling",
  };
  await send(program.origin, connect);
  const connects = [send(program.origin, connect), send(program.origin, connect)];
  // The one that comes second is held, and has the other one answered.
  await Promise.race(connects);
  await stop();
  const answers = await Promise.all(connects);
  const last = answers.find(({ reply }) => reply?.advice?.["multiple-clients"] !== true);
  expect(last?.response.status).toBe(200);
  expect(last?.response.headers.get("connection")).toBe("close");
  expect(last?.reply).toMatchObject({ successful: true, advice: { reconnect: "retry" } });
  expect(program.isListening).toBe(false);
});
