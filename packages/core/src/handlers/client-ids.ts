import type { LocalClients } from "../clients/local-clients.ts";
import type { RequestContext } from "../exchange/responder.ts";
import { CometError } from "../protocol/errors.ts";

/** Makes the secret ids of clients. Whoever knows one may act as the client, so it must not be guessed. */
export interface IClientIdGenerator {
  /** A text of 16 to 128 letters, digits, `-` and `_` that was never given before, with at least 128 random bits in it. */
  newId(): string;
}

// Nothing in one has to be escaped, anywhere.
const VALID = /^[\w-]{16,128}$/;
const TRIES = 3;

/** Ids that are not in use on this node. Throws a {@link CometError} `client_id_invalid` when the generator is no good. */
export class ClientIds {
  readonly #generator: IClientIdGenerator;
  readonly #local: LocalClients;

  constructor(generator: IClientIdGenerator, local: LocalClients) {
    this.#generator = generator;
    this.#local = local;
  }

  /** One for who shakes hands in `context`, where that makes ids of its own. */
  next(context?: RequestContext): string {
    for (let count = 0; count < TRIES; count++) {
      const id: unknown = context?.newClientId?.() ?? this.#generator.newId();
      if (typeof id !== "string" || !VALID.test(id)) break;
      if (this.#local.get(id) === undefined) return id;
    }
    throw new CometError("client_id_invalid", "The generator gave no id that a client can have.");
  }
}
