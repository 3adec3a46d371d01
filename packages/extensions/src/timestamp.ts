import type { IExtension, Message } from "@encke/core";
import { FUNCTION, oneOf, settingsOf } from "./settings.ts";
import { wallClock } from "./wall-clock.ts";

export interface TimestampOptions {
  /** `iso`: `2026-01-31T12:00:00.000Z`. `http`: `Sat, 31 Jan 2026 12:00:00 GMT`, as cometd.js writes it. @default "iso" */
  readonly format?: "iso" | "http";
  /** Milliseconds since 1970. @default the clock of the machine */
  readonly now?: () => number;
}

const RULES = { format: oneOf("iso", "http"), now: FUNCTION };
const DEFAULTS = {
  format: "iso",
} as const satisfies TimestampOptions;

/**
 * Writes into replies when they leave, and into messages to subscribers when they were published, what time it is: in the
 * field `timestamp`, in UTC.
 * @see https://docs.cometd.org/current/reference/#_bayeux_message_fields_timestamp
 */
export function timestamp(options: TimestampOptions = {}): IExtension {
  const { format, now } = settingsOf<Required<TimestampOptions>>(
    "timestamp",
    RULES,
    { ...DEFAULTS, now: wallClock },
    options,
  );
  const stamp = (message: Message): void => {
    const date = new Date(now());
    message.timestamp = format === "iso" ? date.toISOString() : date.toUTCString();
  };
  return { name: "timestamp", outgoing: stamp, leaving: stamp };
}
