import type { Switchboard } from "./binding/switchboard.ts";
import type { SplitOptions } from "./module-options.ts";
import type { CometMount } from "./mounting/comet-mount.ts";

/** The end of a Comet, in the order of Nest's hooks. */
export class CometShutdown {
  readonly #board: Switchboard;
  readonly #options: SplitOptions;
  readonly #mount: CometMount;

  constructor(board: Switchboard, options: SplitOptions, mount: CometMount) {
    this.#board = board;
    this.#options = options;
    this.#mount = mount;
  }

  /** Before Nest closes the server, which waits for what is held. */
  async drain(): Promise<void> {
    const { drainTimeout } = this.#options.nest;
    const { comet, pending } = this.#board;
    const { ports } = comet;
    const end = ports.now() + drainTimeout;
    await comet.close({ deadline: drainTimeout });
    await pending.settle(Math.max(0, end - ports.now()));
  }

  /** When the server is closed. */
  leave(): void {
    this.#mount.detach();
  }
}
