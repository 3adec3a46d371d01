import type { Fetch } from "./world.ts";

/** `fetch` with a memory for cookies of its own, for Node: some servers insist. Browsers keep theirs where nobody sees them. */
export function cookieFetch(): Fetch {
  const cookies = new Map<string, string>();
  return async (url, request) => {
    const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
    const headers = { ...(cookie !== "" && { Cookie: cookie }), ...request.headers };
    const response = await fetch(url, { ...request, headers });
    // What another server has set after a redirection is not for this one.
    const set = response.redirected ? [] : response.headers.getSetCookie();
    for (const line of set) {
      const [, name, value] = /^\s*([^=;]+)=([^;]*)/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) cookies.set(name, value);
    }
    return response;
  };
}
