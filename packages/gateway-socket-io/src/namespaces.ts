import { closestPattern, isChannel } from "@encke/core";
import { Namespace } from "./namespace.ts";
import type { NamespaceOptions } from "./options.ts";

/** Namespaces that are remembered, so that their clients share packets. */
const NAMESPACES_KEPT = 10_000;
/** Of the Comet's own limits only the smaller of the two holds for channels below a namespace. */
const LIMITS = { channelLength: 256, channelDepth: 16 };

/** The namespaces that were declared, by name or by pattern. */
export class Namespaces {
  readonly #declared: ReadonlyMap<string, NamespaceOptions>;
  readonly #isRecoverable: boolean;
  readonly #known = new Map<string, Namespace>();

  /** `isRecoverable`: one number says how far a client has got, and goes out with each event. */
  constructor(declared: Readonly<Record<string, NamespaceOptions>>, isRecoverable: boolean) {
    this.#declared = new Map(Object.entries(declared));
    this.#isRecoverable = isRecoverable;
  }

  /** Undefined: there is no such namespace. */
  get(name: string): Namespace | undefined {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const pattern = this.#declarationOf(name);
    const options = pattern === undefined ? undefined : this.#declared.get(pattern);
    if (options === undefined) return undefined;
    const namespace = new Namespace(name, options.subscribe ?? [], this.#isRecoverable);
    if (this.#known.size >= NAMESPACES_KEPT) this.#known.clear();
    this.#known.set(name, namespace);
    return namespace;
  }

  #declarationOf(name: string): string | undefined {
    if (name === "/") return name;
    return isChannel(name, LIMITS) ? closestPattern([...this.#declared.keys()], name) : undefined;
  }
}
