import { createServer, type ServerResponse } from "node:http";
import { createCometHandler } from "@encke/adapter-node-http";
import type { Comet } from "@encke/core";
import { describe, expect, it } from "vitest";
import { listen } from "../http/support/serve.ts";
import { until } from "../http/support/until.ts";
import { quietComet } from "../websocket/support/serve-sockets.ts";
import { StreamClient } from "./support/stream-client.ts";

interface Stage {
  readonly comet: Comet;
  readonly client: StreamClient;
  /** What the Comet logged. */
  readonly logged: readonly string[];
  /** The answers that may stay open, in order. */
  readonly responses: readonly ServerResponse[];
}

/** A client behind a server of which the answers are in the hands of the test. */
async function open(): Promise<Stage> {
  const logged: string[] = [];
  const comet = quietComet({ log: (level, text) => logged.push(`${level}: ${text}`) });
  const handle = createCometHandler(comet);
  const responses: ServerResponse[] = [];
  const server = createServer((request, response) => {
    responses.push(response);
    handle(request, response);
  });
  const client = await StreamClient.connected(
    `http://127.0.0.1:${await listen(server)}/comet`,
    "/a",
  );
  responses.splice(0);
  return { comet, client, logged, responses };
}

describe.each(["lines", "events"] as const)("a stream of %s in somebody else's hands", (kind) => {
  it("is let go of when something else ends it", async () => {
    const { comet, client, logged, responses } = await open();
    const stream = await client[kind]();
    responses[0]?.end("that is enough");
    await comet.publish("/a", 1);
    await stream.end();
    await until(() => comet.client(client.id)?.isHeld === false);
    expect(comet.client(client.id)?.waiting).toBe(1);
    expect(logged).toEqual([]);
  });

  it("is broken off and reported when it cannot be written, and whoever publishes does not notice", async () => {
    const { comet, client, logged, responses } = await open();
    const stream = await client[kind]();
    (responses[0] as ServerResponse).write = () => {
      throw new Error("not on my watch");
    };
    await comet.publish("/a", 1);
    await stream.end();
    await until(() => comet.client(client.id)?.isHeld === false);
    expect(logged).toEqual(["error: An answer could not be written."]);
  });
});
