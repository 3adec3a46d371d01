import { randomUUID } from "node:crypto";
import { systemPorts } from "@encke/core";
import { RedisStore } from "@encke/store-redis";
import type { SharedLog } from "./shared-log.ts";

/** The log of `RedisStore`. */
export class EnckeLog implements SharedLog {
  readonly #store: RedisStore;

  constructor(url: string) {
    this.#store = new RedisStore({ url });
  }

  async open(onMessage: (text: string) => void): Promise<void> {
    const { now, after, log } = systemPorts();
    await this.#store.open({ node: randomUUID(), now, after, log });
    await this.#store.log.open({
      onEntries: (_partition, entries) => {
        for (const { json } of entries) onMessage(json);
      },
      onControl: () => {},
      onGap: (_partition, from, to) => log("error", "There is a gap.", { from, to }),
      onState: () => {},
    });
  }

  append(text: string): Promise<unknown> {
    return Promise.resolve(this.#store.log.append({ channel: "/bench/room", json: text }));
  }

  async close(): Promise<void> {
    await this.#store.close(1_000);
  }
}
