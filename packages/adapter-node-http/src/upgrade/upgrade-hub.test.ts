import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { routeUpgrades, type UpgradeRoute } from "./upgrade-hub.ts";

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listen(): Promise<Server> {
  const server = createServer((_request, response) => response.end("a page"));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** Answers with its name, after a while if there is one to wait for. */
function route(path: string, name: string, decided = Promise.resolve()): UpgradeRoute {
  return {
    owns: (message) => message.url === path,
    handle: (_message, socket) => void decided.then(() => answer(socket, name)),
  };
}

function answer(socket: Duplex, name: string): void {
  socket.end(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\nX-Name: ${name}\r\n\r\n`,
  );
}

interface Answer {
  readonly status: number | undefined;
  readonly name: string | string[] | undefined;
}

/** What a request that asks for an upgrade is answered. */
function ask(server: Server, path: string, protocol = "websocket"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { port } = server.address() as AddressInfo;
    const headers = { Connection: "Upgrade", Upgrade: protocol };
    const asked = request({ host: "127.0.0.1", port, path, headers, agent: false });
    const answered = (response: IncomingMessage) => {
      response.resume();
      resolve({ status: response.statusCode, name: response.headers["x-name"] });
    };
    asked.on("response", answered);
    asked.on("upgrade", (response, socket) => {
      socket.destroy();
      answered(response);
    });
    asked.on("error", reject);
    asked.end();
  });
}

/** Another library that upgrades, and ends whatever is not its own. */
function addImpoliteNeighbour(server: Server): void {
  server.on("upgrade", (message: IncomingMessage, socket: Duplex) => {
    if (message.url === "/other") answer(socket, "neighbour");
    else socket.destroy();
  });
}

describe("upgrades of a server", () => {
  it("U1: reach us and a neighbour that was there before us, each its own", async () => {
    const server = await listen();
    addImpoliteNeighbour(server);
    routeUpgrades(server, route("/comet", "comet"));
    expect(await ask(server, "/comet")).toEqual({ status: 101, name: "comet" });
    expect(await ask(server, "/other")).toEqual({ status: 101, name: "neighbour" });
  });

  it("U1: reach us and a neighbour that comes after us, each its own", async () => {
    const server = await listen();
    routeUpgrades(server, route("/comet", "comet"));
    addImpoliteNeighbour(server);
    expect(await ask(server, "/comet")).toEqual({ status: 101, name: "comet" });
    expect(await ask(server, "/other")).toEqual({ status: 101, name: "neighbour" });
  });

  it("U6: that are nobody's are answered 426 when we are alone, and the server can close", async () => {
    const server = await listen();
    routeUpgrades(server, route("/comet", "comet"));
    expect((await ask(server, "/nobody")).status).toBe(426);
  });

  it("U6: that are not ours are left to the neighbour, whatever it does to them", async () => {
    const server = await listen();
    routeUpgrades(server, route("/comet", "comet"));
    addImpoliteNeighbour(server);
    await expect(ask(server, "/nobody")).rejects.toThrow("socket hang up");
  });

  it("U7: to another protocol are answered as node:http allows when we are alone", async () => {
    const server = await listen();
    routeUpgrades(server, route("/comet", "comet"));
    // Before it had a callback to ask, node:http took every upgrade for one as soon as anybody listened.
    const expected = "shouldUpgradeCallback" in server ? 200 : 426;
    expect((await ask(server, "/page", "h2c")).status).toBe(expected);
  });

  it("U7: are asked for at node:http when they are ours, and else as it was before us", async () => {
    const server = Object.assign(await listen(), {
      shouldUpgradeCallback: (message: IncomingMessage) => message.url !== "/never",
    });
    const before = server.shouldUpgradeCallback;
    const detach = routeUpgrades(server, route("/never", "comet"));
    const decide = (url: string, upgrade: string) =>
      server.shouldUpgradeCallback({ url, headers: { upgrade } } as IncomingMessage);
    expect(decide("/never", "websocket")).toBe(true);
    expect(decide("/page", "h2c")).toBe(false);
    expect(decide("/page", "websocket")).toBe(true);
    addImpoliteNeighbour(server);
    expect(decide("/page", "h2c")).toBe(true);
    detach();
    expect(server.shouldUpgradeCallback).toBe(before);
  });

  it("U8: go where they went before once we have left, and nothing of us stays on the server", async () => {
    const server = await listen();
    const before = Object.getOwnPropertyNames(server);
    const detach = routeUpgrades(server, route("/comet", "comet"));
    detach();
    detach();
    expect(Object.getOwnPropertyNames(server)).toEqual(before);
    expect(server.listenerCount("upgrade")).toBe(0);
    expect((await ask(server, "/comet")).status).toBe(200);
  });

  it("U8: are left to somebody who wrapped the server after us, who then finds us passing everything on", async () => {
    const server = await listen();
    const detach = routeUpgrades(server, route("/comet", "comet"));
    const { emit } = server;
    const wrapped = (...args: unknown[]) => Reflect.apply(emit, server, args) as boolean;
    server.emit = wrapped;
    detach();
    expect(server.emit).toBe(wrapped);
    addImpoliteNeighbour(server);
    expect(await ask(server, "/other")).toEqual({ status: 101, name: "neighbour" });
    routeUpgrades(server, route("/comet", "comet again"));
    expect(await ask(server, "/comet")).toEqual({ status: 101, name: "comet again" });
  });

  it("U9: of two routes reach each its own, and one that leaves leaves the other alone", async () => {
    const server = await listen();
    const detachFirst = routeUpgrades(server, route("/one", "first"));
    const detachSecond = routeUpgrades(server, route("/two", "second"));
    expect((await ask(server, "/one")).name).toBe("first");
    detachFirst();
    expect((await ask(server, "/two")).name).toBe("second");
    expect((await ask(server, "/one")).status).toBe(426);
    detachSecond();
    expect((await ask(server, "/two")).status).toBe(200);
  });

  it("U3: may be decided on as late as a route likes, beside one who ends unanswered sockets", async () => {
    const server = await listen();
    let decide: () => void = () => undefined;
    const decided = new Promise<void>((resolve) => {
      decide = resolve;
    });
    addImpoliteNeighbour(server);
    routeUpgrades(server, route("/comet", "comet", decided));
    const asked = ask(server, "/comet");
    await expect(ask(server, "/nobody")).rejects.toThrow("socket hang up");
    decide();
    expect((await asked).name).toBe("comet");
  });
});
