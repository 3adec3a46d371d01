/** What goes wrong without a word of the server. */
const TEXTS = {
  connection_failed: "The connection broke.",
  session_lost: "The connection broke.",
  session_over: "The server has ended your session.",
  timeout: "The server does not answer.",
};

/** Why something failed, for people: in the words of the server where it has refused it. */
export function reasonOf({ code, reply }) {
  const text = reply === undefined ? TEXTS[code] : undefined;
  return text ?? code.replaceAll("_", " ");
}
