import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import express, { type Router } from "express";

const CLIENT = createRequire(import.meta.url).resolve("socket.io-client/dist/socket.io.js");
const PUBLIC = fileURLToPath(new URL("../public", import.meta.url));
const PATH = "/with-socket-io";

/**
 * The same page once more, where it talks through `socket.io-client`, and that library for it. Of its modules only
 * `session.js` is another.
 */
export function socketIoPage(): Router {
  const html = readFileSync(join(PUBLIC, "index.html"), "utf8");
  const page = html.replace('src="/main.js"', `src="${PATH}/main.js"`);
  const router = express.Router();
  router.get("/socket.io-client.js", (_request, response) => response.sendFile(CLIENT));
  router.get(PATH, (_request, response) => response.type("html").send(page));
  router.get(`${PATH}/session.js`, (_request, response) =>
    response.sendFile(join(PUBLIC, "socket-io-session.js")),
  );
  router.use(PATH, express.static(PUBLIC));
  return router;
}
