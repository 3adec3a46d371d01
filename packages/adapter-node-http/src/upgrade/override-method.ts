import type { Cancel } from "@encke/core";

/**
 * Puts `replacement` in the place of a method of one object. Undoing it leaves the object as it was, unless
 * somebody has put a replacement of their own on top since, which is left alone.
 */
export function overrideMethod<T extends object, K extends keyof T>(
  target: T,
  name: K,
  replacement: T[K],
): Cancel {
  const own = Object.getOwnPropertyDescriptor(target, name);
  target[name] = replacement;
  return () => {
    if (target[name] !== replacement) return;
    if (own === undefined) delete target[name];
    else Object.defineProperty(target, name, own);
  };
}
