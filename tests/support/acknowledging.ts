import type { IExtension } from "@encke/core";

/** The least that somebody outside of core needs to speak acknowledgements, as `ext.ack`. */
export const acknowledging: IExtension = {
  name: "acknowledging",
  incoming({ channel, ext }, { client }) {
    if (channel === "/meta/connect" && typeof ext?.ack === "number") client?.acknowledge(ext.ack);
  },
  leaving(reply, client) {
    if (client.acknowledges) reply.ext = { ...reply.ext, ack: client.position };
  },
};
