import type { TransportFactory } from "./transport.ts";
import { HttpTransport } from "./transports/http-transport.ts";
import { readLines } from "./transports/line-reader.ts";

/** Messages come as lines of one answer, which stays open. Gives way to another transport where a proxy collects them. */
export const streaming: TransportFactory = {
  type: "streaming",
  isSupported: () => true,
  open: (host) => new HttpTransport(host, readLines),
};
