/** What the ids of records begin with that core keeps in a store beside clients. No client can have such an id. */
export const RESERVED = "encke:";

export function isReserved(id: string): boolean {
  return id.startsWith(RESERVED);
}
