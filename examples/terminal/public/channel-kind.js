/** What a channel is for: `meta`, `service` or `broadcast`. */
export function kindOf(channel) {
  if (/^\/meta(\/|$)/.test(channel)) return "meta";
  if (/^\/service(\/|$)/.test(channel)) return "service";
  return "broadcast";
}
