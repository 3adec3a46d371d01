export type LogLevel = "error" | "warn" | "info" | "debug";

const LEVELS: readonly LogLevel[] = ["error", "warn", "info", "debug"];

/** Writes to the console. */
export class Log {
  level: LogLevel = "info";

  write(level: LogLevel, ...details: readonly unknown[]): void {
    // biome-ignore lint/suspicious/noConsole: it is where cometd.js writes, and where applications look
    if (LEVELS.indexOf(level) <= LEVELS.indexOf(this.level)) console[level](...details);
  }
}
