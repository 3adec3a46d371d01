import type { Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { launchChromium } from "../browser/chromium.ts";
import { describeColumn } from "./describe-column.ts";
import { ChromiumHost } from "./hosts/chromium-host.ts";

let browser: Browser;
let host: ChromiumHost;

beforeAll(async () => {
  browser = await launchChromium();
  host = await ChromiumHost.open(browser, "cometd");
});

afterAll(() => browser.close());

describeColumn({
  name: "cometd in Chromium over long polling",
  connectionType: "long-polling",
  transport: "long-polling",
  sharesCookies: true,
  tooLarge: /^413 Payload Too Large$/,
  openHost: () => host,
});

describeColumn({
  name: "cometd in Chromium over WebSocket",
  connectionType: "websocket",
  transport: "websocket",
  sharesCookies: true,
  tooLarge: /^1009$/,
  openHost: () => host,
});

describeColumn({
  name: "cometd in Chromium over callback polling",
  connectionType: "callback-polling",
  transport: "callback-polling",
  sharesCookies: true,
  // It does not even ask: what has no room in a URL is refused by the library.
  tooLarge: /Bayeux message too big/,
  http: { callbackPolling: true },
  openHost: () => host,
});
