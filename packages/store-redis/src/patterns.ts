/** The channel itself, and every pattern that matches it. */
export function patternsFor(channel: string): readonly string[] {
  const parents = [...channel.matchAll(/\//g)].map(({ index }) => channel.slice(0, index));
  const deep = parents.map((parent) => `${parent}/**`);
  return [channel, `${parents.at(-1) ?? ""}/*`, ...deep];
}
