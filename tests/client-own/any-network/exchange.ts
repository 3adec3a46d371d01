import type { FetchResponse } from "@encke/client";
import { CometAsyncResult, decodeMessages, type Message } from "@encke/core";
import { FakeResponder } from "../../support/fake-responder.ts";
import type { World } from "../../support/world.ts";

/** What else a client may get than the answer of a server. */
const DISTURBANCES: readonly Partial<FetchResponse>[] = [
  { ok: false, status: 503 },
  { json: () => Promise.reject(new SyntaxError("It is no JSON.")) },
  { json: async () => ({ not: "messages" }) },
];

/** A request of a client on its way to the server, and back. */
export class Exchange {
  readonly #body: string;
  readonly #resolve: (response: FetchResponse) => void;
  readonly #reject: (cause: unknown) => void;
  #responder: FakeResponder | undefined;
  isOver = false;

  constructor(
    body: string,
    resolve: (response: FetchResponse) => void,
    reject: (cause: unknown) => void,
  ) {
    this.#body = body;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** The server gets it. */
  arrive({ comet }: World): void {
    if (this.#responder !== undefined || this.isOver) return;
    this.#responder = new FakeResponder();
    const result = new CometAsyncResult(this.#responder);
    void comet.bus.handleMessages(decodeMessages(this.#body, comet.limits), result, {
      transport: "long-polling",
      url: "/comet",
      header: () => undefined,
      isSecure: false,
    });
  }

  /** The client gets the answer, if the server has given one. */
  answer(): void {
    const { isUnsettled = false, received = [] } = this.#responder ?? {};
    if (!isUnsettled || this.isOver) return;
    this.isOver = true;
    this.#responder?.flush();
    this.#settle({ json: async () => received as readonly Message[] });
  }

  /** Neither side hears of the other any more. */
  break(cause: unknown = new Error("The network is down.")): void {
    this.#end();
    this.#reject(cause);
  }

  /** Something between the two answers instead. */
  disturb(kind: number): void {
    this.#end();
    this.#settle(DISTURBANCES[kind % DISTURBANCES.length] ?? {});
  }

  #end(): void {
    this.isOver = true;
    this.#responder?.leave();
  }

  #settle(response: Partial<FetchResponse>): void {
    this.#resolve({ ok: true, status: 200, body: null, json: async () => [], ...response });
  }
}
