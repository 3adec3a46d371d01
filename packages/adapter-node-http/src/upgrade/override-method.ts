import type { Cancel } from "@encke/core";

/** One replacement that was put in the place of a method. */
interface Layer {
  isUndone: boolean;
  remove(): void;
}

const layers = new WeakMap<WeakKey, Layer>();

/**
 * Puts `replacement` in the place of a method of one object. Replacements may be undone in any order: one that has
 * others on top stays until these have gone, and so does one on top of which somebody else has put their own.
 * It must therefore do nothing but pass calls on once it is undone.
 */
export function overrideMethod<T extends object, K extends keyof T>(
  target: T,
  name: K,
  replacement: T[K] & WeakKey,
): Cancel {
  const own = Object.getOwnPropertyDescriptor(target, name);
  const layer: Layer = {
    isUndone: false,
    remove() {
      if (own === undefined) delete target[name];
      else Object.defineProperty(target, name, own);
    },
  };
  layers.set(replacement, layer);
  target[name] = replacement;
  return () => {
    layer.isUndone = true;
    for (let top = layerOf(target[name]); top?.isUndone; top = layerOf(target[name])) top.remove();
  };
}

function layerOf(method: unknown): Layer | undefined {
  return typeof method === "function" ? layers.get(method) : undefined;
}
