import type { IncomingMessage, ServerResponse } from "node:http";
import { constants, type Http2ServerResponse } from "node:http2";
import type { Cancel } from "@encke/core";
import type { NodeRequest, NodeResponse } from "../node-messages.ts";
import { onSocketClose } from "./socket-close.ts";

/** Where HTTP/1 and HTTP/2 differ in what becomes of an answer. */
export interface Wire {
  readonly hasConnectionHeader: boolean;
  /** True when the peer cannot be answered any more. */
  isGone(request: NodeRequest, response: NodeResponse): boolean;
  /** Of an ended response: true when all of it was handed to the network. */
  isFlushed(request: NodeRequest, response: NodeResponse): boolean;
  /** Calls back once when the response has been sent or never will be. */
  onClose(request: NodeRequest, response: NodeResponse, listener: () => void): Cancel;
  /** Calls back when the peer has taken nothing of what was written for `ms` milliseconds. Returns what stops the watch. */
  onStandstill(
    request: NodeRequest,
    response: NodeResponse,
    ms: number,
    listener: () => void,
  ): Cancel;
  /** Ends the answer, and with it a request that has not ended. HTTP/1 must have said `Connection: close`. */
  hangUp(request: NodeRequest, response: NodeResponse): void;
  /** Breaks off what has not been sent. */
  destroy(request: NodeRequest, response: NodeResponse): void;
}

export function wireOf(request: NodeRequest): Wire {
  return request.httpVersionMajor === 2 ? HTTP2 : HTTP1;
}

const HTTP1: Wire = {
  hasConnectionHeader: true,

  isGone(request: IncomingMessage) {
    return request.socket.destroyed;
  },

  // A socket that broke gives up what it had not written, and then its responses are "finished", too.
  isFlushed({ socket }: IncomingMessage, response: ServerResponse) {
    return response.writableFinished && !socket.destroyed && socket.errored === null;
  },

  onClose(request: IncomingMessage, response: ServerResponse, listener) {
    // One that waits behind an earlier answer on the same connection has no socket yet, and is told nothing.
    if (response.socket === null) return onSocketClose(request.socket, listener);
    let isOff = false;
    response.on("close", () => {
      if (!isOff) listener();
    });
    // It stays where it is, at a response that is over: to take it away from there takes longer than all else that ends one.
    return () => {
      isOff = true;
    };
  },

  // Node counts a timeout only from the last byte that the network took.
  onStandstill({ socket }: IncomingMessage, _response, ms, listener) {
    socket.setTimeout(ms, listener);
    return () => socket.setTimeout(0, listener);
  },

  hangUp(_request, response: ServerResponse) {
    response.end();
  },

  destroy(request: IncomingMessage) {
    request.socket.destroy();
  },
};

const HTTP2: Wire = {
  hasConnectionHeader: false,

  isGone(_request, { stream }: Http2ServerResponse) {
    return stream.destroyed || stream.closed;
  },

  isFlushed(_request, response: Http2ServerResponse) {
    return response.stream.writableFinished;
  },

  onClose(_request, response: Http2ServerResponse, listener) {
    response.on("close", listener);
    return () => response.off("close", listener);
  },

  onStandstill(_request, { stream }: Http2ServerResponse, ms, listener) {
    stream.setTimeout(ms, listener);
    return () => stream.setTimeout(0, listener);
  },

  hangUp(_request, response: Http2ServerResponse) {
    response.end();
    response.stream.close();
  },

  destroy(_request, { stream }: Http2ServerResponse) {
    // Not from within another request of the connection: where the peer resets streams, too, node frees memory twice
    // and dies. Nothing leaves meanwhile but what the peer makes room for in this very turn.
    setImmediate(() => stream.close(constants.NGHTTP2_CANCEL));
  },
};
