import type { Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { launchChromium } from "../browser/chromium.ts";
import { describeColumn } from "./describe-column.ts";
import { ChromiumHost } from "./hosts/chromium-host.ts";

let browser: Browser;
let host: ChromiumHost;

beforeAll(async () => {
  browser = await launchChromium();
  host = await ChromiumHost.open(browser, "faye");
});

afterAll(() => browser.close());

describeColumn({
  name: "faye in Chromium over long polling",
  connectionType: "long-polling",
  transport: "long-polling",
  sharesCookies: true,
  tooLarge: /^transport:down$/,
  openHost: () => host,
});

describeColumn({
  name: "faye in Chromium over WebSocket",
  connectionType: "websocket",
  transport: "websocket",
  // The library opens the socket and shakes hands by a request at the same time, and would be given two cookies.
  isReturning: true,
  sharesCookies: true,
  tooLarge: /^transport:down$/,
  openHost: () => host,
});

describeColumn({
  name: "faye in Chromium over EventSource",
  connectionType: "eventsource",
  transport: "eventsource",
  sharesCookies: true,
  tooLarge: /^transport:down$/,
  openHost: () => host,
});

describeColumn({
  name: "faye in Chromium over callback polling",
  connectionType: "callback-polling",
  transport: "callback-polling",
  sharesCookies: true,
  tooLarge: /^transport:down$/,
  http: { callbackPolling: true },
  openHost: () => host,
});

describeColumn({
  name: "faye in Chromium over long polling, across origins",
  connectionType: "cross-origin-long-polling",
  transport: "long-polling",
  sharesCookies: true,
  tooLarge: /^transport:down$/,
  isForeign: true,
  // Across origins the library shakes hands by callback polling, whatever it goes on with.
  http: { callbackPolling: true },
  openHost: () => host,
});
