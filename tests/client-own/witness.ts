import type { CometClient, State } from "@encke/client";

type Told = "connecting" | "connected" | "recovered" | "interrupted" | "disconnected";

/** What may be told after what, and the state that the client is to have when it tells it. */
const TABLE: Readonly<Record<Told, { readonly after: readonly Told[]; readonly state: State }>> = {
  connecting: { after: ["disconnected"], state: "connecting" },
  connected: { after: ["connecting", "interrupted"], state: "connected" },
  recovered: { after: ["connected"], state: "connected" },
  interrupted: { after: ["connected", "recovered"], state: "interrupted" },
  disconnected: {
    after: ["connecting", "connected", "recovered", "interrupted"],
    state: "disconnected",
  },
};

/** Looks at everything that a client tells, and notes what cannot be true. */
export class Witness {
  /** In order. */
  readonly told: Told[] = [];
  /** What was told and cannot be true. */
  readonly lies: string[] = [];
  /** The codes of the errors that were told. */
  readonly errors: string[] = [];
  readonly #client: CometClient;
  readonly #received = new Map<string, unknown[]>();
  #last: Told = "disconnected";
  /** Whether the server has answered a connect since the client was last away. */
  #isAnswered = false;

  constructor(client: CometClient) {
    this.#client = client;
    client.listen("/meta/connect", ({ successful }) => {
      this.#isAnswered ||= successful === true;
    });
    for (const type of Object.keys(TABLE) as Told[]) {
      client.addEventListener(type, () => this.#hear(type));
    }
    client.addEventListener("error", ({ error }) => this.errors.push(String(error?.code)));
  }

  /** The data of what came on the channel, for a subscription that has begun now. */
  async follow(channel: string): Promise<readonly unknown[]> {
    const received: unknown[] = [];
    this.#received.set(channel, received);
    await this.#client.subscribe(channel, ({ data }) => received.push(data)).ready;
    return received;
  }

  times(type: Told): number {
    return this.told.filter((one) => one === type).length;
  }

  #hear(type: Told): void {
    this.told.push(type);
    const { after, state } = TABLE[type];
    if (!after.includes(this.#last)) this.lies.push(`${type} after ${this.#last}`);
    if (this.#client.state !== state) this.lies.push(`${type} in ${this.#client.state}`);
    if (type === "connected" && !this.#isAnswered) this.lies.push("connected without an answer");
    if (type !== "connected" && type !== "recovered") this.#isAnswered = false;
    this.#last = type;
  }
}
