import { startEncke } from "./encke.ts";

export function start(): Promise<number> {
  return startEncke({ fastLane: true });
}
