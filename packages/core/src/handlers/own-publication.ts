import type { EncodedDelivery } from "../protocol/encode.ts";
import type { Publication } from "../store/message-log.ts";

type Extras = Omit<Publication, "channel" | "json" | "isAscii">;

/** Has the members that it was given, and no others: stores write down what they find. */
export class OwnPublication implements Publication {
  readonly channel: string;
  readonly json: string;
  declare readonly to?: string;
  declare readonly except?: string;
  declare readonly producer?: NonNullable<Publication["producer"]>;
  declare readonly keep?: NonNullable<Publication["keep"]>;
  declare readonly hints?: NonNullable<Publication["hints"]>;
  readonly #isAscii: boolean;

  constructor(channel: string, { json, isAscii }: EncodedDelivery, extras?: Extras) {
    this.channel = channel;
    this.json = json;
    this.#isAscii = isAscii;
    if (extras !== undefined) Object.assign(this, extras);
  }

  /** No member of its own: a copy with another text, made by somebody who does not know of this, must not have it. */
  get isAscii(): boolean {
    return this.#isAscii;
  }
}
