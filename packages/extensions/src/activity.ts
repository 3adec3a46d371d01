import type {
  Cancel,
  Comet,
  ExtensionContext,
  IClient,
  ICometExtension,
  Message,
} from "@encke/core";
import { refuseSecond } from "./refuse-second.ts";
import { duration, oneOf, settingsOf } from "./settings.ts";

export interface ActivityOptions {
  /** Milliseconds for which a client may do nothing but connect. At least 1_000. */
  readonly maxInactive: number;
  /** Whose messages count: what the client sends, or also what it is sent. @default "client" */
  readonly counts?: "client" | "both";
}

const RULES = { maxInactive: duration(1_000), counts: oneOf("client", "both") };
const DEFAULTS = {
  counts: "client",
} as const satisfies Partial<ActivityOptions>;

/** Milliseconds between two looks at all clients. */
const OFTENEST = 100;
const RAREST = 60_000;

/**
 * Disconnects clients, for the reason `inactive`, that are there but are not used: they connect again and again, and send
 * nothing else.
 */
export function activity(options: ActivityOptions): ICometExtension {
  return new Activity(settingsOf<Required<ActivityOptions>>("activity", RULES, DEFAULTS, options));
}

class Activity implements ICometExtension {
  readonly name = "activity";
  readonly #settings: Required<ActivityOptions>;
  /** When each was active last. Of those that are gone, nothing is kept. */
  readonly #lastActive = new WeakMap<IClient, number>();
  #comet: Comet | undefined;

  constructor(settings: Required<ActivityOptions>) {
    this.#settings = settings;
  }

  incoming({ channel }: Message, { client }: ExtensionContext): void {
    if (client !== undefined && channel !== "/meta/connect") this.#note(client);
  }

  attach(comet: Comet): Cancel {
    refuseSecond(this.name, this.#comet);
    this.#comet = comet;
    const note = ({ client }: { readonly client: IClient }): void => this.#note(client);
    const ends = [comet.on("handshaken", note), this.#lookEvery(this.#pause, comet)];
    if (this.#settings.counts === "both") ends.push(comet.on("delivered", note));
    return () => {
      for (const end of ends) end();
      this.#comet = undefined;
    };
  }

  get #pause(): number {
    return Math.min(Math.max(this.#settings.maxInactive / 10, OFTENEST), RAREST);
  }

  #note(client: IClient): void {
    if (this.#comet !== undefined) this.#lastActive.set(client, this.#comet.ports.now());
  }

  /** One timer for all clients, however many there are. */
  #lookEvery(ms: number, comet: Comet): Cancel {
    const look = (): void => {
      cancel = comet.ports.after(ms, look);
      this.#look(comet);
    };
    let cancel = comet.ports.after(ms, look);
    return () => cancel();
  }

  #look(comet: Comet): void {
    const now = comet.ports.now();
    for (const client of comet.clients) {
      const since = this.#lastActive.get(client);
      // One that came from another node: what it did there is not known here.
      if (since === undefined) this.#lastActive.set(client, now);
      else if (now - since >= this.#settings.maxInactive) disconnect(comet, client);
    }
  }
}

function disconnect(comet: Comet, { id }: IClient): void {
  comet.disconnect(id, "inactive").catch((cause: unknown) => {
    comet.log("error", "An inactive client could not be removed.", { cause });
  });
}
