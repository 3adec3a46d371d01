import { type IMessageBus, MessageBus } from "../bus/message-bus.ts";
import { MessagesProcessor } from "../bus/messages-processor.ts";
import { Opening } from "../bus/opening.ts";
import { Senders } from "../bus/senders.ts";
import { Checkpoints } from "../clients/checkpoints.ts";
import type { IClientFactory, LocalClient } from "../clients/client.ts";
import { ClientDirectory } from "../clients/client-directory.ts";
import { HeldRequests } from "../clients/held-requests.ts";
import { LocalClients, type LocalClientsOptions } from "../clients/local-clients.ts";
import { Occupancy } from "../clients/occupancy.ts";
import { Pace } from "../clients/pace.ts";
import { Streams } from "../clients/streams.ts";
import { EventHub } from "../events/event-hub.ts";
import { Extensions } from "../events/extensions.ts";
import { decide } from "../events/policies.ts";
import { ChannelAccess } from "../handlers/channel-access.ts";
import { ChannelRules } from "../handlers/channel-rules.ts";
import { ClientIds } from "../handlers/client-ids.ts";
import { ConnectionTypes } from "../handlers/connection-types.ts";
import type { HandlerServices } from "../handlers/handler-services.ts";
import { CONNECT, HandlerTable } from "../handlers/handler-table.ts";
import { Publisher } from "../handlers/publisher.ts";
import { Renewals } from "../handlers/renewals.ts";
import { type Awaitable, chain } from "../ports/awaitable.ts";
import { Deadline } from "../ports/deadline.ts";
import { harmlessLog } from "../ports/harmless-log.ts";
import type { Ports } from "../ports/ports.ts";
import { TimerWheel } from "../ports/timer-wheel.ts";
import type { LogEntry } from "../store/message-log.ts";
import type { IStore } from "../store/store.ts";
import { systemPorts } from "../system.ts";
import { Announcements } from "./announcements.ts";
import { Feed } from "./feed.ts";
import { HouseKeeping } from "./house-keeping.ts";
import type { CometOptions, CometSettings } from "./options.ts";
import { type Counters, newCounters } from "./stats.ts";

/** Milliseconds that the store keeps a client beyond the time after which its node lets it go. */
const GRACE = 30_000;

/** What everything else stands on. */
interface Base
  extends Pick<HandlerServices, "ports" | "wheel" | "hub" | "rules" | "pace" | "occupancy"> {
  readonly clientFactory: IClientFactory | undefined;
  readonly extensions: Extensions;
  readonly settings: CometSettings;
  readonly store: IStore;
  readonly counters: Counters;
}

interface Served {
  readonly clients: ClientDirectory;
  readonly held: HeldRequests;
  readonly streams: Streams;
  readonly houseKeeping: HouseKeeping;
  readonly renewals: Renewals;
  open(): Awaitable<void>;
}

/** The parts of a Comet, put together. */
export interface Wiring extends HandlerServices {
  readonly settings: CometSettings;
  readonly store: IStore;
  readonly bus: IMessageBus;
  readonly extensions: Extensions;
  readonly handlers: HandlerTable;
  readonly held: HeldRequests;
  readonly streams: Streams;
  readonly houseKeeping: HouseKeeping;
  readonly counters: Counters;
  readonly opening: Opening;
}

/** The only place where the parts of core meet. */
export function wire(
  options: CometOptions,
  settings: CometSettings,
  phase: Pick<HandlerServices, "isClosing" | "isOver">,
): Wiring {
  const { store } = options;
  const ports = portsFrom(options);
  const base: Base = {
    settings,
    store,
    ports,
    wheel: new TimerWheel(ports),
    hub: new EventHub(ports.log),
    rules: new ChannelRules(),
    pace: new Pace(settings),
    occupancy: new Occupancy(settings.maxClientsPerBrowser),
    clientFactory: options.clientFactory,
    extensions: new Extensions(ports.log),
    counters: newCounters(),
  };
  const served = wireClients(base);
  const { hub, rules, extensions } = base;
  const services: HandlerServices = {
    ...base,
    clients: served.clients,
    renewals: served.renewals,
    access: new ChannelAccess({ ...base, clients: served.clients }),
    publisher: new Publisher({
      ...{ hub, rules, extensions, log: store.log, positionMark: ports.newId() },
    }),
    connectionTypes: new ConnectionTypes(),
    hasKeys: store.capabilities.producerKeys,
    clientIds: new ClientIds(options.clientIds ?? ports, served.clients.local),
    ...phase,
  };
  const handlers = new HandlerTable(services, options.handlers);
  const { held } = served;
  const senders = new Senders(services);
  const own = new MessagesProcessor({ services, handlers, extensions, held, senders });
  const processor = options.processor?.(own) ?? own;
  const opening = new Opening(served.open);
  const bus = new MessageBus({ processor, services, senders, held, opening });
  return { ...services, ...base, ...served, handlers, opening, bus };
}

/** Everything that lives with the clients of this node, and the feed that brings them their messages. */
function wireClients(base: Base): Served {
  const { settings, store, ports, wheel, hub, counters, occupancy, clientFactory } = base;
  const announcements = new Announcements(hub, counters);
  const lease = { node: ports.newId(), ttl: lifetimeOf(settings) };
  const onDelivered = (client: LocalClient, entries: readonly LogEntry[]): void => {
    announcements.onDelivered(client, entries.length);
    checkpoints.note(client, entries);
  };
  const held = new HeldRequests(base, {
    onDelivered,
    onTakenBack: (client) => local.trim(client),
    onParting: (client, entries) => checkpoints.reach(client, entries),
    onMilestone: (client, entries) => checkpoints.milestone(client, entries),
    onLeaving: (client, reply) => {
      if (reply.channel === CONNECT && reply.successful) base.extensions.leaving(reply, client);
    },
  });
  const local: LocalClients = new LocalClients(held.deliveries, {
    limits: settings.limits,
    overflow: settings.overflow,
    ...maySee(base),
    onOverflow: (client, entry, overflow) => {
      announcements.onOverflow(client, entry, overflow);
      if (overflow.policy === "disconnect") clients.dismiss(client, "overflow");
    },
  });
  const checkpoints = new Checkpoints({
    ...{ store, node: lease.node, log: ports.log },
    onLost: (client) => clients.leave(client),
  });
  const renewals = new Renewals(base, (client) => clients.dismiss(client, "expired"));
  const streams = new Streams(held, wheel, occupancy);
  const clients: ClientDirectory = new ClientDirectory({
    ...{ store, local, held, streams, clientFactory, observer: announcements, log: ports.log },
    onTakenOver: (client) => renewals.resume(client),
    onAcknowledged: onDelivered,
    ...lease,
  });
  const houseKeeping = new HouseKeeping({ ...base, ...lease, clients, held, log: ports.log });
  const open = openingOf({ ...base, clients, held, houseKeeping, announcements }, lease.node);
  return { clients, held, streams, houseKeeping, renewals, open };
}

interface FeedParts extends Pick<Base, "store" | "ports"> {
  readonly clients: ClientDirectory;
  readonly held: HeldRequests;
  readonly houseKeeping: HouseKeeping;
  readonly announcements: Announcements;
}

/** Opens the store, and has the feed bring what is in its log. */
function openingOf(
  { store, ports, clients, held, houseKeeping, announcements }: FeedParts,
  node: string,
): () => Awaitable<void> {
  const feed = new Feed(clients, ports.log, {
    onForgotten: () => houseKeeping.putAllBack(),
    onGap: (client, from, to) => {
      announcements.onGap(client, from, to);
      // The client is told of it with its next connect, for which this makes room.
      held.release(client);
    },
  });
  return () =>
    chain(store.open({ ...ports, node }), () =>
      chain(store.log.open(feed), () => houseKeeping.start()),
    );
}

/** Milliseconds that the store keeps a client of which no node says anything. */
function lifetimeOf({ timeout, interval, maxInterval }: CometSettings): number {
  return timeout + interval + maxInterval + GRACE;
}

/** Each port by itself, so that it may be a method of somebody's object. */
function portsFrom({ ports = {}, log }: CometOptions): Ports {
  const system = systemPorts();
  return {
    now: ports.now?.bind(ports) ?? system.now,
    after: ports.after?.bind(ports) ?? system.after,
    endOfTurn: ports.endOfTurn?.bind(ports) ?? system.endOfTurn,
    newId: ports.newId?.bind(ports) ?? system.newId,
    newAbort: ports.newAbort?.bind(ports) ?? system.newAbort,
    log: harmlessLog(log ?? ports.log?.bind(ports) ?? system.log, system.log),
  };
}

/** Whoever may subscribe to a pattern may see only those channels of it to which he may subscribe. */
function maySee({ settings, ports, wheel }: Base): Pick<LocalClientsOptions, "maySee"> {
  const { subscribe } = settings.policies;
  if (subscribe === undefined) return {};
  const deadline = new Deadline(wheel, settings.limits.handlerTimeout);
  return {
    maySee: (client, channel) => {
      const decision = decide(subscribe, { client, channel }, ports.log);
      return deadline.limit(
        chain(decision, ({ allow }): boolean => allow),
        () => false,
      );
    },
  };
}
