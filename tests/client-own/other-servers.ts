import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo, Socket } from "node:net";
import { createCometDServer } from "cometd-nodejs-server";
import { onTestFinished } from "vitest";

interface FayeAdapter {
  attach(server: Server): void;
}

const { NodeAdapter } = createRequire(import.meta.url)("faye") as {
  readonly NodeAdapter: new (options: object) => FayeAdapter;
};

/** A Bayeux server that is not Encke, and can forget all that it knows. */
export interface Other {
  readonly url: string;
  restart(): void;
}

export type Answer = (server: Server) => void;

export async function serve(answer: Answer): Promise<Other> {
  const server = createServer();
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket));
  const breakOff = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  answer(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    breakOff();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/comet`,
    restart() {
      server.removeAllListeners("request").removeAllListeners("upgrade");
      breakOff();
      answer(server);
    },
  };
}

export const faye: Answer = (server) => {
  new NodeAdapter({ mount: "/comet", timeout: 1 }).attach(server);
};

export const cometd: Answer = (server) => {
  const made = createCometDServer({ timeout: 500 });
  server.on("request", made.handle);
  onTestFinished(() => made.close());
};
