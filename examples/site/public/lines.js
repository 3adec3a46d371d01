/** The lines of the body of a response, each as soon as it has come; without those that are empty. */
export async function* linesOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const lines = (rest + value).split("\n");
    rest = lines.pop();
    yield* lines.filter((line) => line.trim() !== "");
  }
  if (rest.trim() !== "") yield rest;
}

/** The server streams: what it says comes line by line. */
export function isOfLines({ headers }) {
  return headers.get("content-type")?.includes("ndjson") ?? false;
}
