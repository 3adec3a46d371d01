// The program of one node: `node node.js <name>`. It tells its port, and serves until it is killed or left alone.
import { storeOf } from "@encke/example-site";
import { createNode } from "./node-site.ts";

const [name = "a"] = process.argv.slice(2);
const { port, close } = await createNode({ name, store: storeOf("cluster"), host: "127.0.0.1" });
process.send?.(port);
process.on("disconnect", () => void close());
// The terminal sends it to all processes at once. This one ends when the one that has started it does.
process.on("SIGINT", () => {});
