import { createChat } from "./chat.ts";

const chat = await createChat({ port: Number(process.env.PORT ?? 8080) });
console.log(`The chat is at http://localhost:${chat.port}`);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // May come twice: from the terminal itself, and passed on by what started this process.
  process.on(signal, () => void chat.close());
}
