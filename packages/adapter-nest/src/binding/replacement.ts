/** What a listener returns to have something else published. */
export class Replacement {
  readonly data: unknown;

  constructor(data: unknown) {
    this.data = data;
  }
}

/** To be returned from a `@Listener`: `data` is published in place of what was sent. */
export function replace(data: unknown): Replacement {
  return new Replacement(data);
}
