/** The pattern itself and all patterns that cover the channel: for `/a/b` these are `/a/b`, `/a/*`, `/a/**` and `/**`. */
export function patternsCovering(channel: string): readonly string[] {
  const patterns = [channel];
  for (let rest = channel; rest.includes("/"); patterns.push(`${rest}/**`)) {
    rest = rest.slice(0, rest.lastIndexOf("/"));
    if (patterns.length === 1) patterns.push(`${rest}/*`);
  }
  return patterns;
}
