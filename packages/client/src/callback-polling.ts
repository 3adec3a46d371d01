import { absoluteUrl } from "./absolute-url.ts";
import type { TransportFactory } from "./transport.ts";
import { HttpTransport } from "./transports/http-transport.ts";
import { type Exchange, exchange } from "./transports/lane.ts";
import type { FetchResponse } from "./world.ts";

/** Characters in an address, a single larger message excepted. Beyond that, something on the way may cut it off. */
const MOST_TEXT = 2_000;

/** The part of a page that is used, with functions that scripts call. */
interface ScriptPage {
  readonly document: {
    createElement(name: "script"): { src: string; onerror: unknown; remove(): void };
    readonly head: { append(script: object): void };
  };
  [name: `encke${number}`]: ((received?: unknown) => void) | undefined;
}

let requests = 0;

/** For servers on other origins that send no CORS headers: answers are scripts. Needs a page that may load them. */
export const callbackPolling: TransportFactory = {
  type: "callback-polling",
  isSupported: () => "document" in globalThis,
  open: (host) => new HttpTransport(host, loadScript, loadScript),
};

const loadScript: Exchange = async (host, messages, signal) => {
  const url = new URL(absoluteUrl(host.url));
  const name = `encke${++requests}` as const;
  url.searchParams.set("jsonp", name);
  url.searchParams.set("message", JSON.stringify(messages));
  if (url.href.length > MOST_TEXT && messages.length > 1) {
    const half = messages.length / 2;
    const error = await loadScript(host, messages.slice(0, half), signal);
    return error ?? loadScript(host, messages.slice(half), signal);
  }
  return exchange(host, messages, signal, called(url.href, name, signal));
};

/** Resolves to what the script calls the function of this name with, as if that had been fetched. */
async function called(
  src: string,
  name: `encke${number}`,
  signal: AbortSignal,
): Promise<Pick<FetchResponse, "json">> {
  const page = globalThis as unknown as ScriptPage;
  const script = page.document.createElement("script");
  try {
    return await new Promise((resolve, reject) => {
      // Stays as long as it was not called, since one that comes too late must find something to call.
      page[name] = (received) => {
        delete page[name];
        resolve({ json: async () => received });
      };
      signal.addEventListener("abort", reject);
      const onerror = (): void => reject("The script could not be loaded.");
      page.document.head.append(Object.assign(script, { src, onerror }));
    });
  } finally {
    script.remove();
  }
}
