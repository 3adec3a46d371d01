/** Who is in which room. One person may be there several times: once for each window. */
export class Members {
  readonly #windows = new Map<string, Map<string, number>>();

  /** True when the person was not in the room before. */
  enter(room: string, name: string): boolean {
    const windows = this.#windows.get(room) ?? new Map<string, number>();
    const before = windows.get(name) ?? 0;
    this.#windows.set(room, windows.set(name, before + 1));
    return before === 0;
  }

  /** True when the person is in the room no more. */
  leave(room: string, name: string): boolean {
    const windows = this.#windows.get(room);
    const left = (windows?.get(name) ?? 0) - 1;
    if (left > 0) windows?.set(name, left);
    else windows?.delete(name);
    if (windows?.size === 0) this.#windows.delete(room);
    return left === 0;
  }

  /** The names of those in the room, in order. */
  in(room: string): string[] {
    return [...(this.#windows.get(room)?.keys() ?? [])].sort();
  }

  /** The rooms that somebody is in. */
  get rooms(): string[] {
    return [...this.#windows.keys()];
  }
}
