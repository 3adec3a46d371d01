import { SERVERS } from "../servers/table.ts";
import type { Answer, Question } from "./talk.ts";

/** The process of one server: it ends when the harness does. */
export async function serve(name: string | undefined): Promise<void> {
  const server = SERVERS.find((candidate) => candidate.name === name);
  if (server === undefined) throw new Error(`There is no server "${name}".`);
  const { start } = await server.load();
  process.on("disconnect", () => process.exit());
  process.on("message", (question: Question) => {
    if (question === "usage") answer({ usage: { ...process.cpuUsage(), memory: memory() } });
  });
  answer({ port: await start() });
}

function memory(): number {
  return process.memoryUsage.rss();
}

function answer(message: Answer): void {
  process.send?.(message);
}
