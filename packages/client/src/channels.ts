/** The pattern itself and all patterns that cover the channel: for `/a/b` these are `/a/b`, `/a/*`, `/a/**` and `/**`. */
export function patternsCovering(channel: string): readonly string[] {
  const patterns = [channel];
  const segments = channel.split("/");
  while (segments.pop() !== undefined && segments.length > 0) {
    if (patterns.length === 1) patterns.push(`${segments.join("/")}/*`);
    patterns.push(`${segments.join("/")}/**`);
  }
  return patterns;
}
