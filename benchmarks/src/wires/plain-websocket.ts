import { openWebSocket } from "./websocket-link.ts";
import type { Wire } from "./wire.ts";

/** No protocol: the path says who publishes, and every text goes to all who subscribe. */
export const plainWebSocket: Wire = {
  async subscribe(target, _channel, onBody) {
    const link = await openWebSocket(target, "/subscribe");
    link.onBody = onBody;
    return link;
  },

  async openPublisher(target, channel) {
    const link = await openWebSocket(target, "/publish");
    return {
      publish: (texts) =>
        link.send(texts.map((data) => link.encode(JSON.stringify([{ channel, data }])))),
      close: () => link.close(),
    };
  },
};
