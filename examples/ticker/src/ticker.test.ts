import type { Site } from "@encke/example-site";
import { describe, expect, it, onTestFinished } from "vitest";
import { createTicker } from "./ticker.ts";

describe("the ticker's server", () => {
  it("serves the page, and says which stocks there are", async () => {
    const site = await start();
    expect(await (await get(site, "/")).text()).toContain("<title>Encke ticker</title>");
    expect(await (await get(site, "/stocks")).json()).toContainEqual({
      symbol: "ENCK",
      name: "Encke Optics",
      opening: 103.2,
    });
  });

  it("publishes a trade that is posted, and answers with the quote", async () => {
    const site = await start();
    const published: unknown[] = [];
    site.comet.on("published", "/quotes/ENCK", ({ data }) => {
      published.push(data);
    });
    const response = await trade(site, "ENCK", '{ "price": 99.999 }');
    expect(response.status).toBe(201);
    const quote = await response.json();
    expect(quote).toMatchObject({ symbol: "ENCK", price: 100, sequence: 1 });
    expect(published).toEqual([quote]);
  });

  it.each(["{}", "null", "[]", '{ "price": "1" }', '{ "price": -1 }', '{ "price": 1e9 }', "{"])(
    "takes no trade of %s",
    async (body) => {
      const site = await start();
      expect((await trade(site, "ENCK", body)).status).toBe(400);
      expect(site.comet.stats().published).toBe(0);
    },
  );

  it("takes no trade of a stock that there is not, and none that is no JSON", async () => {
    const site = await start();
    expect((await trade(site, "constructor", '{ "price": 1 }')).status).toBe(404);
    expect((await trade(site, "ENCK", "price=1", "text/plain")).status).toBe(400);
    expect(site.comet.stats().published).toBe(0);
  });

  it("has figures for Prometheus", async () => {
    const site = await start();
    await trade(site, "ENCK", '{ "price": 1 }');
    const text = await (await get(site, "/metrics")).text();
    expect(text).toContain('encke_messages_total{channel="/quotes/*"} 1');
  });
});

async function start(): Promise<Site> {
  const site = await createTicker({ host: "127.0.0.1" });
  onTestFinished(() => site.close());
  return site;
}

function get({ port }: Site, path: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}${path}`);
}

function trade(
  { port }: Site,
  symbol: string,
  body: string,
  type = "application/json",
): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}/trades/${symbol}`, {
    method: "POST",
    headers: { "Content-Type": type },
    body,
  });
}
