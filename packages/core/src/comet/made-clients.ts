import type { ClientProfile, IClient, ReplayRequest } from "../clients/client.ts";
import { EVERYBODY } from "../clients/local-clients.ts";
import type { ClientTraits } from "../events/policies.ts";
import { checkDuration, checkName, profiled } from "../handlers/client-traits.ts";
import { type Awaitable, chain } from "../ports/awaitable.ts";
import { CometError } from "../protocol/errors.ts";
import type { Wiring } from "./wiring.ts";

const PRESENT_WITHIN = 60_000;

/** What {@link Comet.createClient} takes. */
export interface ClientOptions extends ClientTraits {
  /** What others may know it by, and address it by: 1 to 256 characters, of no other client. @default made by chance */
  readonly publicId?: string;
  /** What the application keeps with it: plain JSON. @default {} */
  readonly data?: { readonly [name: string]: unknown };
  /** Milliseconds within which somebody must shake hands as this client before it is forgotten. @default 60_000 */
  readonly presentWithin?: number;
}

/** What the server does for clients by itself: makes them before they come, and subscribes them. */
export class MadeClients {
  readonly #wiring: Wiring;
  /** Public ids that were asked for and are not given to a client yet. */
  readonly #reserved = new Set<string>();

  constructor(wiring: Wiring) {
    this.#wiring = wiring;
  }

  async create(options: ClientOptions): Promise<IClient> {
    const { publicId, data, presentWithin, ...traits } = options;
    checkName("publicId", publicId);
    if (publicId === EVERYBODY) {
      throw new CometError("options_invalid", `publicId cannot be "${EVERYBODY}".`);
    }
    checkDuration("presentWithin", presentWithin, 1);
    const { clients, clientIds, ports } = this.#wiring;
    const profile: ClientProfile = {
      publicId: publicId ?? ports.newId(),
      data: { ...data },
      presentWithin: presentWithin ?? PRESENT_WITHIN,
      ...profiled(traits),
    };
    this.#reserve(profile.publicId);
    try {
      return await clients.create(clientIds.next(), profile);
    } finally {
      this.#reserved.delete(profile.publicId);
    }
  }

  /** True when the client was not subscribed. */
  subscribe(id: string, pattern: string, replay?: ReplayRequest): Awaitable<boolean> {
    const { clients, hub } = this.#wiring;
    const client = clients.local.get(id);
    if (client === undefined) return false;
    return client.lane.run(() => {
      if (client.patterns.has(pattern)) return false;
      return chain(clients.subscriptions.add(client, pattern, replay), (isDone) => {
        if (isDone) hub.state("subscribed", { client, channel: pattern });
        return isDone;
      });
    });
  }

  /** True when the client was subscribed. */
  unsubscribe(id: string, pattern: string): Awaitable<boolean> {
    const { clients, hub } = this.#wiring;
    const client = clients.local.get(id);
    if (client === undefined) return false;
    return client.lane.run(() =>
      chain(clients.subscriptions.remove(client, pattern), (was) => {
        if (was) hub.state("unsubscribed", { client, channel: pattern });
        return was;
      }),
    );
  }

  #reserve(publicId: string): void {
    const isTaken = this.#wiring.clients.local.withPublicId(publicId) !== undefined;
    if (isTaken || this.#reserved.has(publicId)) {
      throw new CometError("client_exists", `There is a client "${publicId}" already.`);
    }
    this.#reserved.add(publicId);
  }
}
