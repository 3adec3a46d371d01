import type { IClientRepository, IHistory, IMessageLog, IPresence, IStore } from "@encke/core";
import type { HandDrivenScheduler } from "./hand-driven-scheduler.ts";
import { lateListener } from "./late-listener.ts";

/**
 * The same store, but every call is answered with a promise, and the feed comes later than the append
 * it tells of: when the scheduler is told to let go.
 */
export function asyncStore(store: IStore, scheduler: HandDrivenScheduler): IStore {
  return {
    capabilities: store.capabilities,
    log: asyncLog(store.log, scheduler),
    clients: asyncClients(store.clients, scheduler),
    ...(store.history && { history: asyncHistory(store.history, scheduler) }),
    ...(store.presence && { presence: asyncPresence(store.presence, scheduler) }),
    open: (host) => scheduler.call("store.open", host.node, () => store.open(host)),
    close: (deadlineMs) => scheduler.call("store.close", undefined, () => store.close(deadlineMs)),
  };
}

function asyncLog(log: IMessageLog, scheduler: HandDrivenScheduler): IMessageLog {
  return {
    partitions: log.partitions,
    partitionOf: (channel) => log.partitionOf(channel),
    append: (publication) =>
      scheduler.call("log.append", publication.channel, () => log.append(publication)),
    open: (listener) =>
      scheduler.call("log.open", undefined, () => log.open(lateListener(listener, scheduler))),
    interest: (pattern, isWanted) => log.interest?.(pattern, isWanted),
    read: (partition, after, limit) =>
      scheduler.call("log.read", `after ${after}`, () => log.read(partition, after, limit)),
    head: (partition) => scheduler.call("log.head", undefined, () => log.head(partition)),
  };
}

function asyncClients(
  clients: IClientRepository,
  scheduler: HandDrivenScheduler,
): IClientRepository {
  return {
    create: (...args) => scheduler.call("clients.create", args[0], () => clients.create(...args)),
    claim: (...args) => scheduler.call("clients.claim", args[0], () => clients.claim(...args)),
    commit: (...args) => scheduler.call("clients.commit", args[0], () => clients.commit(...args)),
    rewrite: (...args) =>
      scheduler.call("clients.rewrite", args[0], () => clients.rewrite(...args)),
    subscribe: (...args) =>
      scheduler.call("clients.subscribe", args.join(" "), () => clients.subscribe(...args)),
    unsubscribe: (...args) =>
      scheduler.call("clients.unsubscribe", args.join(" "), () => clients.unsubscribe(...args)),
    destroy: (...args) =>
      scheduler.call("clients.destroy", args[0], () => clients.destroy(...args)),
    touch: (ids, ttlMs) =>
      scheduler.call("clients.touch", ids.join(" "), () => clients.touch(ids, ttlMs)),
    reap: (limit) => scheduler.call("clients.reap", undefined, () => clients.reap(limit)),
    count: () => scheduler.call("clients.count", undefined, () => clients.count()),
    whereSubscribedTo: (...args) =>
      scheduler.call("clients.whereSubscribedTo", args[0], () =>
        clients.whereSubscribedTo(...args),
      ),
  };
}

function asyncHistory(history: IHistory, scheduler: HandDrivenScheduler): IHistory {
  return {
    replay: (...args) => scheduler.call("history.replay", args[0], () => history.replay(...args)),
  };
}

function asyncPresence(presence: IPresence, scheduler: HandDrivenScheduler): IPresence {
  return {
    enter: (...args) => scheduler.call("presence.enter", args[1], () => presence.enter(...args)),
    leave: (...args) => scheduler.call("presence.leave", args[1], () => presence.leave(...args)),
    list: (...args) => scheduler.call("presence.list", args[0], () => presence.list(...args)),
    count: (channel) => scheduler.call("presence.count", channel, () => presence.count(channel)),
  };
}
