import type { Comet } from "@encke/core";

/** A message that somebody published, and what is known of its way. */
export interface Publication {
  /** Its data: `c1/id/0#7`, who published it as which client at which node, and its number among all. */
  readonly text: string;
  readonly channel: string;
  /** The step of the story in which it was published. */
  readonly step: number;
  readonly except?: string;
  /** Its place in the log. Undefined as long as it is not there. */
  position: number | undefined;
}

/** Everything published in a story. */
export class Publications {
  readonly #byText = new Map<string, Publication>();

  constructor(comets: readonly Comet[]) {
    for (const comet of comets) {
      comet.on("published", ({ data, position }) => {
        const publication = this.#byText.get(data as string);
        if (publication !== undefined) publication.position = position;
      });
    }
  }

  /** Returns the text to publish. */
  add(by: string, about: Omit<Publication, "text" | "position">): string {
    const text = `${by}#${this.#byText.size}`;
    this.#byText.set(text, { ...about, text, position: undefined });
    return text;
  }

  get(text: string): Publication | undefined {
    return this.#byText.get(text);
  }

  /** Those that are in the log. */
  get logged(): readonly Publication[] {
    return [...this.#byText.values()].filter(({ position }) => position !== undefined);
  }

  /** The texts of those that are in the log out of the order in which their publisher sent them. */
  get reordered(): readonly string[] {
    const last = new Map<string, number>();
    return this.logged
      .filter(({ text, position = 0 }) => {
        const by = text.split("#")[0] as string;
        const isLate = position < (last.get(by) ?? 0);
        last.set(by, position);
        return isLate;
      })
      .map(({ text }) => text);
  }
}
