import { ack, binary, binaryData, timestamp, timesync } from "@encke/extensions";
import type { CometD } from "cometd";
import { describe, expect, it } from "vitest";
import {
  answered,
  clientOf,
  serverWith,
  subscribed,
  TRANSPORTS,
} from "../extensions/support/real-client.ts";
import { CUTS, FaultyProxy } from "../support/faulty-proxy.ts";
import { each, LIBRARIES, type Library } from "./libraries.ts";
import { soon } from "./soon.ts";

/** Milliseconds by which the server's clock is ahead, and by which a client may be wrong about it. */
const AHEAD = 7 * 60_000;
const TOLERANCE = 250;

describe.each(each(TRANSPORTS))("the extensions of %s over %s", (name, transport) => {
  const library = LIBRARIES[name] as Library;
  const clientWith = (url: string, extensions: Readonly<Record<string, object>>): Promise<CometD> =>
    clientOf({ url }, transport, extensions, library.CometD);

  it("lose nothing and double nothing where connections break", async () => {
    const server = await serverWith([ack()]);
    const proxy = await FaultyProxy.before(server.url);
    const client = await clientWith(proxy.url, { ack: new library.AckExtension() });
    const received = await subscribed(client, "/a");
    for (const [index, cut] of CUTS.entries()) {
      proxy.cutNext(`"channel":"/a"`, cut);
      await server.comet.publish("/a", index);
      await soon(() => proxy.isToCut).toBe(false);
      await soon(() => received).toHaveLength(index + 1);
    }
    expect(received.map(({ data }) => data)).toEqual(CUTS.map((_, index) => index));
    expect(server.welcomes).toHaveLength(1);
  });

  it("carry bytes in both directions", async () => {
    const server = await serverWith([binary()]);
    const seen: unknown[] = [];
    server.comet.on("publishing", ({ message }) => seen.push(message.data));
    const client = await clientWith(server.url, { binary: new library.BinaryExtension() });
    const received = await subscribed(client, "/files");
    const bytes = Uint8Array.of(1, 2, 3, 4, 5, 250);
    await answered((done) => client.publishBinary("/files", bytes, true, { name: "x" }, {}, done));
    await server.comet.publish("/files", binaryData(bytes));
    expect(seen[0]).toMatchObject({ data: bytes, last: true, meta: { name: "x" } });
    await soon(() => received.map(({ data }) => [...new Uint8Array(data.data)])).toEqual([
      [...bytes],
      [...bytes],
    ]);
  });

  it("know what time it is for the server", async () => {
    const server = await serverWith([timesync({ now: () => Date.now() + AHEAD }), timestamp()]);
    const sync = new library.TimeSyncExtension() as object as { getTimeOffset(): number };
    const stamp = new library.TimeStampExtension();
    await clientWith(server.url, { sync, stamp });
    await soon(() => Math.abs(sync.getTimeOffset() - AHEAD)).toBeLessThan(TOLERANCE);
  });
});
