import {
  type Batch,
  type Cancel,
  type Comet,
  CometAsyncResult,
  CometError,
  decodeMessages,
  type ReceivedMessage,
  type RequestContext,
  type Responder,
} from "@encke/core";

/** Serves a Comet on every server that hands a function a `Request` and takes a `Response` for it. */
export class FetchAdapter {
  readonly detach: Cancel;
  readonly #comet: Pick<Comet, "bus" | "limits">;

  constructor(comet: Pick<Comet, "announce" | "bus" | "limits">) {
    this.#comet = comet;
    this.detach = comet.announce("long-polling");
  }

  async handle(request: Request): Promise<Response> {
    if (request.method !== "POST") return refuse(405, { allow: "POST" });
    if (!isFromOwnSite(request)) return refuse(403);
    try {
      const text = await textOf(request, this.#comet.limits.bodyBytes);
      return await this.#answer(request, decodeMessages(text, this.#comet.limits));
    } catch (cause) {
      if (cause instanceof CometError) return refuse(cause.status);
      throw cause;
    }
  }

  #answer(request: Request, messages: readonly ReceivedMessage[]): Promise<Response> {
    return new Promise((resolve) => {
      const result = new CometAsyncResult(new FetchResponder(request.signal, resolve));
      void this.#comet.bus.handleMessages(messages, result, new FetchContext(request));
    });
  }
}

/** Answers once: there is no `write`, which is how core knows. */
class FetchResponder implements Responder {
  readonly #signal: AbortSignal;
  readonly #respond: (response: Response) => void;
  #isOver = false;

  constructor(signal: AbortSignal, respond: (response: Response) => void) {
    this.#signal = signal;
    this.#respond = respond;
  }

  get isOpen(): boolean {
    return !this.#isOver && !this.#signal.aborted;
  }

  end(body: Batch, onSettled?: (wasSent: boolean) => void): void {
    this.#isOver = true;
    this.#respond(new Response(body.json, { headers: HEADERS }));
    // Nobody tells us whether it arrives, so what has been handed over counts as sent.
    onSettled?.(true);
  }

  onClose(listener: () => void): Cancel {
    this.#signal.addEventListener("abort", listener, { once: true });
    return () => this.#signal.removeEventListener("abort", listener);
  }

  abort(): void {
    this.#isOver = true;
    this.#respond(refuse(503));
  }
}

class FetchContext implements RequestContext {
  readonly transport = "long-polling";
  readonly url: string;
  readonly isSecure: boolean;
  readonly #headers: Headers;

  constructor(request: Request) {
    const { pathname, search, protocol } = new URL(request.url);
    this.url = pathname + search;
    this.isSecure = protocol === "https:";
    this.#headers = request.headers;
  }

  header(name: string): string | undefined {
    return this.#headers.get(name) ?? undefined;
  }
}

const HEADERS = {
  "content-type": "application/json;charset=UTF-8",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
};

/** What keeps other sites from sending messages in the name of somebody who happens to visit them. */
function isFromOwnSite(request: Request): boolean {
  const origin = request.headers.get("origin");
  return origin === null || origin === new URL(request.url).origin;
}

/** Reads no more than it may, and decodes all of it at once, so that no character is cut in two. */
async function textOf(request: Request, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > limit) throw new CometError("request_too_large", `More than ${limit} bytes.`);
    chunks.push(chunk);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new CometError("request_malformed", "The request is not UTF-8.", { cause });
  }
}

function refuse(status: number, headers: Record<string, string> = {}): Response {
  return new Response(null, { status, headers });
}
