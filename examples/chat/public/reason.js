const ENDED = "The server has ended your session.";

/** Why something failed, for people: in the words of the server where it has refused it. */
export function reasonOf({ code, reply, message }) {
  if (reply !== undefined) return code.replaceAll("_", " ");
  return code === "session_over" ? ENDED : message;
}
