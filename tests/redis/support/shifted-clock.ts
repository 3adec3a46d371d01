import { type RedisConnection, type RedisPort, RedisRefusal } from "@encke/store-redis";

const TIME = "redis.call('TIME')";

/** A way to Redis on which every script sees another time than Redis does. */
export class ShiftedClock {
  readonly port: RedisPort;
  #ms = 0;

  constructor(port: RedisPort) {
    this.port = {
      connect: async (key) => this.#shifted(await port.connect(key)),
    };
  }

  /** Milliseconds; back where they are negative. */
  advance(ms: number): void {
    this.#ms += ms;
  }

  #shifted(connection: RedisConnection): RedisConnection {
    return {
      call: async ([command = "", text = "", ...args]) => {
        if (command === "EVALSHA") throw new RedisRefusal("NOSCRIPT the script has to be changed");
        if (command === "EVAL") return await connection.call([command, this.#later(text), ...args]);
        return await connection.call(text === "" ? [command] : [command, text, ...args]);
      },
      close: () => connection.close(),
    };
  }

  #later(script: string): string {
    const seconds = Math.trunc(this.#ms / 1_000);
    return script.replace(TIME, `{ ${TIME}[1] + ${seconds}, ${TIME}[2] }`);
  }
}
