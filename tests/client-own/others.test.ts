import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo, Socket } from "node:net";
import { longPolling } from "@encke/client/long-polling";
import { webSocket } from "@encke/client/websocket";
import { createCometDServer } from "cometd-nodejs-server";
import { describe, expect, it, onTestFinished } from "vitest";
import { soon } from "../clients/soon.ts";
import { connected } from "./support.ts";

interface FayeAdapter {
  attach(server: Server): void;
}

const { NodeAdapter } = createRequire(import.meta.url)("faye") as {
  readonly NodeAdapter: new (options: object) => FayeAdapter;
};

/** A Bayeux server that is not Encke, and can forget all that it knows. */
interface Other {
  readonly url: string;
  restart(): void;
}

type Answer = (server: Server) => void;

async function serve(answer: Answer): Promise<Other> {
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

const faye: Answer = (server) => {
  new NodeAdapter({ mount: "/comet", timeout: 1 }).attach(server);
};

const cometd: Answer = (server) => {
  const made = createCometDServer({ timeout: 500 });
  server.on("request", made.handle);
  onTestFinished(() => made.close());
};

describe.each([
  ["faye over long polling", faye, longPolling],
  ["faye over a WebSocket", faye, webSocket],
  ["cometd-nodejs-server over long polling", cometd, longPolling],
] as const)("a client of %s", (_name, answer, transport) => {
  it("publishes, subscribes, and comes back when it was forgotten", async () => {
    const server = await serve(answer);
    const client = await connected(server.url, { transports: [transport] });
    const received: unknown[] = [];
    await client.subscribe("/chat/*", ({ data }) => received.push(data)).ready;
    expect(await client.publish("/chat/room", { n: 1 })).toMatchObject({ successful: true });
    await soon(() => received).toEqual([{ n: 1 }]);
    const recovered: boolean[] = [];
    client.addEventListener("connected", (event) => recovered.push(event.recovered));
    server.restart();
    await soon(() => recovered).toContain(false);
    await client.publish("/chat/room", { n: 2 });
    await soon(() => received).toEqual([{ n: 1 }, { n: 2 }]);
  });
});
