// `npm start`: the chat example, from a clean clone. PORT chooses the port (default 8080).
import { runExample } from "./example.mjs";

process.exitCode = await runExample("chat");
