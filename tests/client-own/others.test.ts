import { longPolling } from "@encke/client/long-polling";
import { webSocket } from "@encke/client/websocket";
import { describe, expect, it } from "vitest";
import { soon } from "../clients/soon.ts";
import { cometd, faye, serve } from "./other-servers.ts";
import { connected } from "./support.ts";

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
