import { CometError, type ReceivedMessage } from "@encke/core";
import type { NodeRequest, NodeResponse } from "../node-messages.ts";
import type { ServedComet } from "../served-comet.ts";
import { type AnswerForm, EVERY_ANSWER } from "./answer.ts";
import type { Exchanges } from "./exchanges.ts";
import { fieldsOf, readFields } from "./read-messages.ts";

const CALLBACK = /^[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*$/;
const CALLBACK_LENGTH = 64;
const DEFAULT_CALLBACK = "jsonpcallback";

const SCRIPT_HEADERS = [
  "Content-Type",
  "text/javascript;charset=UTF-8",
  // Taken by script elements all the same; by nothing that would show it or run it as something else.
  "Content-Disposition",
  'attachment; filename="messages.js"',
  ...EVERY_ANSWER,
];

/** Messages in the query of a GET, answered with a script that calls a function of the page (JSONP). */
export class CallbackPolling {
  readonly #comet: ServedComet;
  readonly #exchanges: Exchanges;

  constructor(comet: ServedComet, exchanges: Exchanges) {
    this.#comet = comet;
    this.#exchanges = exchanges;
  }

  /** Throws a {@link CometError} for a callback that is not the name of a function. */
  receive(request: NodeRequest, response: NodeResponse): void {
    const query = queryOf(request.url ?? "");
    const form = scriptAnswer(callbackIn(query));
    const carrier = { transport: "callback-polling", isReadInOrder: true, form };
    const readMessages = (): ReceivedMessage[] => readFields(query, this.#comet.limits);
    this.#exchanges.run(request, response, carrier, readMessages);
  }
}

function queryOf(url: string): string {
  const at = url.indexOf("?");
  return at === -1 ? "" : url.slice(at + 1);
}

function callbackIn(query: string): string {
  const callback = fieldsOf(query, "jsonp")[0] ?? DEFAULT_CALLBACK;
  if (callback.length > CALLBACK_LENGTH || !CALLBACK.test(callback)) {
    throw new CometError("request_malformed", "The callback is not the name of a function.");
  }
  return callback;
}

/** The comment keeps the answer from being taken for a file that begins with bytes of the peer's choice. */
function scriptAnswer(callback: string): AnswerForm {
  return {
    headers: SCRIPT_HEADERS,
    textOf: (json) => `/**/${callback}(${json.replace(/[\u2028\u2029]/g, escapeLineEnd)});`,
  };
}

/** Both end a line in older scripts, though not in JSON. */
function escapeLineEnd(character: string): string {
  return character === "\u2028" ? "\\u2028" : "\\u2029";
}
