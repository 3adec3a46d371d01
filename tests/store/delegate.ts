/** The same object, but for the members that are given. `before` runs before each call of another one. */
export function delegate<T extends object>(
  target: T,
  changes: Partial<T>,
  before: () => void = () => {},
): T {
  return new Proxy(target, {
    get(_, name) {
      if (name in changes) return Reflect.get(changes, name);
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...args: unknown[]): unknown => {
        before();
        return Reflect.apply(member, target, args);
      };
    },
  });
}
