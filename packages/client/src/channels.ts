/** The pattern itself and all patterns that cover the channel: for `/a/b` these are `/a/b`, `/a/*`, `/a/**` and `/**`. */
export function patternsCovering(channel: string): readonly string[] {
  const patterns = [channel];
  let end = channel.lastIndexOf("/");
  patterns.push(`${channel.slice(0, end)}/*`);
  for (; end >= 0; end = end === 0 ? -1 : channel.lastIndexOf("/", end - 1)) {
    patterns.push(`${channel.slice(0, end)}/**`);
  }
  return patterns;
}

/** True of what can be subscribed to: a name, or one that ends with `*` or `**`. The server knows more rules. */
export function isPattern(name: string): boolean {
  return /^(?:\/[^/*]+)*\/(?:[^/*]+|\*\*?)$/.test(name) && !name.startsWith("/meta/");
}

/** True of what can be published to. */
export function isChannel(name: string): boolean {
  return isPattern(name) && !name.endsWith("*");
}
