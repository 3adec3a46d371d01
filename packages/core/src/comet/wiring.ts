import { Deadline } from "../bus/deadline.ts";
import { type IMessageBus, MessageBus } from "../bus/message-bus.ts";
import { MessagesProcessor } from "../bus/messages-processor.ts";
import { Opening } from "../bus/opening.ts";
import { ClientDirectory } from "../clients/client-directory.ts";
import { HeldRequests } from "../clients/held-requests.ts";
import { LocalClients, type LocalClientsOptions } from "../clients/local-clients.ts";
import { EventHub } from "../events/event-hub.ts";
import { Extensions } from "../events/extensions.ts";
import { decide } from "../events/policies.ts";
import { ConnectionTypes } from "../handlers/connection-types.ts";
import type { HandlerServices } from "../handlers/handler-services.ts";
import { HandlerTable } from "../handlers/handler-table.ts";
import { Publisher } from "../handlers/publisher.ts";
import { chain } from "../ports/awaitable.ts";
import type { Ports } from "../ports/ports.ts";
import { TimerWheel } from "../ports/timer-wheel.ts";
import { systemPorts } from "../system.ts";
import { Announcements } from "./announcements.ts";
import { Feed } from "./feed.ts";
import { HouseKeeping } from "./house-keeping.ts";
import type { CometOptions, CometSettings } from "./options.ts";
import { type Counters, newCounters } from "./stats.ts";

/** Milliseconds that the store keeps a client beyond the time after which its node lets it go. */
const GRACE = 30_000;

/** The parts of a Comet, put together. */
export interface Wiring extends HandlerServices {
  readonly settings: CometSettings;
  readonly bus: IMessageBus;
  readonly extensions: Extensions;
  readonly handlers: HandlerTable;
  readonly held: HeldRequests;
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
  const wheel = new TimerWheel(ports);
  const hub = new EventHub(ports.log);
  const extensions = new Extensions();
  const counters = newCounters();
  const announcements = new Announcements(hub, counters);
  const expiry = settings.interval + settings.maxInterval;
  const lease = { node: ports.newId(), ttl: settings.timeout + expiry + GRACE };

  const held = new HeldRequests(ports, wheel, expiry, announcements.onDelivered);
  const local = new LocalClients(held.deliveries, {
    limits: settings.limits,
    overflow: settings.overflow,
    ...maySee(settings, ports, wheel),
    onOverflow: (client, entry, dropped) => {
      announcements.onOverflow(client, entry, dropped);
      if (settings.overflow === "disconnect") void clients.revoke(client, "overflow");
    },
  });
  const clients: ClientDirectory = new ClientDirectory(store, local, held, announcements, lease);
  const services: HandlerServices = {
    settings,
    ports,
    wheel,
    hub,
    clients,
    publisher: new Publisher(hub, extensions, store.log),
    connectionTypes: new ConnectionTypes(),
    ...phase,
  };
  const handlers = new HandlerTable(services, options.handlers);
  const processor = new MessagesProcessor(services, handlers, extensions, held);
  const houseKeeping = new HouseKeeping(store, clients, wheel, lease.ttl, ports.log);
  const feed = new Feed(clients, announcements.onGap, ports.log);
  const opening = new Opening(() =>
    chain(store.open({ ...ports, node: lease.node }), () =>
      chain(store.log.open(feed), () => houseKeeping.start()),
    ),
  );
  const bus = new MessageBus(processor, held, opening, ports.log);
  return {
    ...services,
    settings,
    bus,
    extensions,
    handlers,
    held,
    houseKeeping,
    counters,
    opening,
  };
}

function portsFrom({ ports, log }: CometOptions): Ports {
  return { ...systemPorts(), ...ports, ...(log && { log }) };
}

/** Whoever may subscribe to a pattern may see only those channels of it to which he may subscribe. */
function maySee(
  { policies, limits }: CometSettings,
  ports: Ports,
  wheel: TimerWheel,
): Pick<LocalClientsOptions, "maySee"> {
  const { subscribe } = policies;
  if (subscribe === undefined) return {};
  const deadline = new Deadline(wheel, limits.handlerTimeout);
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
