import type { Writable } from "node:stream";
import type { WebSocket } from "ws";

/** What the library reads frames with. None of it is documented: whoever asks does without where it is missing. */
export interface Receiver {
  /** 0 where a frame begins. */
  readonly _state?: number;
  /** Of a frame of which more will come. */
  readonly _bufferedBytes?: number;
  /** The opcode of a message of which more frames will come, or 0. */
  readonly _fragmented?: number;
  end?: Writable["end"];
}

export function receiverOf(webSocket: WebSocket): Receiver | undefined {
  return (webSocket as WebSocket & { readonly _receiver?: Receiver })._receiver;
}

/** True when it waits for the first byte of a message. Never where the library keeps something else than it did. */
export function isBetweenMessages({ _state, _bufferedBytes, _fragmented }: Receiver): boolean {
  return _state === 0 && _bufferedBytes === 0 && _fragmented === 0;
}
