import type { Position } from "@encke/core";
import type { RedisLink } from "./port/redis-link.ts";
import type { Reply } from "./port/redis-port.ts";
import type { Script } from "./port/script.ts";

/** The keys that live together, as one node sees them. */
export class Partition {
  readonly name: string;
  /** Bytes that the log may take, as scripts want them. */
  readonly maxBytes: string;
  readonly #link: RedisLink;
  #seen: Position = -1;

  /** All keys begin with the name. */
  constructor(name: string, maxBytes: number, link: RedisLink) {
    this.name = name;
    this.maxBytes = String(maxBytes);
    this.#link = link;
  }

  /** The last position that this node knows to have been given out; -1: none. */
  get seen(): Position {
    return this.#seen;
  }

  get logKey(): string {
    return `${this.name}:log`;
  }

  see(position: Position): void {
    this.#seen = Math.max(this.#seen, position);
  }

  /** Runs a script on the keys. Rejects as {@link RedisLink.run} does. */
  run(script: Script, ...args: readonly (string | number)[]): Promise<Reply> {
    return this.#link.run(script, this.#argsOf(args));
  }

  /** The same once, for what may as well be done another time. */
  tryToRun(script: Script, ...args: readonly (string | number)[]): Promise<Reply> {
    return this.#link.tryToRun(script, this.#argsOf(args));
  }

  #argsOf(args: readonly (string | number)[]): readonly string[] {
    const texts = [this.maxBytes, String(this.#seen)];
    for (const arg of args) texts.push(String(arg));
    return texts;
  }
}
