import {
  openHttpPeer,
  openWebSocketPeer,
  type Peer,
  type PeerListener,
  type PeerOptions,
  type PeerTarget,
} from "@encke/adapter-testkit";
import type { Awaitable } from "@encke/core";

/** A way to a Comet that most rules hold for. */
export interface Transport {
  readonly name: string;
  readonly connectionType: string;
  open(target: PeerTarget, listener: PeerListener, options: PeerOptions): Awaitable<Peer>;
}

export const LONG_POLLING: Transport = {
  name: "long polling",
  connectionType: "long-polling",
  open: openHttpPeer,
};

export const WEB_SOCKET: Transport = {
  name: "WebSocket",
  connectionType: "websocket",
  open: openWebSocketPeer,
};

export const STREAMING: Transport = {
  name: "a stream of lines",
  connectionType: "streaming",
  open: openHttpPeer,
};

/** Every connect is answered at once, so that rules for held ones say nothing about it. */
export const POLLING: Transport = {
  name: "polling",
  connectionType: "polling",
  open: openHttpPeer,
};

export const TRANSPORTS: readonly Transport[] = [LONG_POLLING, STREAMING, WEB_SOCKET];
