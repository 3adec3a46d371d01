import { EnckeLog } from "./encke-log.ts";
import { LeanLog } from "./lean-log.ts";

/** A log in Redis that one process writes and others read, whoever made it. */
export interface SharedLog {
  /** Settles when it reads; `onMessage` is called with each message that is appended from then on. */
  open(onMessage: (text: string) => void): Promise<void>;
  /** Settles when Redis has it. */
  append(text: string): Promise<unknown>;
  close(): Promise<void>;
}

export type LogName = "encke" | "lean";

export const LOGS: Readonly<Record<LogName, (url: string) => SharedLog>> = {
  encke: (url) => new EnckeLog(url),
  lean: (url) => new LeanLog(url),
};
