import { get } from "node:http";
import {
  openHttpPeer,
  type Peer,
  type PeerListener,
  type PeerOptions,
  type PeerTarget,
} from "@encke/adapter-testkit";
import type { Message } from "@encke/core";
import { LONG_POLLING, type Transport } from "./transports.ts";

/** Messages in the field of a form. */
export const FORMS: Transport = {
  name: "forms",
  connectionType: LONG_POLLING.connectionType,
  open(target, listener, { headers, jar }) {
    const type = { "content-type": "application/x-www-form-urlencoded" };
    const peer = openHttpPeer(target, listener, { headers: { ...headers, ...type }, jar });
    return {
      ...withoutStalling(peer),
      send: (pieces) => peer.send([Buffer.from(`message=${percentEncoded(pieces)}`)]),
    };
  },
};

/** Messages in the query of a GET. Has to be switched on. */
export const CALLBACK_POLLING: Transport = {
  name: "callback polling",
  connectionType: "callback-polling",
  open: (target, listener, options) => ({
    ...withoutStalling(),
    send: (pieces) => callBack(target, listener, options, percentEncoded(pieces)),
  }),
};

function callBack(
  { url }: PeerTarget,
  listener: PeerListener,
  { headers, jar }: PeerOptions,
  query: string,
): void {
  const all = {
    "sec-fetch-site": "same-origin",
    ...headers,
    ...(jar.header !== undefined && { cookie: jar.header }),
  };
  const request = get(
    `${url}?jsonp=f&message=${query}`,
    { headers: all, agent: false },
    (response) => {
      jar.keep(response.headers["set-cookie"]);
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        if (response.statusCode !== 200) return listener.onRefused(response.statusCode ?? 0);
        const script = Buffer.concat(chunks).toString();
        listener.onMessages(JSON.parse(script.slice("/**/f(".length, -");".length)) as Message[]);
      });
    },
  );
  request.on("error", () => listener.onRefused(0));
}

function percentEncoded(pieces: readonly Uint8Array[]): string {
  return Buffer.concat(pieces).toString("hex").replace(/../g, "%$&");
}

function withoutStalling(peer?: Peer): Omit<Peer, "send"> {
  return {
    stall: () => peer?.stall(),
    resume: () => peer?.resume(),
    leave: () => peer?.leave(),
  };
}
