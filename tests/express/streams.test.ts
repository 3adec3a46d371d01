import { createServer } from "node:http";
import { createRequire } from "node:module";
import { cometMiddleware } from "@encke/adapter-express";
import compression from "compression";
import express5 from "express";
import { describe, expect, it } from "vitest";
import { listen } from "../http/support/serve.ts";
import { until } from "../http/support/until.ts";
import { StreamClient } from "../streaming/support/stream-client.ts";
import { quietComet } from "../websocket/support/serve-sockets.ts";

/** Has no types of its own; those of version 5 fit what is used here. */
const express4: typeof express5 = createRequire(import.meta.url)("express4");

describe.each([
  ["Express 5", express5],
  ["Express 4", express4],
])("a stream behind %s", (_version, express) => {
  it("H7 brings each message at once through compression", async () => {
    const comet = quietComet();
    const app = express();
    app.use(compression({ threshold: 0 }), express.json());
    app.use("/comet", cometMiddleware(comet));
    const url = `http://127.0.0.1:${await listen(createServer(app))}/comet`;
    const client = await StreamClient.connected(url, "/a");
    const stream = await client.lines({
      "accept-encoding": "gzip",
      "content-type": "application/json",
    });
    await until(() => stream.lines.length === 1);
    const other = await StreamClient.connected(url, "/a");
    const events = await other.events({ "accept-encoding": "gzip" });
    await until(() => events.events.length > 0);
    for (const data of [1, 2, 3]) {
      await comet.publish("/a", data);
      await until(() => stream.received.at(-1) === data && events.toldData.at(-1) === data);
    }
    for (const { headers } of [stream, events]) expect(headers["content-encoding"]).toBeUndefined();
    await comet.close();
    await stream.end();
    await events.end();
    expect([stream.hasEnded, events.hasEnded]).toEqual([true, true]);
  });
});
