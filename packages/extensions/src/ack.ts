import type { Cancel, Comet, IClient, ICometExtension, Message } from "@encke/core";
import { isRecord } from "./is-record.ts";

/**
 * Lets a client say which messages have arrived, as the ack extension of CometD does: what it does not acknowledge is sent
 * again, so that it gets everything once and in order. For clients that ask for it in `ext.ack` of their handshake.
 */
export function ack(): ICometExtension {
  const welcomed = new WeakMap<Message, IClient>();
  return {
    name: "ack",
    attach: (comet) => offer(comet, welcomed),
    incoming({ channel, ext }, { client }) {
      if (channel === "/meta/connect" && typeof ext?.ack === "number") client?.acknowledge(ext.ack);
    },
    outgoing(reply, { request }) {
      const client = request && welcomed.get(request);
      if (client === undefined) return;
      // In the form in which it was asked for: clients from before there was another know only that one.
      const isOldForm = request?.ext?.ack === true;
      const answer = isOldForm || { enabled: true, batch: client.position };
      reply.ext = { ...reply.ext, ack: answer };
    },
    leaving(reply, client) {
      if (client.acknowledges) reply.ext = { ...reply.ext, ack: client.position };
    },
  };
}

function offer(comet: Comet, welcomed: WeakMap<Message, IClient>): Cancel {
  const stops = [
    comet.on("handshaking", (event) => {
      if (isAskedFor(event.message)) event.acknowledges = true;
    }),
    comet.on("handshaken", ({ client, message }) => {
      if (client.acknowledges && isAskedFor(message)) welcomed.set(message, client);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function isAskedFor({ ext }: Message): boolean {
  return ext?.ack === true || (isRecord(ext?.ack) && ext.ack.enabled === true);
}
