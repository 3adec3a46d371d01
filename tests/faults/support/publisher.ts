import { exchange, insist } from "./bayeux.ts";
import { PATIENCE } from "./cluster.ts";

/** Publishes 1, 2, 3 and so on on each of its channels, each number until a node says that it is published, with a key that makes that safe. */
export class Publisher {
  readonly channels: readonly string[];
  /** The last number that is known to be published on all of them. */
  published = 0;
  readonly #node: () => string;
  #clientId = "";

  constructor(channels: readonly string[], node: () => string) {
    this.channels = channels;
    this.#node = node;
  }

  async open(): Promise<void> {
    const handshake = { channel: "/meta/handshake", version: "1.0" };
    const [reply] = await exchange(
      this.#node(),
      [{ ...handshake, supportedConnectionTypes: ["long-polling"] }],
      PATIENCE,
    );
    this.#clientId = reply?.clientId ?? "";
  }

  /** Goes on until it is enough, with a pause of so many milliseconds after each number. `isLate`: gives a number up, too. */
  async publish(isEnough: () => boolean, pause: number, isLate = () => false): Promise<void> {
    while (!isEnough()) {
      const number = this.published + 1;
      const isPublished = await insist(
        () => this.#publish(number),
        () => !isLate(),
      ).catch(() => false);
      if (!isPublished) return;
      this.published = number;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  async #publish(data: number): Promise<true> {
    const clientId = this.#clientId;
    const messages = this.channels.map((channel) => {
      return { channel, data, clientId, ext: { idempotencyKey: `${channel} ${data}` } };
    });
    const replies = await exchange(this.#node(), messages, PATIENCE);
    if (replies.some(({ error }) => error?.startsWith("402"))) await this.open();
    const failed = replies.find(({ successful }) => successful !== true);
    if (failed !== undefined) throw new Error(failed.error ?? "refused");
    return true;
  }
}
