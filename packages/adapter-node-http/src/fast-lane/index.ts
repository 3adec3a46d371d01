import type { EventEmitter } from "node:events";
import { Server } from "node:http";
import { Server as SecureServer } from "node:https";
import type { Cancel } from "@encke/core";
import type { ServedComet } from "../served-comet.ts";
import { type CometHttpOptions, invalid, type Settings } from "../settings.ts";
import { FastLane, type LaneServer } from "./fast-lane.ts";
import { LaneRoute } from "./lane-route.ts";

export type { LaneServer } from "./fast-lane.ts";

/** Throws a `CometError` `options_invalid` where the option is neither true nor false, or there cannot be a lane. */
export function checkFastLane(
  fastLane: unknown,
  server: EventEmitter,
  { peerOf }: CometHttpOptions,
): void {
  if (typeof fastLane !== "boolean") {
    throw invalid('The option "fastLane" must be true or false.');
  }
  if (!fastLane) return;
  if (peerOf !== undefined) {
    throw invalid('The option "fastLane" must be false with "peerOf".');
  }
  if (!(server instanceof Server || server instanceof SecureServer)) {
    throw invalid('The option "fastLane" must be false but for node:http and node:https.');
  }
}

/** Returns what closes it. */
export function openFastLane(server: LaneServer, comet: ServedComet, settings: Settings): Cancel {
  return new FastLane(server, new LaneRoute(comet, settings)).open();
}
