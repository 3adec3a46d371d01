/**
 * Why the server refused something, for people. The `error` of a reply is `code:arguments:reason`, where a colon
 * in the reason is written as %3A. A reply that the client made up itself has no error: the server was not reached.
 */
export function reasonOf({ error }) {
  if (error === undefined) return "The server cannot be reached.";
  const reason = error.split(":").slice(2).join(":");
  return reason.replaceAll("%3A", ":").replaceAll("_", " ");
}
