/** A server that is being measured, as the clients see it. */
export interface Target {
  readonly port: number;
  /** Ends the run: a connection broke, a request was refused. */
  fail(cause: Error): void;
}

export interface Publisher {
  /** Publishes each text as a message of its own, in this order. */
  publish(texts: readonly string[]): void;
  close(): void;
}

/** How clients speak with a server: one transport, one protocol on it. */
export interface Wire {
  /**
   * Resolves when the subscriber gets whatever is published from then on. `onBody` is handed the bytes of
   * everything the server sends to it.
   */
  subscribe(target: Target, channel: string, onBody: (body: Buffer) => void): Promise<Closable>;
  openPublisher(target: Target, channel: string): Promise<Publisher>;
}

export interface Closable {
  close(): void;
}

/** A connection that carries texts, each way in units of its own: WebSocket frames, HTTP bodies. */
export interface Link extends Closable {
  /** Everything the server sends; to be replaced as the conversation goes on. */
  onBody: (body: Buffer) => void;
  /** The bytes of one unit, for a text that is sent over and over. */
  encode(text: string): Buffer;
  send(units: readonly Buffer[]): void;
}

export type OpenLink = (target: Target) => Promise<Link>;
