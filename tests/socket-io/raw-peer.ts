import { WebSocket } from "ws";
import type { Bridge } from "./support.ts";
import { until } from "./support.ts";

const SEPARATOR = "\x1e";
const BINARY = "b";

/** A peer that says what it is told to, packet by packet: for what no library would send. */
export interface RawPeer {
  readonly got: (string | Buffer)[];
  readonly isClosed: boolean;
  send(...packets: (string | Buffer)[]): void;
  close(): void;
}

/** The next packet that is not a ping. */
export async function next(peer: RawPeer): Promise<string | Buffer> {
  for (;;) {
    await until(() => peer.got.length > 0 || peer.isClosed);
    const packet = peer.got.shift();
    if (packet === undefined) throw new Error("The connection was closed.");
    if (packet !== "2" && packet !== "6") return packet;
    peer.send("3");
  }
}

export function pollingUrl({ url }: Bridge, query = "EIO=4&transport=polling"): string {
  return `${url}/socket.io/?${query}`;
}

/** With its open packet first. */
export async function openWebSocket({ port }: Bridge): Promise<RawPeer> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
  const got: (string | Buffer)[] = [];
  socket.on("message", (data, isBinary) => got.push(isBinary ? (data as Buffer) : String(data)));
  socket.on("error", () => undefined);
  await until(() => got.length > 0 || socket.readyState === WebSocket.CLOSED);
  return {
    got,
    get isClosed() {
      return socket.readyState === WebSocket.CLOSED;
    },
    send: (...packets) => {
      for (const packet of packets) socket.send(packet);
    },
    close: () => socket.terminate(),
  };
}

/** With its open packet first. */
export async function openPolling(bridge: Bridge): Promise<RawPeer> {
  const peer = new PollingPeer(bridge);
  await peer.open();
  return peer;
}

class PollingPeer implements RawPeer {
  readonly got: (string | Buffer)[] = [];
  readonly #url: string;
  readonly #end = new AbortController();
  #sid = "";
  #isClosed = false;
  #sending: Promise<unknown> = Promise.resolve();

  constructor(bridge: Bridge) {
    this.#url = pollingUrl(bridge);
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  async open(): Promise<void> {
    const opened = await (await fetch(this.#url)).text();
    this.got.push(opened);
    this.#sid = `&sid=${(JSON.parse(opened.slice(1)) as { sid: string }).sid}`;
    void this.#poll();
  }

  send(...packets: (string | Buffer)[]): void {
    const body = packets
      .map((packet) => (typeof packet === "string" ? packet : BINARY + packet.toString("base64")))
      .join(SEPARATOR);
    this.#sending = this.#sending
      .then(() => fetch(this.#url + this.#sid, { method: "POST", body }))
      .then(async (response) => this.#look(response.ok, await response.text()))
      .catch(() => this.close());
  }

  close(): void {
    this.#isClosed = true;
    this.#end.abort();
  }

  async #poll(): Promise<void> {
    while (!this.#isClosed) {
      try {
        const response = await fetch(this.#url + this.#sid, { signal: this.#end.signal });
        const text = await response.text();
        if (this.#look(response.ok, text)) this.#take(text);
      } catch {
        this.close();
      }
    }
  }

  #look(isOk: boolean, text: string): boolean {
    if (!isOk || text === "1") this.close();
    return isOk;
  }

  #take(text: string): void {
    for (const packet of text.split(SEPARATOR)) {
      if (packet.startsWith(BINARY)) this.got.push(Buffer.from(packet.slice(1), "base64"));
      else if (packet === "1") this.close();
      else this.got.push(packet);
    }
  }
}
