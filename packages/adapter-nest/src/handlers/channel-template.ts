/** A channel with names for some of its segments: `/chat/{room}`, `/chat/{room}/typing`. It may end in a wildcard. */
export interface ChannelTemplate {
  readonly text: string;
  /** The closest pattern of Bayeux, which has wildcards at its end only, that covers all its channels. */
  readonly pattern: string;
  /** How many of its segments are given. What is closer to a channel has more of them. */
  readonly closeness: number;
  /** The parameters of a channel of it. Undefined: the channel is none of it. */
  paramsOf(channel: string): Readonly<Record<string, string>> | undefined;
}

const PARAM = /^\{([A-Za-z_][A-Za-z0-9_]*)\}$/;

/** Throws a `TypeError` where braces are not closed, hold no name, or hold a name twice. */
export function parseTemplate(text: string): ChannelTemplate {
  const segments = text.split("/");
  const names = segments.map((segment) => nameIn(segment, text));
  const given = names.filter((name) => name !== undefined);
  if (new Set(given).size < given.length) throw unusable(text);
  return {
    text,
    pattern: patternOf(segments, names),
    closeness: segments.length - given.length - (text.endsWith("*") ? 1 : 0),
    paramsOf: (channel) => paramsOf(segments, names, channel.split("/")),
  };
}

type Names = readonly (string | undefined)[];

function nameIn(segment: string, text: string): string | undefined {
  const name = PARAM.exec(segment)?.[1];
  if (name === undefined && /[{}]/.test(segment)) throw unusable(text);
  return name;
}

function unusable(text: string): TypeError {
  return new TypeError(`"${text}" is no template of channels, such as "/chat/{room}".`);
}

function patternOf(segments: readonly string[], names: Names): string {
  const first = names.findIndex((name) => name !== undefined);
  if (first === -1) return segments.join("/");
  const isLast = first === segments.length - 1;
  return [...segments.slice(0, first), isLast ? "*" : "**"].join("/");
}

function paramsOf(
  segments: readonly string[],
  names: Names,
  channel: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const isDeep = segments.at(-1) === "**";
  const fits = isDeep ? channel.length >= segments.length : channel.length === segments.length;
  if (!fits) return undefined;
  const params: [name: string, value: string][] = [];
  for (const [index, segment] of segments.entries()) {
    const value = channel[index] ?? "";
    const name = names[index];
    if (name !== undefined) params.push([name, value]);
    else if (segment !== value && !isWildcardAtEnd(segments, index)) return undefined;
  }
  return Object.fromEntries(params);
}

function isWildcardAtEnd(segments: readonly string[], index: number): boolean {
  return index === segments.length - 1 && /^\*\*?$/.test(segments[index] ?? "");
}
