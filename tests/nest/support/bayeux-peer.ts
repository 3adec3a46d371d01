import type { Message } from "@encke/core";

type Fields = Readonly<Record<string, unknown>>;

/** A client over long polling, by hand. */
export class BayeuxPeer {
  readonly url: string;
  clientId = "";
  #id = 0;

  constructor(url: string) {
    this.url = url;
  }

  /** All that is in the answer. */
  async send(message: Fields, headers: Readonly<Record<string, string>> = {}): Promise<Message[]> {
    const id = String(++this.#id);
    const sent = { id, ...(this.clientId !== "" && { clientId: this.clientId }), ...message };
    const response = await fetch(this.url, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify([sent]),
    });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return (await response.json()) as Message[];
  }

  async handshake(ext?: object, headers: Readonly<Record<string, string>> = {}): Promise<Message> {
    const [reply] = await this.send(
      {
        channel: "/meta/handshake",
        version: "1.0",
        supportedConnectionTypes: ["long-polling"],
        ...(ext !== undefined && { ext }),
      },
      headers,
    );
    this.clientId = reply?.clientId ?? "";
    return reply as Message;
  }

  /** The reply to a message. */
  async reply(message: Fields, headers: Readonly<Record<string, string>> = {}): Promise<Message> {
    const [reply] = await this.send(message, headers);
    return reply as Message;
  }

  subscribe(subscription: string): Promise<Message> {
    return this.reply({ channel: "/meta/subscribe", subscription });
  }

  publish(channel: string, data: unknown, headers = {}): Promise<Message> {
    return this.reply({ channel, data }, headers);
  }

  connect(advice?: { readonly timeout: number }): Promise<Message[]> {
    return this.send({
      channel: "/meta/connect",
      connectionType: "long-polling",
      ...(advice !== undefined && { advice }),
    });
  }

  disconnect(): Promise<Message> {
    return this.reply({ channel: "/meta/disconnect" });
  }

  /** The result of a remote call. */
  async call(
    target: string,
    data: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Message> {
    const [first] = await this.calls(target, data, 1, headers);
    return first as Message;
  }

  /** So many results of a remote call, or fewer if there is a last one. */
  async calls(target: string, data: unknown, count: number, headers = {}): Promise<Message[]> {
    const channel = `/service/${target}`;
    const id = `call-${++this.#id}`;
    const results: Message[] = [];
    let answer = await this.send({ channel, data, id }, headers);
    for (;;) {
      // The receipt has neither data nor an error of its own.
      const receipt = answer.find((message) => message.id === id && isReceipt(message));
      if (receipt?.successful === false) return [receipt];
      results.push(...answer.filter((message) => message.id === id && message !== receipt));
      if (results.length >= count || results.some(isLast)) return results;
      answer = await this.connect({ timeout: 1_000 });
    }
  }
}

function isReceipt(message: Message): boolean {
  return message.data === undefined;
}

function isLast({ ext }: Message): boolean {
  return (ext?.stream as { readonly done?: boolean } | undefined)?.done === true;
}
