import type { Message } from "@encke/core";
import { argumentOf } from "./binary-form.ts";
import { type Receipt, receiptOf } from "./requests.ts";

/** The calls of one client that wait for their results, by the id of their message. */
export class Calls {
  readonly #waiting = new Map<string | number, (receipt: Receipt) => void>();

  add(id: string, onResult: (receipt: Receipt) => void): void {
    this.#waiting.set(id, onResult);
  }

  delete(id: string): void {
    this.#waiting.delete(id);
  }

  /** True when it was the result of a call, which has it now; or a value of a stream, of which only the end is a result. */
  take(message: Message): boolean {
    const onResult = message.id === undefined ? undefined : this.#waiting.get(message.id);
    if (onResult === undefined || isPart(message)) return false;
    this.#waiting.delete(message.id as string);
    onResult(receiptOf({ ...message, data: argumentOf(message) }));
    return true;
  }
}

function isPart({ ext }: Message): boolean {
  const stream = ext?.stream as { readonly done?: unknown } | null | undefined;
  return typeof stream === "object" && stream !== null && stream.done !== true;
}
