import { isMessage } from "../message.ts";
import type { Cancel } from "../world.ts";
import { Hub, type HubGround } from "./hub.ts";
import { type HubWords, hold, type Shared, type Wire } from "./words.ts";

/** Listens to the hub of all tabs, and becomes the next one when that is gone. */
export class Candidate {
  /** Whoever shows this name is this tab. */
  readonly tab: string;
  readonly #ground: HubGround;
  readonly #hear: (words: HubWords) => void;
  readonly #wire: Wire;
  #shared: Shared | undefined;
  #hub: Hub | undefined;
  #release: Cancel | undefined;

  constructor(ground: HubGround, hear: (words: HubWords) => void) {
    this.tab = String(ground.world.random());
    this.#ground = ground;
    this.#hear = hear;
    this.#wire = ground.browser.channel(ground.name);
    this.#wire.onmessage = ({ data }: { readonly data: unknown }) => this.#take(data as HubWords);
  }

  /** Becomes the hub when there is none. */
  stand(): void {
    const { browser, name } = this.#ground;
    this.#release ??= hold(browser, name, () => {
      // What comes back here came after all that the last hub has said.
      const wire = browser.channel(name);
      wire.postMessage({ heir: this.tab });
      wire.close();
    });
  }

  post(words: unknown): void {
    this.#wire.postMessage(words);
  }

  close(isLast: boolean): void {
    this.#wire.close();
    this.#hub?.close(this.tab, isLast);
    this.#release?.();
  }

  #take(words: Partial<HubWords> & { readonly heir?: unknown }): void {
    if (words?.heir === this.tab) this.#hub ??= new Hub(this.#ground, this.#shared);
    const { hub, shared, messages = [] } = words ?? {};
    if (typeof hub !== "string" || !Array.isArray(shared?.tabs)) return;
    if (!Array.isArray(messages) || !messages.every(isMessage)) return;
    this.#shared = shared;
    this.#hear(words as HubWords);
  }
}
