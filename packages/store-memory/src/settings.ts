import { CometError } from "@encke/core";

/** How much an in-process log remembers. */
export interface MemoryLogOptions {
  /**
   * Bytes of messages that stay readable for clients that come back. A message counts two bytes for each
   * character, the most that one takes, and 100 for itself. The last message always stays.
   * @default 4_194_304
   */
  readonly maxBytes?: number;
  /**
   * How many messages stay readable.
   * @default 65_536
   */
  readonly maxEntries?: number;
  /**
   * How many producer keys are remembered. The one that was quiet longest is forgotten first, and its next
   * repetition is stored again.
   * @default 10_000
   */
  readonly maxProducers?: number;
  /**
   * The position that comes before the first one. A store whose clients outlive the process, or whose readers keep
   * positions themselves, passes one above all that were ever given out; readers from below it are told of a gap.
   * @default 0
   */
  readonly startAfter?: number;
}

/** The log's options: a memory store has none of its own. */
export type MemoryStoreOptions = MemoryLogOptions;

export type MemoryLogSettings = Required<MemoryLogOptions>;

const DEFAULTS = {
  maxBytes: 4 * 1024 * 1024,
  maxEntries: 65_536,
  maxProducers: 10_000,
  startAfter: 0,
} as const satisfies MemoryLogSettings;

/** Refuses unknown options and numbers that make no sense, with the code `options_invalid`. */
export function settingsOf(options: MemoryLogOptions): MemoryLogSettings {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(DEFAULTS, name)) throw invalid(`there is no option ${name}`);
    if (!isCount(value, name === "startAfter" ? 0 : 1)) {
      throw invalid(`${name} must be a whole number, not ${String(value)}`);
    }
  }
  return { ...DEFAULTS, ...options };
}

function isCount(value: unknown, least: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least;
}

function invalid(text: string): CometError {
  return new CometError("options_invalid", `store-memory: ${text}`);
}
