/** The version of the Bayeux protocol that is spoken here. */
export const PROTOCOL_VERSION = "1.0";

const OURS = [1, 0] as const;

/**
 * True when a client that speaks `version`, and nothing below `minimumVersion`, can speak with us. Versions are
 * compared element by element, as numbers. A client that names no minimum gets along with all of its major version.
 */
export function isCompatible(version: string, minimumVersion: string | undefined): boolean {
  const theirs = parse(version);
  if (theirs === undefined || theirs[0] < OURS[0]) return false;
  if (minimumVersion === undefined) return theirs[0] === OURS[0];
  const minimum = parse(minimumVersion);
  if (minimum === undefined) return false;
  return minimum[0] < OURS[0] || (minimum[0] === OURS[0] && minimum[1] <= OURS[1]);
}

/** Major and minor. Undefined for what is no version: elements of letters and digits that begin with a number. */
function parse(version: string): readonly [number, number] | undefined {
  const elements = /^(\d{1,6})(?:\.(\d{1,6})\w*(?:\.\w+)*)?$/.exec(version);
  return elements === null ? undefined : [Number(elements[1]), Number(elements[2] ?? 0)];
}
