import type { BindingMode } from "../clients/browser-binding.ts";
import type { ClientDirectory } from "../clients/client-directory.ts";
import type { Occupancy } from "../clients/occupancy.ts";
import type { Pace } from "../clients/pace.ts";
import type { EventHub } from "../events/event-hub.ts";
import type { Policies } from "../events/policies.ts";
import type { Ports } from "../ports/ports.ts";
import type { TimerWheel } from "../ports/timer-wheel.ts";
import type { Limits } from "../protocol/limits.ts";
import type { ChannelAccess } from "./channel-access.ts";
import type { ChannelRules } from "./channel-rules.ts";
import type { ClientIds } from "./client-ids.ts";
import type { ConnectionTypes } from "./connection-types.ts";
import type { Publisher } from "./publisher.ts";
import type { Renewals } from "./renewals.ts";

/** What a Comet is told at its start and never changes. */
export interface HandlerSettings {
  readonly timeout: number;
  readonly interval: number;
  readonly maxInterval: number;
  readonly broadcastToPublisher: boolean;
  readonly allowRootWildcard: boolean;
  readonly binding: BindingMode;
  readonly limits: Limits;
  readonly policies: Policies;
}

/** What handlers work with. */
export interface HandlerServices {
  readonly settings: HandlerSettings;
  readonly ports: Ports;
  readonly wheel: TimerWheel;
  readonly hub: EventHub;
  readonly clients: ClientDirectory;
  readonly access: ChannelAccess;
  readonly rules: ChannelRules;
  readonly pace: Pace;
  readonly occupancy: Occupancy;
  readonly clientIds: ClientIds;
  readonly publisher: Publisher;
  readonly renewals: Renewals;
  readonly connectionTypes: ConnectionTypes;
  /** True where the store can tell that a message with a key is there already. */
  readonly hasKeys: boolean;
  /** True once the Comet has begun to close. */
  isClosing(): boolean;
  /** True once it has closed: nothing is served any more. */
  isOver(): boolean;
}
