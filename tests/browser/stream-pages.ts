import type { Message } from "@encke/core";

// These functions are sent to a page and run there: nothing but what they are given is in their reach.

/** What a page has seen so far. */
export interface PageState {
  /** All that came as messages. */
  readonly messages: Message[];
  /** The data of what was delivered. */
  readonly received: unknown[];
  heartbeats: number;
  /** Streams that were opened. */
  opened: number;
  /** True when it will not try again. */
  isClosed: boolean;
}

export interface PageScope {
  state: PageState;
  /** Takes the JSON array of a line or an event. */
  take(json: string): void;
  readonly EventSource: new (
    url: string,
    options: { withCredentials: boolean },
  ) => {
    readonly readyState: number;
    addEventListener(event: string, listener: (event: { data: string }) => void): void;
  };
}

/** Puts into the page what the others need there. */
export function prepare(): void {
  const scope = globalThis as unknown as PageScope;
  const state = { heartbeats: 0, opened: 0, isClosed: false };
  scope.state = { ...state, messages: [], received: [] };
  scope.take = (json) => {
    const { messages, received } = scope.state;
    for (const message of JSON.parse(json) as Message[]) {
      messages.push(message);
      if (message.successful === undefined) received.push(message.data);
    }
  };
}

/** Makes a client that is subscribed to `/a`, and resolves with its id. */
export async function shakeHands(url: string): Promise<string> {
  const ask = async (message: object): Promise<{ readonly clientId: string }> => {
    const body = JSON.stringify(message);
    const response = await fetch(url, { method: "POST", body, credentials: "include" });
    const [reply] = (await response.json()) as [{ readonly clientId: string }];
    return reply;
  };
  const supportedConnectionTypes = ["streaming", "eventsource"];
  const handshake = { channel: "/meta/handshake", version: "1.0", supportedConnectionTypes };
  const { clientId } = await ask(handshake);
  await ask({ channel: "/meta/subscribe", subscription: "/a", clientId });
  return clientId;
}

export function readByEventSource(url: string): void {
  const scope = globalThis as unknown as PageScope;
  const { state } = scope;
  const source = new scope.EventSource(url, { withCredentials: true });
  source.addEventListener("open", () => {
    state.opened++;
  });
  source.addEventListener("error", () => {
    state.isClosed = source.readyState === 2;
  });
  source.addEventListener("message", ({ data }) => scope.take(data));
  source.addEventListener("heartbeat", () => {
    state.heartbeats++;
  });
}

export function readByFetch(clientId: string): void {
  const scope = globalThis as unknown as PageScope;
  const body = JSON.stringify({
    channel: "/meta/connect",
    connectionType: "streaming",
    clientId,
  });
  const read = async (): Promise<void> => {
    const response = await fetch("/comet", { method: "POST", body });
    scope.state.opened++;
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = lines.pop() as string;
      lines.forEach(scope.take);
    }
    void read();
  };
  void read();
}
