import type { Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { launchChromium } from "../browser/chromium.ts";
import type { Column } from "./column.ts";
import { describeColumn } from "./describe-column.ts";
import { ChromiumHost } from "./hosts/chromium-host.ts";
import { ALLOWED_ORIGIN, REFUSED_ORIGIN } from "./scenarios/origins.ts";

let browser: Browser;
let cometd: ChromiumHost;
let compat: ChromiumHost;
let faye: ChromiumHost;

beforeAll(async () => {
  browser = await launchChromium();
  cometd = await ChromiumHost.open(browser, "cometd");
  compat = await ChromiumHost.open(browser, "compat");
  faye = await ChromiumHost.open(browser, "faye");
});

afterAll(() => browser.close());

const COLUMNS: readonly Column[] = [
  {
    name: "cometd over long polling",
    connectionType: "long-polling",
    transport: "long-polling",
    sharesCookies: true,
    tooLarge: /^413 Payload Too Large$/,
    openHost: () => cometd,
  },
  {
    name: "the CometD of the client over long polling",
    connectionType: "long-polling",
    transport: "long-polling",
    sharesCookies: true,
    tooLarge: /^413 /,
    openHost: () => compat,
  },
  {
    name: "cometd over WebSocket",
    connectionType: "websocket",
    transport: "websocket",
    sharesCookies: true,
    tooLarge: /^1009$/,
    openHost: () => cometd,
  },
  {
    name: "faye over WebSocket",
    connectionType: "websocket",
    transport: "websocket",
    isReturning: true,
    sharesCookies: true,
    tooLarge: /^transport:down$/,
    // Across origins the library shakes hands by callback polling, whatever it goes on with.
    http: { callbackPolling: true },
    openHost: () => faye,
  },
];

for (const column of COLUMNS) {
  const across = { ...column, isForeign: true };
  describeColumn({ ...across, name: `${column.name} from an allowed origin` }, ALLOWED_ORIGIN);
  describeColumn({ ...across, name: `${column.name} from another origin` }, REFUSED_ORIGIN);
}
