import { cookieFetch } from "./cookie-fetch.ts";

/** Undoes what it was given for. May be called again. */
export type Cancel = () => void;

/** The part of a `Response` that is used. */
export interface FetchResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly body: ReadableStream<Uint8Array> | null;
  json(): Promise<unknown>;
}

/** The part of `fetch` that is used. */
export type Fetch = (
  url: string,
  request: {
    readonly method: "POST";
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly signal: AbortSignal;
  },
) => Promise<FetchResponse>;

/** The part of a `WebSocket` that is used. */
export interface Socket {
  onopen: unknown;
  onmessage: unknown;
  onerror: unknown;
  onclose: unknown;
  send(text: string): void;
  close(): void;
}

export type SocketClass = new (url: string) => Socket;

/** What a client needs of its surroundings. Tests drive one by hand. */
export interface World {
  /** Runs the action once, this many milliseconds from now. */
  after(milliseconds: number, action: () => void): Cancel;
  /** From 0 to below 1. */
  random(): number;
  readonly fetch: Fetch;
  /** Missing where there is none, as in Node before 22. */
  readonly WebSocket?: SocketClass | undefined;
}

/** The browser, the worker or the Node process that this runs in. */
export function surroundings(): World {
  const scope = globalThis as { readonly WebSocket?: unknown };
  return {
    after(milliseconds, action) {
      const timer = setTimeout(action, milliseconds);
      return () => clearTimeout(timer);
    },
    random: Math.random,
    fetch: cookieFetch(),
    WebSocket: scope.WebSocket as SocketClass | undefined,
  };
}

/** Resolves after this many milliseconds, or when the signal is given: the caller looks which it was. */
export function pause(world: World, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted || milliseconds <= 0) {
      resolve();
      return;
    }
    const end = (): void => {
      cancel();
      signal.removeEventListener("abort", end);
      resolve();
    };
    const cancel = world.after(milliseconds, end);
    signal.addEventListener("abort", end);
  });
}
