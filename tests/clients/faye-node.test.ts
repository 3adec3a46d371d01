import { describeColumn } from "./describe-column.ts";
import { openFayeHost } from "./hosts/node-host.ts";

describeColumn({
  name: "faye in Node over long polling",
  connectionType: "long-polling",
  transport: "long-polling",
  sharesCookies: false,
  tooLarge: /^transport:down$/,
  openHost: openFayeHost,
});

describeColumn({
  name: "faye in Node over WebSocket",
  connectionType: "websocket",
  transport: "websocket",
  // The library opens the socket and shakes hands by a request at the same time, and would be given two cookies.
  isReturning: true,
  sharesCookies: true,
  tooLarge: /^transport:down$/,
  openHost: openFayeHost,
});
