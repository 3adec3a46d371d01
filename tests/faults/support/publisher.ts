import { exchange, insist } from "./bayeux.ts";

const PATIENCE = 3_000;

/** Publishes 1, 2, 3 and so on, each number until a node says that it is published, with a key that makes that safe. */
export class Publisher {
  readonly channel: string;
  /** The last number that is known to be published. */
  published = 0;
  readonly #node: () => string;
  #clientId = "";

  constructor(channel: string, node: () => string) {
    this.channel = channel;
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

  /** Goes on until it is enough, with a pause of so many milliseconds after each number. */
  async publish(isEnough: () => boolean, pause: number): Promise<void> {
    while (!isEnough()) {
      const number = this.published + 1;
      await insist(
        () => this.#publish(number),
        () => true,
      );
      this.published = number;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  async #publish(data: number): Promise<void> {
    const { channel } = this;
    const ext = { idempotencyKey: `${channel} ${data}` };
    const message = { channel, data, ext, clientId: this.#clientId };
    const [reply] = await exchange(this.#node(), [message], PATIENCE);
    if (reply?.error?.startsWith("402")) await this.open();
    if (reply?.successful !== true) throw new Error(reply?.error ?? "no reply");
  }
}
