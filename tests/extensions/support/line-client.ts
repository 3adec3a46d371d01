import type { Message } from "@encke/core";

/** A client that acknowledges what comes over streams of lines, each for one connect, and takes what is left of a cut one. */
export class LineClient {
  readonly received: unknown[] = [];
  readonly #url: string;
  #id = "";
  #cookie = "";
  #position = 0;
  readonly #end = new AbortController();

  private constructor(url: string) {
    this.#url = url;
  }

  static async open(url: string, channel: string): Promise<LineClient> {
    const client = new LineClient(url);
    await client.#send({
      channel: "/meta/handshake",
      version: "1.0",
      supportedConnectionTypes: ["streaming"],
      ext: { ack: true },
    });
    await client.#send({ channel: "/meta/subscribe", subscription: channel });
    return client;
  }

  /** Connects again and again until it is stopped. */
  async run(): Promise<void> {
    while (!this.#end.signal.aborted) {
      const ext = { ack: this.#position };
      await this.#send({ channel: "/meta/connect", connectionType: "streaming", ext }).catch(
        () => undefined,
      );
    }
  }

  stop(): void {
    this.#end.abort();
  }

  async #send(message: Message): Promise<void> {
    const response = await fetch(this.#url, {
      method: "POST",
      signal: this.#end.signal,
      headers: { "content-type": "application/json", cookie: this.#cookie },
      body: JSON.stringify(this.#id === "" ? message : { ...message, clientId: this.#id }),
    });
    this.#cookie = response.headers.get("set-cookie")?.split(";", 1)[0] ?? this.#cookie;
    let rest = "";
    for await (const text of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      rest += Buffer.from(text).toString();
      const lines = rest.split("\n");
      rest = lines.pop() as string;
      for (const line of lines) this.#read(line);
    }
    // What is no stream is one line without an end.
    if (rest !== "") this.#read(rest);
  }

  #read(line: string): void {
    for (const { channel, data, clientId, ext } of JSON.parse(line) as Message[]) {
      if (channel === "/meta/handshake") this.#id = clientId as string;
      if (data !== undefined) this.received.push(data);
      if (channel === "/meta/connect" && typeof ext?.ack === "number") this.#position = ext.ack;
    }
  }
}
