import { randomUUID } from "node:crypto";
import { createClient } from "@redis/client";
import type { SharedLog } from "./shared-log.ts";

const LOG = "lean:log";
const PRODUCERS = "lean:producers";
const BATCH = 256;
/** Knows a batch that comes twice, and stores the others with one XADD. */
const APPEND = `
local last = tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or 0)
if tonumber(ARGV[2]) <= last then return 'known' end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
return redis.call('XADD', KEYS[1], 'MAXLEN', '~', 100000, '*', unpack(ARGV, 3))
`;

/** A blocking read, as node-redis answers it. */
type StreamReply = [[string, [id: string, fields: string[]][]]] | null;

interface Waiting {
  readonly text: string;
  readonly settle: () => void;
  readonly refuse: (cause: unknown) => void;
}

/**
 * As little as a log in Redis can be: no bound in bytes, no client, nothing that is repaired or kept in history, no
 * deadline. What all of that costs is the difference.
 */
export class LeanLog implements SharedLog {
  readonly #writer: ReturnType<typeof createClient>;
  readonly #reader: ReturnType<typeof createClient>;
  readonly #producer: string = randomUUID();
  readonly #waiting: Waiting[] = [];
  #batch = 0;
  #digest = "";
  #isSending = false;

  constructor(url: string) {
    this.#writer = createClient({ url, RESP: 2 });
    this.#reader = createClient({ url, RESP: 2 });
    for (const client of [this.#writer, this.#reader]) client.on("error", () => {});
  }

  async open(onMessage: (text: string) => void): Promise<void> {
    await Promise.all([this.#writer.connect(), this.#reader.connect()]);
    this.#digest = await this.#writer.scriptLoad(APPEND);
    const newest = await this.#writer.sendCommand<[string, string[]][]>([
      "XREVRANGE",
      LOG,
      "+",
      "-",
      "COUNT",
      "1",
    ]);
    void this.#read(newest[0]?.[0] ?? "0-0", onMessage).catch(() => {});
  }

  append(text: string): Promise<unknown> {
    return new Promise<void>((settle, refuse) => {
      this.#waiting.push({ text, settle, refuse });
      if (!this.#isSending) void this.#sendAll();
    });
  }

  async close(): Promise<void> {
    this.#writer.destroy();
    this.#reader.destroy();
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    await undefined;
    while (this.#waiting.length > 0) await this.#send(this.#waiting.splice(0, BATCH));
    this.#isSending = false;
  }

  async #send(batch: readonly Waiting[]): Promise<void> {
    const fields = batch.flatMap(({ text }) => ["m", text]);
    const args = [this.#producer, String(++this.#batch), ...fields];
    try {
      await this.#writer.evalSha(this.#digest, { keys: [LOG, PRODUCERS], arguments: args });
      for (const { settle } of batch) settle();
    } catch (cause) {
      for (const { refuse } of batch) refuse(cause);
    }
  }

  async #read(from: string, onMessage: (text: string) => void): Promise<void> {
    for (let after = from; ; ) {
      const reply = await this.#reader.sendCommand<StreamReply>([
        "XREAD",
        "COUNT",
        "500",
        "BLOCK",
        "1000",
        "STREAMS",
        LOG,
        after,
      ]);
      for (const [id, fields] of reply?.[0][1] ?? []) {
        after = id;
        for (let at = 1; at < fields.length; at += 2) onMessage(fields[at] as string);
      }
    }
  }
}
