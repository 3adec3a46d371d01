import type { Log } from "@encke/core";
import type { LoggerService } from "@nestjs/common";

/** What a Comet has to say goes where Nest's messages go. */
export function nestLog(logger: LoggerService): Log {
  return (level, text, details = {}) => {
    const { cause, ...others } = details as { readonly cause?: unknown };
    const facts = Object.keys(others).length === 0 ? "" : ` ${JSON.stringify(others)}`;
    const line = `${text}${facts}${cause === undefined ? "" : ` ${String(cause)}`}`;
    if (level === "error") logger.error(line, ...stacksOf(cause));
    else if (level === "warn") logger.warn(line);
    else if (level === "info") logger.log(line);
    else logger.debug?.(line);
  };
}

/** The stack of an error, and of the one that it was made of. */
function stacksOf(cause: unknown): string[] {
  if (!(cause instanceof Error)) return [];
  const { stack, cause: origin } = cause;
  const inner = origin instanceof Error ? `\nCaused by: ${origin.stack}` : "";
  return stack === undefined ? [] : [stack + inner];
}
