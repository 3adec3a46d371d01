import type { Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { launchChromium } from "../browser/chromium.ts";
import { describeColumn } from "./describe-column.ts";
import { ChromiumHost } from "./hosts/chromium-host.ts";

let browser: Browser;
let host: ChromiumHost;

beforeAll(async () => {
  browser = await launchChromium();
  host = await ChromiumHost.open(browser, "compat");
});

afterAll(() => browser.close());

describeColumn({
  name: "the CometD of the client in Chromium over long polling",
  connectionType: "long-polling",
  transport: "long-polling",
  sharesCookies: true,
  tooLarge: /^413 /,
  openHost: () => host,
});

describeColumn({
  name: "the CometD of the client in Chromium over WebSocket",
  connectionType: "websocket",
  transport: "websocket",
  sharesCookies: true,
  tooLarge: /1009/,
  openHost: () => host,
});

describeColumn({
  name: "the CometD of the client in Chromium over callback polling",
  connectionType: "callback-polling",
  transport: "callback-polling",
  sharesCookies: true,
  tooLarge: /The script could not be loaded/,
  http: { callbackPolling: true },
  openHost: () => host,
});
