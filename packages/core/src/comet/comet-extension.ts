import type { IExtension } from "../events/extensions.ts";
import type { Cancel } from "../ports/ports.ts";
import type { Comet } from "./comet.ts";

/** An extension that does more than look at messages: it listens to events, answers service channels, sets timers. */
export interface ICometExtension extends IExtension {
  /**
   * Called by `comet.use`, before the extension sees a message. What it returns takes back all that it did; that is called
   * once: when the extension is removed, or when the Comet closes.
   */
  attach?(comet: Comet): Cancel;
}

/** Attaches the extension, if it wants that. Calling what is returned again does nothing. */
export function attach(extension: ICometExtension, comet: Comet): Cancel {
  let detach = extension.attach?.(comet);
  return () => {
    const last = detach;
    detach = undefined;
    last?.();
  };
}
