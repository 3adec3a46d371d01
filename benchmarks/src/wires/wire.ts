/** A server that is being measured, as the clients see it. */
export interface Target {
  readonly port: number;
  /** Ends the run: a connection broke, a request was refused. */
  fail(cause: Error): void;
}

export interface Closable {
  close(): void;
}

/** A text for a channel. */
export interface Outgoing {
  readonly channel: string;
  readonly text: string;
}

/** One client: one session on the server, on one connection or two. */
export interface Client extends Closable {
  /** Resolves when it gets whatever is published from then on. To be called before `stay`. */
  subscribe(channel: string): Promise<void>;
  /** Stays connected. `onBody` is handed the bytes of everything that the server sends to it. */
  stay(onBody: (body: Buffer) => void): void;
  /** Publishes each text as a message of its own, in this order. */
  publish(channel: string, texts: readonly string[]): void;
  /** Publishes all in one unit where the protocol has such a thing. */
  publishTogether(messages: readonly Outgoing[]): void;
  /** Resolves when the server has confirmed. One at a time, of a client that does not stay. */
  publishForReceipt(channel: string, text: string): Promise<void>;
  /** Ends the session, as far as the protocol has one, and closes. Of a client that does not stay. */
  disconnect(): Promise<void>;
  /** Leaves what comes where it is, in the buffers of the system, until `resume`. */
  pause(): void;
  resume(): void;
}

/** How clients speak with a server: one transport, one protocol on it. */
export interface Wire {
  /** Resolves when the client has a session, as far as the protocol has one. */
  connect(target: Target): Promise<Client>;
}

/** A connection that carries texts, each way in units of its own: WebSocket frames, HTTP bodies. */
export interface Link extends Closable {
  /** Everything the server sends; to be replaced as the conversation goes on. The bytes are lent for the call. */
  onBody: (body: Buffer) => void;
  /** The bytes of one unit, for a text that is sent over and over. */
  encode(text: string): Buffer;
  send(units: readonly Buffer[]): void;
  pause(): void;
  resume(): void;
}
