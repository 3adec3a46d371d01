import type {
  Awaitable,
  ChannelRequest,
  HandshakeRequest,
  Permission,
  Policies,
  Policy,
  Verdict,
} from "@encke/core";

interface Requests {
  readonly handshake: HandshakeRequest;
  readonly create: ChannelRequest;
  readonly subscribe: ChannelRequest;
  readonly publish: ChannelRequest;
}

type Name = keyof Requests;

/** The policies of a Comet: those that were given as an option, and handlers that are found when it is there already. */
export class PolicyTable {
  /** To be given to the Comet, which must know from the beginning that there are policies. */
  readonly policies: Policies;
  readonly #deciders: { readonly [Key in Name]: Policy<Requests[Key]>[] };

  constructor(given: Policies = {}) {
    this.#deciders = {
      handshake: listOf(given.handshake),
      create: listOf(given.create),
      subscribe: listOf(given.subscribe),
      publish: listOf(given.publish),
    };
    const { handshake, create, subscribe, publish } = this.#deciders;
    this.policies = {
      ...given,
      handshake: (request) => askAll(handshake, request),
      create: (request) => askAll(create, request),
      subscribe: (request) => askAll(subscribe, request),
      publish: (request) => askAll(publish, request),
    };
  }

  /** All are asked, in order, until one refuses. */
  add<Key extends Name>(name: Key, decide: (request: Requests[Key]) => Awaitable<Verdict>): void {
    this.#deciders[name].push(decide);
  }
}

function listOf<Request>(policy: Policy<Request> | undefined): Policy<Request>[] {
  return policy === undefined ? [] : [policy];
}

/** At once where there is nobody to wait for: it is asked for each channel that a wildcard covers. */
function askAll<Request>(
  policies: readonly Policy<Request>[],
  request: Request,
): Awaitable<Verdict> {
  const [first] = policies;
  if (first === undefined) return true;
  return policies.length === 1 ? ask(first, request) : askInTurn(policies, request);
}

function ask<Request>(policy: Policy<Request>, request: Request): Awaitable<Verdict> {
  return typeof policy === "function" ? policy(request) : policy.decide(request);
}

async function askInTurn<Request>(
  policies: readonly Policy<Request>[],
  request: Request,
): Promise<Verdict> {
  let permission: Permission = { allow: true };
  for (const policy of policies) {
    const verdict = await ask(policy, request);
    if (verdict === true) continue;
    if (!isPermission(verdict)) return verdict;
    permission = merged(permission, verdict);
  }
  return permission;
}

function isPermission(verdict: Verdict): verdict is Permission {
  return typeof verdict === "object" && verdict?.allow === true;
}

/** Where both say something, what the later one says holds. */
function merged(one: Permission, other: Permission): Permission {
  const data = { ...one.data, ...other.data };
  const client = { ...one.client, ...other.client };
  return { ...one, ...other, data, client };
}
