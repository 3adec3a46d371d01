import type { ClientRecord } from "@encke/core";

/** A client as the file has it: its record, and for how long it lives once it is back. */
export interface SavedClient {
  readonly record: ClientRecord;
  /** Milliseconds. Not a time of day: the clock of one process means nothing to the next. */
  readonly ttlMs: number;
}

type Line =
  | { readonly type: "run"; readonly run: number }
  | { readonly type: "client"; readonly ttlMs: number; readonly client: SavedRecord }
  | { readonly type: "gone"; readonly id: string };

type SavedRecord = Omit<ClientRecord, "subscriptions"> & {
  readonly subscriptions: readonly (readonly [string, readonly number[]])[];
};

/** What all lines of a file together say. */
export interface SavedState {
  /** How often the store has been started on this file. */
  readonly run: number;
  readonly clients: ReadonlyMap<string, SavedClient>;
}

export function runLine(run: number): string {
  return lineOf({ type: "run", run });
}

export function clientLine({ record, ttlMs }: SavedClient): string {
  const client = { ...record, subscriptions: [...record.subscriptions] };
  return lineOf({ type: "client", ttlMs, client });
}

export function goneLine(id: string): string {
  return lineOf({ type: "gone", id });
}

/** A later line about a client takes the place of the earlier ones. Throws on a line that is not of this store. */
export function readState(lines: readonly string[]): SavedState {
  const clients = new Map<string, SavedClient>();
  let run = 0;
  for (const [index, text] of lines.entries()) {
    const line = parse(text, index + 1);
    if (line.type === "run") run = line.run;
    else if (line.type === "gone") clients.delete(line.id);
    else clients.set(line.client.id, savedClient(line.client, line.ttlMs));
  }
  return { run, clients };
}

function savedClient(client: SavedRecord, ttlMs: number): SavedClient {
  return { record: { ...client, subscriptions: new Map(client.subscriptions) }, ttlMs };
}

function lineOf(line: Line): string {
  return JSON.stringify(line);
}

function parse(text: string, number: number): Line {
  try {
    const line = JSON.parse(text) as Line;
    if (["run", "client", "gone"].includes(line.type)) return line;
  } catch (cause) {
    throw new Error(`Line ${number} cannot be read.`, { cause });
  }
  throw new Error(`Line ${number} is none of a file store.`);
}
