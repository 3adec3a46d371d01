import type { IncomingMessage } from "node:http";
import type { CometHttpOptions } from "@encke/adapter-node-http";
import type { Comet } from "@encke/core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { serve } from "../http/support/serve.ts";
import { quietComet } from "../websocket/support/serve-sockets.ts";
import { launchChromium } from "./chromium.ts";
import {
  type PageScope,
  type PageState,
  prepare,
  readByEventSource,
  readByFetch,
  shakeHands,
} from "./stream-pages.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium();
});

afterAll(() => browser.close());

interface Stage {
  readonly comet: Comet;
  readonly context: BrowserContext;
  readonly page: Page;
  readonly origin: string;
  /** The requests for streams of events that came, each with the id it named. */
  readonly asked: (string | undefined)[];
  /** Breaks off all connections. */
  cut(): void;
}

/** A browser at a page of a server, and a Comet. */
async function open(options: CometHttpOptions = {}): Promise<Stage> {
  const comet = quietComet();
  const { server, port } = await serve(comet, options, (_request, response) => {
    response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>x</title>");
  });
  const asked: (string | undefined)[] = [];
  const emit = server.emit.bind(server);
  server.emit = (event: string, ...args: unknown[]) => {
    if (event === "request") note(args[0] as IncomingMessage, asked);
    return emit(event, ...args);
  };
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const origin = `http://127.0.0.1:${port}`;
  await page.goto(origin);
  await page.evaluate(prepare);
  return { comet, context, page, origin, asked, cut: () => server.closeAllConnections() };
}

function note({ method, url, headers }: IncomingMessage, asked: (string | undefined)[]): void {
  if (method === "GET" && url?.startsWith("/comet/")) {
    asked.push(headers["last-event-id"] as string | undefined);
  }
}

function stateOf(page: Page): Promise<PageState> {
  return page.evaluate(() => (globalThis as unknown as PageScope).state);
}

/** Asks again and again until it is so. */
function soon<Value>(ask: () => Promise<Value> | Value) {
  return expect.poll(ask, { interval: 20, timeout: 20_000 });
}

function received(page: Page): Promise<readonly unknown[]> {
  return stateOf(page).then((state) => state.received);
}

describe("an EventSource of a page", { timeout: 60_000 }, () => {
  it("S1 reads on after its connection was cut, without loss and without repetition", async () => {
    const { comet, page, asked, cut } = await open();
    const clientId = await page.evaluate(shakeHands, "/comet");
    await page.evaluate(readByEventSource, `/comet/${clientId}`);
    await soon(() => comet.client(clientId)?.isHeld).toBe(true);
    for (let number = 1; number <= 20; number++) await comet.publish("/a", number);
    await soon(async () => (await received(page)).length).toBeGreaterThan(0);
    cut();
    for (let number = 21; number <= 40; number++) await comet.publish("/a", number);
    await soon(async () => (await received(page)).length).toBeGreaterThanOrEqual(40);
    await comet.publish("/a", "end");
    await soon(async () => (await received(page)).at(-1)).toBe("end");
    const numbers = Array.from({ length: 40 }, (_, at) => at + 1);
    expect(await received(page)).toEqual([...numbers, "end"]);
    expect(asked).toEqual([undefined, expect.stringMatching(/^\d+$/)]);
  });

  it("S1 needs nothing but a URL that says what it wants, and stays the same client when it is cut", async () => {
    const { comet, page, cut } = await open();
    await page.evaluate(readByEventSource, "/comet?subscription=/a");
    await soon(() => comet.stats().held).toBe(1);
    await comet.publish("/a", 1);
    await soon(() => received(page)).toEqual([1]);
    cut();
    await comet.publish("/a", 2);
    await soon(() => received(page)).toEqual([1, 2]);
    expect(comet.stats().clients).toBe(1);
    expect((await stateOf(page)).messages[0]).toMatchObject({ channel: "/meta/handshake" });
  });

  it("S1 names where it begins when it is cut before it was brought anything", async () => {
    const { comet, page, asked, cut } = await open();
    await comet.publish("/other", 0);
    const clientId = await page.evaluate(shakeHands, "/comet");
    await page.evaluate(readByEventSource, `/comet/${clientId}`);
    await soon(() => comet.client(clientId)?.isHeld).toBe(true);
    await soon(async () => (await stateOf(page)).opened).toBe(1);
    cut();
    await comet.publish("/a", 1);
    await soon(() => received(page)).toEqual([1]);
    expect(asked).toEqual([undefined, "1"]);
  });

  it("comes back by itself when its stream is old, and loses nothing", async () => {
    const { comet, page } = await open({ maxStreamAge: 300 });
    const clientId = await page.evaluate(shakeHands, "/comet");
    await page.evaluate(readByEventSource, `/comet/${clientId}`);
    let sent = 0;
    await soon(async () => {
      await comet.publish("/a", sent++);
      return (await stateOf(page)).opened;
    }).toBeGreaterThan(4);
    await soon(async () => (await received(page)).length).toBe(sent);
    expect(await received(page)).toEqual(Array.from({ length: sent }, (_, at) => at));
  });

  it("S4 sees that its stream is alive", async () => {
    const { page } = await open({ heartbeatInterval: 50 });
    const clientId = await page.evaluate(shakeHands, "/comet");
    await page.evaluate(readByEventSource, `/comet/${clientId}`);
    await soon(async () => (await stateOf(page)).heartbeats).toBeGreaterThan(2);
    expect((await stateOf(page)).messages).toEqual([]);
  });

  it("S2 stays away when the server has ended its client", async () => {
    const { comet, page, asked } = await open();
    const clientId = await page.evaluate(shakeHands, "/comet");
    await page.evaluate(readByEventSource, `/comet/${clientId}`);
    await soon(() => comet.client(clientId)?.isHeld).toBe(true);
    await comet.disconnect(clientId);
    await soon(async () => (await stateOf(page)).isClosed).toBe(true);
    expect(asked).toEqual([undefined, "over"]);
  });

  it("S3 gives way to that of another page with the same client, and the two do not chase each other", async () => {
    const { comet, context, page, origin, asked } = await open();
    const clientId = await page.evaluate(shakeHands, "/comet");
    await page.evaluate(readByEventSource, `/comet/${clientId}`);
    await soon(() => comet.client(clientId)?.isHeld).toBe(true);
    const other = await context.newPage();
    await other.goto(origin);
    await other.evaluate(prepare);
    await other.evaluate(readByEventSource, `/comet/${clientId}`);
    await soon(async () => (await stateOf(page)).isClosed).toBe(true);
    await comet.publish("/a", 1);
    await soon(() => received(other)).toEqual([1]);
    expect((await stateOf(page)).messages).toMatchObject([
      { advice: { "multiple-clients": true } },
    ]);
    expect((await stateOf(other)).isClosed).toBe(false);
    expect(asked).toEqual([undefined, undefined, "over"]);
  });

  it("reads from another origin with its cookie, where that is let in", async () => {
    const { page, origin } = await open();
    const { comet, origin: elsewhere } = await open({ origins: [origin] });
    const clientId = await page.evaluate(shakeHands, `${elsewhere}/comet`);
    await page.evaluate(readByEventSource, `${elsewhere}/comet/${clientId}`);
    await soon(() => comet.client(clientId)?.isHeld).toBe(true);
    await comet.publish("/a", 1);
    await soon(() => received(page)).toEqual([1]);
  });
});

describe("a page that reads lines with fetch", { timeout: 60_000 }, () => {
  it("is brought each message as it comes, over one stream after the other, and loses none", async () => {
    const { comet, page } = await open({ maxStreamAge: 300 });
    const clientId = await page.evaluate(shakeHands, "/comet");
    await page.evaluate(readByFetch, clientId);
    let sent = 0;
    await soon(async () => {
      await comet.publish("/a", sent++);
      return (await stateOf(page)).opened;
    }).toBeGreaterThan(4);
    await soon(async () => (await received(page)).length).toBe(sent);
    expect(await received(page)).toEqual(Array.from({ length: sent }, (_, at) => at));
  });
});
