import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { answer, FakeComet } from "./support/fake-comet.ts";
import { serve } from "./support/serve.ts";

const ONE = JSON.stringify({ channel: "/a", id: "1" });
const TWO = JSON.stringify({ channel: "/a", id: "2" });
const FROM_HERE = { "Sec-Fetch-Site": "same-origin" };

async function get(
  query: string,
  {
    comet = new FakeComet(),
    headers = FROM_HERE as Record<string, string>,
    origins = [] as string[],
  } = {},
): Promise<Response> {
  const { url } = await serve(comet, { callbackPolling: true, origins });
  return fetch(`${url}?${query}`, { headers });
}

function query(message: string, callback?: string): string {
  const jsonp = callback === undefined ? "" : `&jsonp=${encodeURIComponent(callback)}`;
  return `message=${encodeURIComponent(message)}${jsonp}`;
}

describe("callback polling", () => {
  it("S12 is off unless it is asked for, and not announced", async () => {
    const comet = new FakeComet();
    const { url } = await serve(comet);
    expect((await fetch(`${url}?${query(ONE)}`, { headers: FROM_HERE })).status).toBe(405);
    expect(comet.announced).not.toContain("callback-polling");
    expect(comet.handed).toEqual([]);
  });

  it("is announced where it is on", async () => {
    const comet = new FakeComet();
    await get(query(ONE), { comet });
    expect(comet.announced).toContain("callback-polling");
    expect(comet.handed[0]!.context.transport).toBe("callback-polling");
  });

  it("B15 answers with a call of the function that was named", async () => {
    const response = await get(query(ONE, "app.on_message.$1"));
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(
      '/**/app.on_message.$1([{"channel":"/a","id":"1","successful":true}]);',
    );
  });

  it("B15 calls jsonpcallback where none is named", async () => {
    const text = await (await get(query(ONE))).text();
    const heard: unknown[] = [];
    runInNewContext(text, { jsonpcallback: (messages: unknown) => heard.push(messages) });
    expect(heard).toEqual([[{ channel: "/a", id: "1", successful: true }]]);
  });

  it("B15 takes several messages", async () => {
    const comet = new FakeComet();
    await get(`${query(ONE)}&${query(TWO)}`, { comet });
    expect(comet.handed[0]!.messages.map(({ id }) => id)).toEqual(["1", "2"]);
  });

  it.each([
    "a-b",
    "a..b",
    ".a",
    "a.",
    "1a",
    "alert(1)",
    "a;b",
    "a b",
    "a\n",
    "",
    "ä",
    "a[0]",
    "x".repeat(65),
  ])("B15 refuses the callback %j", async (callback) => {
    const comet = new FakeComet();
    const response = await get(query(ONE, callback), { comet });
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toContain("text/plain");
    expect(comet.handed).toEqual([]);
  });

  it("B15 takes a callback of 64 characters", async () => {
    expect((await get(query(ONE, "x".repeat(64)))).status).toBe(200);
  });

  it("B15 sends a script that browsers neither guess at nor keep nor show", async () => {
    const { headers } = await get(query(ONE));
    expect(headers.get("content-type")).toBe("text/javascript;charset=UTF-8");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-disposition")).toMatch(/^attachment/);
    expect(headers.get("cache-control")).toBe("no-store");
  });

  it("B15 escapes what ends a line in a script", async () => {
    const comet = new FakeComet();
    comet.handle = (exchange) => answer(exchange, ["\u2028\u2029"]);
    const text = await (await get(query(ONE), { comet })).text();
    expect(text).toBe('/**/jsonpcallback(["\\u2028\\u2029"]);');
  });

  it.each([
    ["without a message", "jsonp=f"],
    ["with a message that is not JSON", "message=x"],
    ["with half a percent sign", "message=%"],
  ])("B15 answers a request %s with 400", async (_name, text) => {
    expect((await get(text)).status).toBe(400);
  });

  it.each([
    ["says nothing about its page", {}],
    ["comes from another site", { "Sec-Fetch-Site": "cross-site" }],
    ["comes from a neighbour", { "Sec-Fetch-Site": "same-site" }],
    ["was typed or followed", { "Sec-Fetch-Site": "none" }],
    ["refers to another site", { Referer: "http://evil.org/?http://a.org/" }],
    ["refers to nonsense", { Referer: "nonsense" }],
    ["names another origin", { Origin: "http://evil.org" }],
  ])("S7 refuses a script that %s", async (_name, headers) => {
    const comet = new FakeComet();
    expect((await get(query(ONE), { comet, headers, origins: ["http://a.org"] })).status).toBe(403);
    expect(comet.handed).toEqual([]);
  });

  it("S7 answers a script of a page in the list", async () => {
    const headers = { Referer: "http://a.org/page?x", "Sec-Fetch-Site": "cross-site" };
    expect((await get(query(ONE), { headers, origins: ["http://a.org"] })).status).toBe(200);
  });

  it("S7 answers a script of the server's own page in a browser that tells only where it was", async () => {
    const { url } = await serve(new FakeComet(), { callbackPolling: true });
    const headers = { Referer: new URL("/page", url).href };
    expect((await fetch(`${url}?${query(ONE)}`, { headers })).status).toBe(200);
  });

  it("names GET among the methods", async () => {
    const { url } = await serve(new FakeComet(), { callbackPolling: true });
    const response = await fetch(url, { method: "PUT" });
    expect(response.headers.get("allow")).toBe("POST, OPTIONS, GET");
  });
});
