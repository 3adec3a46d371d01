import { Connection } from "jsforce";
import { onTestFinished } from "vitest";
import type { EnckeServer } from "../../clients/encke-server.ts";

/** What is used here of the client that jsforce makes, which is faye's and has no types. */
interface StreamingClient {
  subscribe(channel: string, listener: (data: unknown) => void): PromiseLike<void>;
  disconnect(): void;
}

/** A program that listens to Salesforce, until it is stopped or the test is over. */
export class Program {
  readonly received: unknown[] = [];
  readonly #client: StreamingClient;

  private constructor(client: StreamingClient) {
    this.#client = client;
  }

  /** Starts it. Resolves when it is subscribed, which it never is where it is not let in. */
  static async start(
    { origin }: EnckeServer,
    channel: string,
    ...extensions: readonly object[]
  ): Promise<Program> {
    const where = { instanceUrl: origin, accessToken: "a-token", version: "60.0" };
    const client = new Connection(where).streaming.createClient([...extensions]) as StreamingClient;
    const program = new Program(client);
    onTestFinished(() => program.stop());
    await client.subscribe(channel, (data) => program.received.push(data));
    return program;
  }

  stop(): void {
    this.#client.disconnect();
  }
}
