const NOBODY: ReadonlySet<never> = new Set<never>();

/** Who asked for which channel, for the servers that have nothing of the kind. */
export class Rooms<Member> {
  readonly #members = new Map<string, Set<Member>>();
  readonly #channels = new Map<Member, string[]>();

  in(channel: string): ReadonlySet<Member> {
    return this.#members.get(channel) ?? NOBODY;
  }

  join(channel: string, member: Member): void {
    const members = this.#members.get(channel);
    if (members === undefined) this.#members.set(channel, new Set([member]));
    else members.add(member);
    const channels = this.#channels.get(member);
    if (channels === undefined) this.#channels.set(member, [channel]);
    else channels.push(channel);
  }

  leave(member: Member): void {
    for (const channel of this.#channels.get(member) ?? []) {
      const members = this.#members.get(channel);
      members?.delete(member);
      if (members?.size === 0) this.#members.delete(channel);
    }
    this.#channels.delete(member);
  }
}
