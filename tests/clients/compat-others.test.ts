import { describe, expect, it } from "vitest";
import { cometd, faye, serve } from "../client-own/other-servers.ts";
import { answered, clientOf, subscribed } from "../extensions/support/real-client.ts";
import { LIBRARIES } from "./libraries.ts";
import { soon } from "./soon.ts";

describe.each([
  ["faye over long polling", faye, "long-polling"],
  ["faye over a WebSocket", faye, "websocket"],
  ["cometd-nodejs-server over long polling", cometd, "long-polling"],
] as const)("the CometD of the client with %s", (_name, answer, transport) => {
  it("publishes, subscribes, and comes back when it was forgotten", async () => {
    const server = await serve(answer);
    const client = await clientOf(server, transport, {}, LIBRARIES["@encke/client/compat"]?.CometD);
    const received = await subscribed(client, "/chat/*");
    const publish = (data: object) => answered((done) => client.publish("/chat/room", data, done));
    expect(await publish({ n: 1 })).toMatchObject({ successful: true });
    await soon(() => received.map(({ data }) => data)).toEqual([{ n: 1 }]);
    const handshakes: unknown[] = [];
    client.addListener("/meta/handshake", ({ reestablish }) => handshakes.push(reestablish));
    server.restart();
    await soon(() => handshakes).toContain(true);
    await publish({ n: 2 });
    await soon(() => received.map(({ data }) => data)).toEqual([{ n: 1 }, { n: 2 }]);
  });
});
