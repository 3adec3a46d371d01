import { absoluteUrl } from "./absolute-url.ts";
import { CometError } from "./comet-error.ts";
import { messagesIn } from "./message.ts";
import type { TransportFactory } from "./transport.ts";
import { HttpTransport } from "./transports/http-transport.ts";
import type { Exchange } from "./transports/lane.ts";

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
  const error = await called(url.href, name, signal, (received) =>
    host.receive(messagesIn(received)),
  );
  if (!signal.aborted) host.fail(error ?? "no reply", messages);
  return error;
};

/** Resolves when the script has called the function of this name, or to why it has not. */
function called(
  src: string,
  name: `encke${number}`,
  signal: AbortSignal,
  take: (received: unknown) => void,
): Promise<CometError | undefined> {
  return new Promise((resolve) => {
    const page = thePage();
    const script = page.document.createElement("script");
    const finish = (cause?: unknown): void => {
      // One that comes too late must find something to call.
      page[name] = () => {
        delete page[name];
      };
      script.remove();
      signal.removeEventListener("abort", finish);
      resolve(cause === undefined ? undefined : new CometError("connection_failed", String(cause)));
    };
    page[name] = (received: unknown) => {
      try {
        take(received);
        finish();
        delete page[name];
      } catch (cause) {
        finish(cause);
      }
    };
    signal.addEventListener("abort", finish);
    Object.assign(script, { src, onerror: () => finish("The script could not be loaded.") });
    page.document.head.append(script);
  });
}

function thePage(): ScriptPage {
  return globalThis as unknown as ScriptPage;
}
