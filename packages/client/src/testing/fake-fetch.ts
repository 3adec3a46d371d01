import type { Message } from "../message.ts";
import type { Fetch, FetchResponse } from "../world.ts";

/** A request that is under way, for a test to answer. */
export interface FakeRequest {
  readonly messages: readonly Message[];
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | null | undefined;
  answer(messages: readonly Message[]): void;
  answerWith(response: Partial<FetchResponse>): void;
  fail(cause: Error): void;
}

/** A network of which every request waits for a test. */
export class FakeFetch {
  /** Those under way, in the order in which they were made. */
  readonly open: FakeRequest[] = [];
  /** The most that ever were under way at once. */
  most = 0;
  /** All that were made. */
  made = 0;

  readonly fetch: Fetch = (_url, { body, headers, signal }) =>
    new Promise((resolve, reject) => {
      const settle = (action: () => void): void => {
        const index = this.open.indexOf(request);
        if (index >= 0) this.open.splice(index, 1);
        signal?.removeEventListener("abort", abort);
        action();
      };
      const abort = (): void => settle(() => reject(signal?.reason));
      const answerWith = (response: Partial<FetchResponse>): void =>
        settle(() =>
          resolve({ ok: true, status: 200, body: null, json: async () => [], ...response }),
        );
      const request: FakeRequest = {
        ...{ messages: JSON.parse(body), headers, signal, answerWith },
        answer: (messages) => answerWith({ json: async () => messages }),
        fail: (cause) => settle(() => reject(cause)),
      };
      this.made++;
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      signal?.addEventListener("abort", abort);
      this.open.push(request);
      this.most = Math.max(this.most, this.open.length);
    });

  /** The request under way that has a message on the channel. */
  with(channel: string): FakeRequest {
    const found = this.open.find(({ messages }) => messages.some((one) => one.channel === channel));
    if (found === undefined) throw new Error(`No request with ${channel} is under way.`);
    return found;
  }

  /** Answers each message of that request with success, and these fields. */
  grant(channel: string, fields: Partial<Message> = {}): void {
    const request = this.with(channel);
    request.answer(
      request.messages.map(({ id, channel }) => ({ channel, id, successful: true, ...fields })),
    );
  }
}
