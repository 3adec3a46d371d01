/** What a client library says about one request of its. */
export interface Outcome {
  readonly successful: boolean;
  /** In the library's words. */
  readonly error?: string;
}

/** A message as one subscription of the client got it. */
export interface Delivery {
  readonly subscription: string;
  readonly channel: string;
  readonly data: unknown;
}

export interface ClientOptions {
  readonly url: string;
  /** The one connection type that the library may use. */
  readonly connectionType: string;
  /** Sent with each handshake as `ext.token`. */
  readonly token?: string;
}

/**
 * What every client library can do, driven alike from a test and, because everything is JSON, through the wall
 * of a browser. Drivers keep what they have received and subscribe again after a new handshake.
 */
export interface RealClient {
  /** Settles with the first answer, or the first failure to get one. */
  handshake(): Promise<Outcome>;
  subscribe(pattern: string): Promise<Outcome>;
  /** May settle before the server has heard of it: one of the libraries does not tell. */
  unsubscribe(pattern: string): Promise<void>;
  publish(channel: string, data: unknown): Promise<Outcome>;
  /** Publishes in as few requests as the library makes of it. */
  publishAll(channel: string, data: readonly unknown[]): Promise<readonly Outcome[]>;
  /** Publishes what the server does not take, so that there is no answer. Settles with what the library says of it. */
  publishInVain(channel: string, data: unknown): Promise<Outcome>;
  /** Everything so far, in order. */
  received(): Promise<readonly Delivery[]>;
  disconnect(): Promise<void>;
}
