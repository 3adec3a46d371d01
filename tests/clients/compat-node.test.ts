import { describeColumn } from "./describe-column.ts";
import { openCompatHost } from "./hosts/node-host.ts";

describeColumn({
  name: "the CometD of the client in Node over long polling",
  connectionType: "long-polling",
  transport: "long-polling",
  sharesCookies: false,
  tooLarge: /^413 /,
  openHost: openCompatHost,
});

describeColumn({
  name: "the CometD of the client in Node over WebSocket",
  connectionType: "websocket",
  transport: "websocket",
  sharesCookies: false,
  tooLarge: /1009/,
  openHost: openCompatHost,
});
