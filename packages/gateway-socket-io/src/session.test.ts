import {
  Batch,
  type ICometAsyncResult,
  type ReceivedMessage,
  type RequestContext,
} from "@encke/core";
import { describe, expect, it, vi } from "vitest";
import type { Connection } from "./connection.ts";
import type { Gateway } from "./gateway.ts";
import { Namespace } from "./namespace.ts";
import type { Receipt } from "./requests.ts";
import { Session } from "./session.ts";

const limits = { jsonDepth: 32, idLength: 64, extLength: 4_096 };

interface Asked {
  readonly messages: readonly ReceivedMessage[];
  answer(json: string): void;
}

/** A session whose Comet answers when it is told to. */
function sessionWith(options: { readonly isCall: boolean }) {
  const log = vi.fn();
  const asked: Asked[] = [];
  const bus = {
    handleMessages(messages: readonly ReceivedMessage[], result: ICometAsyncResult): void {
      const answer = (json: string) => {
        result.completeRequestWithMessages(
          new Batch([{ json: '{"channel":"/say","successful":true}' }, { json }]),
        );
      };
      asked.push({ messages, answer });
    },
  };
  const comet = { bus, limits, log, hasRemote: () => options.isCall };
  const context: RequestContext = { transport: "socket.io", url: "/", isSecure: false, header };
  const session = new Session(
    { comet } as unknown as Gateway,
    { context, outlet: {} } as unknown as Connection,
    new Namespace("/", [], true),
  );
  return { session, asked, log };
}

function header(): undefined {
  // It has none.
}

/** Cannot be written the first time. */
function answerOnce(receipts: Receipt[]): (receipt: Receipt) => void {
  let isFirst = true;
  return (receipt) => {
    if (!isFirst) receipts.push(receipt);
    else {
      isFirst = false;
      throw new Error("cannot be written");
    }
  };
}

describe("an event whose receipt cannot be written", () => {
  const failed = { ok: false, error: "500::server_error" };

  it.each([false, true])("is answered with an error, when it is a call: %j", async (isCall) => {
    const { session, asked, log } = sessionWith({ isCall });
    const receipts: Receipt[] = [];
    session.receive(["call", "sum", 1], answerOnce(receipts));
    const [question] = asked as [Asked];
    const [{ id }] = question.messages as [ReceivedMessage];
    question.answer(JSON.stringify({ channel: "/service/sum", id, data: 2 }));
    await vi.waitFor(() => expect(receipts).toEqual([failed]));
    expect(log).toHaveBeenCalledWith("error", expect.any(String), { cause: expect.any(Error) });
  });

  it("is answered with an error, where the Comet has answered at once", () => {
    const { session, asked } = sessionWith({ isCall: false });
    const receipts: Receipt[] = [];
    asked.push = (question) => {
      question.answer('{"channel":"/say"}');
      return 1;
    };
    session.receive(["say", 1], answerOnce(receipts));
    expect(receipts).toEqual([failed]);
  });
});
