import { describe, expect, it } from "vitest";
import { until } from "../http/support/until.ts";
import { Page } from "../wire/support/page.ts";
import { POLLING, TRANSPORTS } from "../wire/support/transports.ts";
import { serveStreams } from "./support/serve-streams.ts";
import { StreamClient } from "./support/stream-client.ts";

const NUMBERS: readonly number[] = Array.from({ length: 200 }, (_, at) => at);

describe("the same messages", () => {
  it("come in the same order, once, whichever way a client is connected", async () => {
    const { comet, url } = await serveStreams();
    const pages = await Promise.all(
      [...TRANSPORTS, POLLING].map(async (transport) => {
        const page = await Page.open(transport, url);
        await page.handshake();
        await page.subscribe("/a");
        return page;
      }),
    );
    const events = await (await StreamClient.connected(url, "/a")).events();
    const received = pages.map((page) => page.receive(NUMBERS.length));
    for (const number of NUMBERS) await comet.publish("/a", number);
    for (const data of await Promise.all(received)) expect(data).toEqual(NUMBERS);
    await until(() => events.toldData.length >= NUMBERS.length);
    expect(events.toldData).toEqual(NUMBERS);
  });
});
