import type { TransportFactory } from "./transport.ts";
import { HttpTransport } from "./transports/http-transport.ts";
import { exchange } from "./transports/lane.ts";

/** A connect is a request that the server answers when there is something to tell. Works everywhere. */
export const longPolling: TransportFactory = {
  type: "long-polling",
  isSupported: () => true,
  open: (host) => new HttpTransport(host, exchange),
};
