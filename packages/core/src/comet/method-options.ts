export interface PublishOptions {
  /** The id, or the public id, of a client that does not get the message. */
  readonly except?: string;
}

export interface RemoteOptions {
  /** Milliseconds within which there must be a result, or the first value of many. @default `limits.handlerTimeout` */
  readonly timeout?: number;
}

export interface CloseOptions {
  /** Milliseconds within which everything must be over. @default 5_000 */
  readonly deadline?: number;
}
