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

interface Question {
  readonly message: ReceivedMessage;
  /** With a receipt, and with this beside it. */
  answer(json: string): void;
}

/** A session whose Comet answers when it is told to. */
function sessionWith(options: { readonly isCall: boolean; onQuestion(question: Question): void }) {
  const log = vi.fn();
  const handleMessages = ([message]: [ReceivedMessage], result: ICometAsyncResult): void => {
    const receipt = { json: '{"channel":"/say","successful":true}' };
    const answer = (json: string) =>
      void result.completeRequestWithMessages(new Batch([receipt, { json }]));
    options.onQuestion({ message, answer });
  };
  const comet = { bus: { handleMessages }, limits, log, hasRemote: () => options.isCall };
  const context: RequestContext = { transport: "socket.io", url: "/", isSecure: false, header };
  const session = new Session(
    { comet } as unknown as Gateway,
    { context, outlet: {} } as unknown as Connection,
    new Namespace("/", [], true),
  );
  return { session, log };
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
    const asked: Question[] = [];
    const onQuestion = (question: Question): void => void asked.push(question);
    const { session, log } = sessionWith({ isCall, onQuestion });
    const receipts: Receipt[] = [];
    session.receive(["call", "sum", 1], answerOnce(receipts));
    const [{ message, answer }] = asked as [Question];
    answer(JSON.stringify({ channel: "/service/sum", id: message.id, data: 2 }));
    await vi.waitFor(() => expect(receipts).toEqual([failed]));
    expect(log).toHaveBeenCalledWith("error", expect.any(String), { cause: expect.any(Error) });
  });

  it("is answered with an error at once, where the Comet has answered at once", () => {
    const onQuestion = ({ answer }: Question): void => answer('{"channel":"/say"}');
    const { session } = sessionWith({ isCall: false, onQuestion });
    const receipts: Receipt[] = [];
    session.receive(["say", 1], answerOnce(receipts));
    expect(receipts).toEqual([failed]);
  });
});
