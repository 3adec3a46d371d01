import { connect } from "node:net";
import { FakeComet } from "./fake-comet.ts";
import { serve } from "./serve.ts";

/** What became of one connection. */
export interface Fate {
  /** All that came back until the end, without what differs from one time to another. */
  readonly received: string;
  /** What the Comet was given. */
  readonly handed: readonly unknown[];
}

const END = "GET /end HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/** Two servers that differ in nothing but the fast lane. */
export class TwoServers {
  readonly #plain: OneServer;
  readonly #fast: OneServer;

  private constructor(plain: OneServer, fast: OneServer) {
    this.#plain = plain;
    this.#fast = fast;
  }

  static async start(): Promise<TwoServers> {
    const [plain, fast] = await Promise.all([OneServer.start(false), OneServer.start(true)]);
    return new TwoServers(plain, fast);
  }

  /** Sends the pieces, one after the other, and the end of everything. */
  async fatesOf(pieces: readonly Uint8Array[]): Promise<{ plain: Fate; fast: Fate }> {
    const [plain, fast] = await Promise.all([
      this.#plain.fateOf(pieces),
      this.#fast.fateOf(pieces),
    ]);
    return { plain, fast };
  }
}

class OneServer {
  readonly #comet: FakeComet;
  readonly #port: number;

  private constructor(comet: FakeComet, port: number) {
    this.#comet = comet;
    this.#port = port;
  }

  static async start(fastLane: boolean): Promise<OneServer> {
    const comet = new FakeComet();
    const { port } = await serve(comet, { fastLane });
    return new OneServer(comet, port);
  }

  async fateOf(pieces: readonly Uint8Array[]): Promise<Fate> {
    const { handed } = this.#comet;
    handed.length = 0;
    const received = await this.#receive(pieces);
    return { received, handed: handed.map(({ messages, context }) => [context.url, messages]) };
  }

  async #receive(pieces: readonly Uint8Array[]): Promise<string> {
    const socket = connect({ port: this.#port, host: "127.0.0.1", noDelay: true });
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => chunks.push(chunk));
    // A server that refuses does not wait for the rest.
    socket.on("error", () => undefined);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    for (const piece of [...pieces, END]) {
      await new Promise<unknown>((resolve) => socket.write(piece, resolve));
      await untilRead();
    }
    socket.end();
    await closed;
    return Buffer.concat(chunks)
      .toString("latin1")
      .replace(/\r\nDate: [^\r]+/g, "\r\nDate: then")
      .replace(/BROWSER=[\w-]+/g, "BROWSER=x");
  }
}

/** The server runs in this process: by then, it has read what was written, and not together with what comes next. */
async function untilRead(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
