import { createChat } from "./chat.ts";

const chat = await createChat({ port: Number(process.env.PORT ?? 8080) });
console.log(`The chat is at http://localhost:${chat.port}`);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void chat.close());
}
