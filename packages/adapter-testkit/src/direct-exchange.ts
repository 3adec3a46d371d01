import {
  type Batch,
  type Comet,
  CometAsyncResult,
  type Message,
  type RequestContext,
  type Responder,
} from "@encke/core";

const CONTEXT: RequestContext = {
  transport: "none",
  url: "/",
  isSecure: false,
  header: () => undefined,
};

/** Asks a Comet past all adapters. */
export async function askDirectly(comet: Comet, message: Message): Promise<Message> {
  const answered = new Promise<Batch>((resolve) => {
    void comet.bus.handleMessages([message], new CometAsyncResult(responder(resolve)), CONTEXT);
  });
  const [reply] = JSON.parse((await answered).json) as [Message];
  return reply;
}

function responder(onEnd: (body: Batch) => void): Responder {
  return { isOpen: true, end: onEnd, onClose: () => () => undefined, abort: () => undefined };
}
