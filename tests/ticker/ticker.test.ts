import { describe, expect, it } from "vitest";
import { PATIENCE } from "../browser/watched-window.ts";
import { FaultyProxy } from "../support/faulty-proxy.ts";
import { TickerStage } from "./ticker-stage.ts";

describe("the ticker in a browser", { timeout: 60_000 }, () => {
  const stage = new TickerStage().set();

  it("shows prices and a chart that grow by a stream", async () => {
    await stage.start({ every: 100 });
    const window = await stage.window();
    await window.seesStatus("Connected");
    for (const symbol of ["ENCK", "HALY", "BIEL", "TMPL", "FAYE"]) {
      await window.seesOnCard(symbol, /\d+\.\d\d/);
    }
    await window.seesDots(5);
    const chart = window.page.getByRole("img", { name: /^Encke Optics: now \d+\.\d\d/ });
    await chart.waitFor();
    await window.choose("HALY");
    await window.page.getByRole("img", { name: /^Halley Lines: now \d+\.\d\d/ }).waitFor();
    await window.page.locator("#temperature").filter({ hasText: "°C" }).waitFor();
  });

  it.each(["Stream of lines", "Server-sent events"])("loses no quote: %s", async (stream) => {
    await stage.start({ every: 50 });
    const window = await stage.window();
    await window.seesFigure("received", 10);
    await window.page.getByLabel("Transport").selectOption(stream);
    await window.seesFigure("received", 80);
    // Reckoned by the page in one go: other figures may change between two looks at them.
    await expect.poll(() => window.figure("waiting"), { timeout: PATIENCE }).toBe(0);
    expect(await window.figure("conflated")).toBe(0);
  });

  it("shows by a slow reader how quotes are conflated, and hurries again", async () => {
    await stage.start({ every: 50 });
    const window = await stage.window();
    await window.seesFigure("received", 10);
    await window.readSlowly(true);
    await window.seesFigure("conflated", 100);
    expect(await window.figure("received")).toBeLessThan(await window.figure("published"));
    const { conflated } = stage.site.comet.stats();
    expect(conflated).toBeGreaterThanOrEqual(100);
    await window.readSlowly(false);
    const received = await window.figure("received");
    await window.seesFigure("received", received + 50);
    await expect.poll(() => window.figure("waiting"), { timeout: PATIENCE }).toBe(0);
  });

  it("begins with the last minute for those who come later", async () => {
    await stage.start({ every: 1_000 });
    const first = await stage.window();
    await first.seesDots(3);
    const second = await stage.window();
    await second.seesDots(3);
    expect(await second.figure("received")).toBeLessThan(10);
  });

  it("shows a trade that another program has posted", async () => {
    const { port } = await stage.start({ every: 60_000 });
    const window = await stage.window();
    await window.seesStatus("Connected");
    const response = await fetch(`http://127.0.0.1:${port}/trades/BIEL`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: '{ "price": 13.86 }',
    });
    expect(response.status).toBe(201);
    await window.seesOnCard("BIEL", "13.86");
    await window.seesOnCard("BIEL", "▲ +10.00 %");
  });

  it.each(["streaming", "eventsource"])(
    "goes on by itself over %s when the server was restarted",
    async (stream) => {
      await stage.start({ every: 100 });
      const { port } = stage.site;
      const window = await stage.window();
      await window.page.getByLabel("Transport").selectOption(stream);
      await window.seesDots(3);
      await stage.stop();
      await window.seesStatus("Reconnecting");
      await stage.start({ port, every: 100 });
      await window.seesStatus("Connected");
      await window.seesFigure("received", 5);
      window.forgetBrokenConnections();
    },
  );

  it.each(["streaming", "eventsource"])(
    "loses no quote over %s when the network breaks",
    async (stream) => {
      const { port } = await stage.start({ every: 20 });
      const proxy = await FaultyProxy.before(`http://127.0.0.1:${port}`);
      const window = await stage.window({ path: new URL("/", proxy.url).href });
      await window.page.getByLabel("Transport").selectOption(stream);
      await window.seesFigure("received", 10);
      for (let breaks = 0; breaks < 2; breaks++) {
        proxy.breakAll();
        const received = await window.figure("received");
        await window.seesFigure("received", received + 100);
      }
      await expect.poll(() => window.figure("waiting"), { timeout: PATIENCE }).toBe(0);
      window.forgetBrokenConnections();
    },
  );

  it("says goodbye when its window goes elsewhere", async () => {
    const { comet } = await stage.start({ every: 100 });
    const window = await stage.window();
    await window.seesDots(3);
    await window.page.goto("about:blank");
    await expect.poll(() => comet.stats().clients, { timeout: PATIENCE }).toBe(0);
  });
});
