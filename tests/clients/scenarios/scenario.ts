import type { ServerOptions } from "../encke-server.ts";
import type { Stage } from "../stage.ts";

/** What must be true of every library over every transport. */
export interface Scenario {
  /** What a client does or sees. */
  readonly name: string;
  readonly server?: ServerOptions;
  run(stage: Stage): Promise<void>;
}
