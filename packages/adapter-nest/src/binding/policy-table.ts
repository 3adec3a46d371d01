import type { Awaitable, Permission, Policies, Policy, Verdict } from "@encke/core";

type Requests = {
  [Name in keyof Policies]-?: Parameters<Extract<Policies[Name], (request: never) => unknown>>[0];
};

/** The policies of a Comet: those that were given as an option, and handlers that are found later. */
export class PolicyTable {
  /** To be given to the Comet, which looks at it for each question. */
  readonly policies: { -readonly [Name in keyof Policies]: Policies[Name] };

  constructor(given: Policies = {}) {
    this.policies = { ...given };
  }

  /** All are asked, in order, until one refuses. */
  add<Name extends "handshake" | "create" | "subscribe" | "publish">(
    name: Name,
    decide: (request: Requests[Name]) => Awaitable<Verdict>,
  ): void {
    const earlier = this.policies[name] as Policy<Requests[Name]> | undefined;
    const policies = this.policies as Partial<Record<Name, Policy<Requests[Name]>>>;
    policies[name] = earlier === undefined ? decide : both(earlier, decide);
  }
}

function both<Request>(
  first: Policy<Request>,
  second: (request: Request) => Awaitable<Verdict>,
): Policy<Request> {
  return async (request) => {
    const verdict = await (typeof first === "function" ? first(request) : first.decide(request));
    if (!isAllowing(verdict)) return verdict;
    const other = await second(request);
    return isAllowing(other) ? merged(permissionOf(verdict), permissionOf(other)) : other;
  };
}

function isAllowing(verdict: Verdict): verdict is true | Permission {
  return verdict === true || (typeof verdict === "object" && verdict?.allow === true);
}

function permissionOf(verdict: true | Permission): Permission {
  return verdict === true ? { allow: true } : verdict;
}

/** Where both say something, what the later one says holds. */
function merged(one: Permission, other: Permission): Permission {
  const data = { ...one.data, ...other.data };
  const client = { ...one.client, ...other.client };
  return { ...one, ...other, data, client };
}
