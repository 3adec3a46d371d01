import type { CometD, Message } from "cometd";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  answered,
  serverWith,
  TRANSPORTS,
  type Transport,
} from "../extensions/support/real-client.ts";
import type { EnckeServer } from "./encke-server.ts";
import { LIBRARIES } from "./libraries.ts";
import { soon } from "./soon.ts";

/** Comes over a connection of its own, so that its place among the others is a matter of chance. */
const CONNECT = "/meta/connect";

/** What an application sees happen, in its order. */
type Log = string[];

/** What an application does. Resolves when it has seen all that it looks at. */
type Script = (client: CometD, log: Log, server: EnckeServer) => Promise<void>;

const SCRIPTS: Readonly<Record<string, Script>> = {
  async "what is called before the answer to the handshake"(client, log) {
    client.handshake((reply) => note(log, "handshake", reply));
    client.subscribe(
      "/a",
      (message) => note(log, "message", message),
      (reply) => note(log, "subscribed", reply),
    );
    client.batch(() => {
      client.publish("/a", 1, (reply) => note(log, "published", reply));
      client.publish("/a", 2);
    });
    await soon(() => log.filter((line) => line.startsWith("message"))).toHaveLength(2);
  },
  async "a subscription that is refused, and one that ends"(client, log) {
    await answered((reply) => client.handshake(reply));
    await answered((reply) => client.subscribe("/secret", () => undefined, {}, reply));
    const handle = client.subscribe("/a", () => undefined);
    await answered((reply) => client.unsubscribe(handle, {}, reply));
    await answered((reply) => client.publish("/secret", 1, {}, reply));
    log.push(String(client.isDisconnected()));
  },
  async "a call, and a good-bye"(client, log) {
    await answered((reply) => client.handshake(reply));
    await answered((reply) => client.remoteCall("double", 4, reply)).then((reply) =>
      note(log, "called", reply),
    );
    // So long that the receipt comes first.
    const late = await answered((reply) => client.remoteCall("nobody", 4, 1_000, {}, reply));
    log.push(`late ${late.successful} ${late.error}`);
    await answered((reply) => client.disconnect(reply)).then((reply) => note(log, "gone", reply));
    log.push(String(client.getClientId()), String(client.getTransport()));
  },
  async "a handshake that is refused"(client, log) {
    client.handshake({ ext: { token: "wrong" } }, (reply) => note(log, "handshake", reply));
    await soon(() => client.getStatus()).toBe("disconnected");
    log.push(String(client.isDisconnected()));
  },
  async "extensions in both directions"(client, log) {
    const see = (direction: string) => (message: Message) => {
      if (message.channel !== CONNECT) log.push(`${direction} ${message.channel}`);
      return message;
    };
    client.registerExtension("one", { incoming: see("1 in"), outgoing: see("1 out") });
    client.registerExtension("two", { incoming: see("2 in"), outgoing: see("2 out") });
    await answered((reply) => client.handshake(reply));
    await answered((reply) => client.disconnect(reply));
  },
  async "being forgotten by the server"(client, log, server) {
    client.addListener("/meta/handshake", () => {
      client.subscribe("/a", (message) => note(log, "message", message));
    });
    await answered((reply) => client.handshake(reply));
    await soon(() => server.latest.isHeld).toBe(true);
    await server.restart();
    await soon(() => server.comet.stats()).toMatchObject({ held: 1, subscriptions: 1 });
    await server.comet.publish("/a", 1);
    await soon(() => log.some((line) => line.startsWith("message"))).toBe(true);
  },
};

function note(log: Log, what: string, message: Message): void {
  const { channel, subscription, successful, error, data } = message;
  const about = JSON.stringify({ channel, subscription, successful, error, data });
  log.push(`${what} ${about}`);
}

async function logOf(library: string, transport: Transport, script: Script): Promise<Log> {
  const rules = {
    name: "rules",
    attach: (comet: EnckeServer["comet"]) => comet.remote("double", ({ data }) => Number(data) * 2),
  };
  const server = await serverWith([rules], {
    policies: {
      handshake: ({ message }) => message.ext?.token !== "wrong",
      subscribe: ({ channel }) => channel !== "/secret",
      publish: ({ channel }) => channel !== "/secret",
    },
  });
  const Library = LIBRARIES[library]?.CometD as new () => CometD;
  const client = new Library();
  for (const type of client.getTransportTypes()) {
    if (type !== transport) client.unregisterTransport(type);
  }
  client.configure({ url: server.url, logLevel: "warn", backoffIncrement: 10, maxBackoff: 20 });
  const log: Log = [];
  client.addListener("/meta/*", (message) => {
    const { channel, successful, error, subscription = "", reestablish = "" } = message;
    if (channel !== CONNECT)
      log.push(`meta ${channel} ${subscription} ${successful} ${error ?? ""} ${reestablish}`);
  });
  onTestFinished(async () => {
    if (!client.isDisconnected()) await answered((reply) => client.disconnect(reply));
  });
  await script(client, log, server);
  return log;
}

/** Messages come with whatever leaves first, a connect or the answer to something else: their place among the answers is chance. */
function inLanes(log: Log): readonly Log[] {
  const isMessage = (line: string): boolean => line.startsWith("message");
  return [log.filter(isMessage), log.filter((line) => !isMessage(line))];
}

describe.each(TRANSPORTS)("the CometD of the client over %s shows an application", (transport) => {
  it.each(Object.entries(SCRIPTS))("the same as cometd.js: %s", async (_name, script) => {
    const [theirs, ours] = [
      await logOf("cometd", transport, script),
      await logOf("@encke/client/compat", transport, script),
    ];
    expect(theirs.length).toBeGreaterThan(2);
    expect(inLanes(ours)).toEqual(inLanes(theirs));
  });
});
