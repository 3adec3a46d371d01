import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from "node:http2";
import { onTestFinished } from "vitest";

export interface H2Answer {
  readonly headers: IncomingHttpHeaders & IncomingHttpStatusHeader;
  readonly status: number | undefined;
  readonly body: string;
}

/** A peer that speaks HTTP/2 over one connection, encrypted or not. */
export class H2Peer {
  readonly session: ClientHttp2Session;

  constructor(port: number, scheme: "http" | "https" = "http") {
    this.session = connect(`${scheme}://127.0.0.1:${port}`, { rejectUnauthorized: false });
    this.session.on("error", () => undefined);
    onTestFinished(() => this.session.destroy());
  }

  /** Opens a request and sends its body. */
  post(body: string, headers: Readonly<Record<string, string>> = {}): ClientHttp2Stream {
    const stream = this.session.request({ ":method": "POST", ":path": "/comet", ...headers });
    stream.on("error", () => undefined);
    stream.end(body);
    return stream;
  }
}

/** Rejects when the stream closes without an answer that has an end. */
export async function answerTo(stream: ClientHttp2Stream): Promise<H2Answer> {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  const headers = new Promise<H2Answer["headers"]>((resolve) => stream.once("response", resolve));
  await new Promise((resolve, reject) => {
    stream.once("end", resolve);
    stream.once("close", () => reject(new Error("There was no end of the answer.")));
  });
  const body = Buffer.concat(chunks).toString();
  return { headers: await headers, status: (await headers)[":status"], body };
}
