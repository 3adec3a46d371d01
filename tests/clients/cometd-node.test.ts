import { describeColumn } from "./describe-column.ts";
import { openCometdHost } from "./hosts/node-host.ts";

describeColumn({
  name: "cometd in Node over long polling",
  connectionType: "long-polling",
  transport: "long-polling",
  sharesCookies: true,
  tooLarge: /^413 Payload Too Large$/,
  openHost: openCometdHost,
});

describeColumn({
  name: "cometd in Node over WebSocket",
  connectionType: "websocket",
  transport: "websocket",
  // Its WebSocket knows of no cookies.
  sharesCookies: false,
  tooLarge: /^1009$/,
  openHost: openCometdHost,
});
