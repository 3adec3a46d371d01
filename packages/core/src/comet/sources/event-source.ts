import type { CancelSignal } from "../../ports/abort.ts";

export interface SourceContext {
  /** Given when nobody is subscribed any more, and when the source is taken away. */
  readonly signal: CancelSignal;
}

/** What a source for a pattern gives: which of the channels it is for, and the data. */
export interface SourceMessage {
  readonly channel: string;
  readonly data: unknown;
}

/** A source that is asked again and again. */
export interface PullSource {
  /** Milliseconds from one question to the next. One that comes while the last is not answered is left out. */
  readonly every: number;
  /**
   * The data to publish now; for a pattern, a {@link SourceMessage} or an array of them. Nothing is published for undefined.
   */
  value(context: SourceContext): unknown;
}

/** A source that gives data when it has some. */
export interface PushSource {
  /** Each value is published before the next is asked for: data, or {@link SourceMessage}s for a pattern. */
  start(context: SourceContext): AsyncIterable<unknown>;
}

/**
 * Where new data on the server come from. Runs while somebody is subscribed to what it is for, on one of the nodes that share
 * a store. One that throws is reported, and tried again after a second, then two, up to a minute.
 */
export type IEventSource = PullSource | PushSource;
