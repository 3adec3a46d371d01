import { type ControlEntry, type ILogListener, type LogState, systemPorts } from "@encke/core";
import { RedisStore, type RedisStoreOptions } from "@encke/store-redis";
import { onTestFinished } from "vitest";

const CLOSING = 1_000;

/** A store on a real clock, with what its feed has told: one node as Redis sees it. */
export class RedisNode implements ILogListener {
  readonly store: RedisStore;
  /** The data of each message, in the order of the feed. */
  readonly heard: string[] = [];
  readonly positions: number[] = [];
  readonly gaps: (readonly [from: number, to: number])[] = [];
  readonly states: LogState[] = [];
  readonly news: ControlEntry[] = [];
  /** How often Redis was said to have forgotten its clients. */
  forgotten = 0;

  private constructor(options: RedisStoreOptions) {
    this.store = new RedisStore(options);
  }

  static async open(name: string, options: RedisStoreOptions): Promise<RedisNode> {
    const node = new RedisNode(options);
    const { now, after } = systemPorts();
    await node.store.open({ node: name, now, after, log: () => {} });
    await node.store.log.open(node);
    onTestFinished(() => node.close());
    return node;
  }

  async close(): Promise<void> {
    await this.store.close(CLOSING);
  }

  /** Publishes a text, and answers with its position. */
  async say(text: string): Promise<number> {
    const { position } = await this.store.log.append({ channel: "/room", json: text });
    return position;
  }

  /** What can be read after a position: the texts, and whether something is missing. */
  async readAfter(position: number): Promise<readonly [readonly string[], boolean]> {
    const { entries, hasGap } = await this.store.log.read(0, position, 1_000);
    return [entries.map(({ json }) => json), hasGap];
  }

  onEntries: ILogListener["onEntries"] = (_partition, entries) => {
    for (const { json, position } of entries) {
      this.heard.push(json);
      this.positions.push(position);
    }
  };

  onControl: ILogListener["onControl"] = (_partition, entry) => {
    this.news.push(entry);
  };

  onGap: ILogListener["onGap"] = (_partition, from, to) => {
    this.gaps.push([from, to]);
  };

  onState: ILogListener["onState"] = (state) => {
    this.states.push(state);
  };

  onForgotten = (): void => {
    this.forgotten++;
  };
}
