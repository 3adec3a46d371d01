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
    readonly signal?: AbortSignal | null;
    /** True where the request is to outlive the page. */
    readonly keepalive?: boolean;
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

/** The part of a `Window` that is used. */
export interface Page extends Pick<EventTarget, "addEventListener" | "removeEventListener"> {
  readonly document?: { readonly hidden: boolean };
}

/** What a client needs of its surroundings. Tests drive one by hand. */
export interface World {
  /** Runs the action once, this many milliseconds from now. */
  readonly after: (milliseconds: number, action: () => void) => Cancel;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly fetch: Fetch;
  /** Missing where there is none, as in Node before 22. */
  readonly WebSocket?: SocketClass | undefined;
  /** What tells that a page is shown, hidden and left, and that there is a network again. Missing where nobody does. */
  readonly page?: Page | undefined;
}

/** The browser, the worker or the Node process that this runs in. */
export function surroundings(): World {
  const scope = globalThis as Partial<Page> & { readonly WebSocket?: unknown };
  return {
    after(milliseconds, action) {
      // More would be over at once.
      const timer = setTimeout(action, Math.min(milliseconds, 2 ** 31 - 1));
      return () => clearTimeout(timer);
    },
    random: Math.random,
    fetch: (url, request) => fetch(url, request),
    WebSocket: scope.WebSocket as SocketClass | undefined,
    page: scope.addEventListener && (scope as Page),
  };
}
