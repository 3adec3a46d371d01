import type { AdapterUnderTest } from "@encke/adapter-testkit";
import type { Comet, Limits, Message } from "@encke/core";
import { delegate } from "../store/delegate.ts";
import {
  answering,
  contexts,
  fetching,
  longPolling,
  results,
  seeing,
  type View,
  webSockets,
} from "./breakage.ts";
import type { FetchHandler } from "./fetch-peer.ts";

/** For each duty, by the name of its case, an adapter that does not do it. */
export const brokenAdapters: Readonly<Record<string, AdapterUnderTest>> = {
  "announces its connection type in handshakes as long as it is there, and no longer": seeing(
    (comet) =>
      delegate(comet, {
        announce(type) {
          comet.announce(type);
          return () => undefined;
        },
      }),
  ),
  "answers every message of a request, once and in order": answering((json) =>
    JSON.stringify((JSON.parse(json) as Message[]).reverse()),
  ),
  "gives everybody what is theirs, however many ask at once": answering(withThoseBefore()),
  "reads a request whose characters are split over the pieces in which it comes": fetching(
    rereading(pieceByPiece),
  ),
  "passes on messages to the byte": answering((json) => json.replaceAll("\u2028", " ")),
  "takes a single message for a list of one": fetching(
    rereading(async (request) => {
      const text = await request.text();
      return text.startsWith("[") ? text : "no list";
    }),
  ),
  "brings what is published to a held connect": answering((json) =>
    JSON.stringify((JSON.parse(json) as Message[]).filter(({ data }) => data === undefined)),
  ),
  "sends messages past a connect, which stays held": webSockets(
    results(() => ({ isStreaming: false, sendAwaitingMessages: () => false })),
  ),
  "answers a held connect when its time is over": answering(
    withholding(({ channel, advice }) => channel === "/meta/connect" && advice === undefined),
  ),
  "answers a held connect when the server ends the client": answering(
    withholding(({ advice }) => advice?.reconnect === "none"),
  ),
  "answers a held connect when the client disconnects itself": answering(
    withholding(({ advice }) => advice?.reconnect === "none"),
  ),
  "answers the older of two connects of a client, and holds the newer": fetching(oneByOne),
  "lets go of a held connect when its peer goes away, and keeps messages for its return": seeing(
    results((sound) => ({ begin: (_, onReady) => sound.begin(() => undefined, onReady) })),
  ),
  "takes back the messages of an answer that did not reach the peer": longPolling(
    results((sound) => ({
      completeRequestWithMessages(messages, onSettled) {
        const isOpen = sound.completeRequestWithMessages(messages);
        if (isOpen) onSettled?.(true);
        return isOpen;
      },
    })),
  ),
  "is not harmed by a peer that goes away in the middle of a request": fetching(oneByOne),
  "refuses half an object, and serves others as before": fetching(refusingNothing),
  "refuses half a list, and serves others as before": fetching(refusingNothing),
  "refuses bare words, and serves others as before": fetching(refusingNothing),
  "refuses a number, and serves others as before": fetching(refusingNothing),
  "refuses a string, and serves others as before": fetching(refusingNothing),
  "refuses null, and serves others as before": fetching(blamingItself),
  "refuses a list of null, and serves others as before": fetching(blamingItself),
  "refuses a list of lists, and serves others as before": fetching(blamingItself),
  "refuses a list of numbers, and serves others as before": fetching(blamingItself),
  "refuses two values, and serves others as before": fetching(blamingItself),
  "refuses bytes that are no UTF-8, and serves others as before": fetching(
    rereading((request) => request.text()),
  ),
  "refuses a control character, and serves others as before": fetching(refusingNothing),
  "refuses a request that is larger than the limit": seeing(limits({ bodyBytes: 1e9 })),
  "refuses a request that turns out to be larger than the limit only as it comes in": seeing(
    limits({ bodyBytes: 1e9 }),
  ),
  "counts a request's bytes and not its characters": seeing(limits({ bodyBytes: 4_000 })),
  "refuses a request with more messages than the limit": seeing(
    limits({ messagesPerRequest: 1e9 }),
  ),
  "refuses a request that is nested deeper than the limit": seeing(limits({ jsonDepth: 1e9 })),
  "refuses or ignores a request without messages, and serves the peer as before":
    fetching(dyingOfEmptiness),
  "answers 402 to a client id that another browser was given": webSockets(
    contexts({ browser: undefined }),
  ),
  "serves a client whose peer keeps no cookies": fetching((sound) => async (request) => {
    const isHandshake = (await request.clone().text()).includes("/meta/handshake");
    const isKnown = isHandshake || request.headers.has("cookie");
    return isKnown ? sound(request) : new Response(null, { status: 403 });
  }),
  "refuses pages of other sites with 403": fetching((sound) => (request) => {
    request.headers.delete("origin");
    return sound(request);
  }),
  "refuses pages that hide where they are from": fetching((sound) => (request) => {
    if (request.headers.get("origin") === "null") request.headers.delete("origin");
    return sound(request);
  }),
  "serves pages of its own site": fetching(
    (sound) => (request) =>
      request.headers.has("origin")
        ? Promise.resolve(new Response(null, { status: 403 }))
        : sound(request),
  ),
  "says by which transport, over which URL and how securely a request came": seeing(
    contexts({ isSecure: false }),
  ),
  "hands out the headers of a request": seeing(contexts({ header: () => undefined })),
  "says from which address a request came": webSockets(itself, {
    peerOf: () => ({ isSecure: false }),
  }),
  "keeps messages for a peer that does not read from piling up in its socket, and others from waiting":
    webSockets(itself, { highWaterMark: 1e9, maxBufferedBytes: 1e9 }),
  "goes on when a peer that did not read has caught up": webSockets(
    results((sound) => ({ begin: (onAbandoned) => sound.begin(onAbandoned) })),
  ),
  "answers held connects with the advice to come back when the Comet is closed": answering((json) =>
    json.replaceAll('"retry"', '"none"'),
  ),
  "closes its connections when the Comet is closed": webSockets((comet) =>
    delegate(comet, { onClosing: () => () => undefined }),
  ),
  "does not wait longer than the deadline for a peer that does not read": webSockets((comet) =>
    delegate(comet, {
      onClosing: (listener) => comet.onClosing(() => listener(60_000)),
    }),
  ),
};

function itself(comet: Comet): Comet {
  return comet;
}

function limits(changes: Partial<Limits>): View {
  return (comet) => delegate(comet, { limits: { ...comet.limits, ...changes } });
}

/** Adds to each answer what was in the one before, whoever that was for. */
function withThoseBefore(): (json: string) => string {
  let before: readonly Message[] = [];
  return (json) => {
    const messages = JSON.parse(json) as Message[];
    const all = [...messages, ...before];
    before = messages;
    return JSON.stringify(all);
  };
}

/** Never sends an answer with such a message. */
function withholding(isSuch: (message: Message) => boolean) {
  return (json: string): string | Promise<never> =>
    (JSON.parse(json) as Message[]).some(isSuch) ? new Promise<never>(() => undefined) : json;
}

/** Reads the body in a way of its own. */
function rereading(read: (request: Request) => Promise<string>) {
  return (sound: FetchHandler): FetchHandler =>
    async (request) => {
      const { url, headers, signal } = request;
      const body = await read(request);
      return sound(new Request(url, { method: "POST", headers, signal, body }));
    };
}

async function pieceByPiece(request: Request): Promise<string> {
  let text = "";
  for await (const piece of request.body ?? []) text += new TextDecoder().decode(piece);
  return text;
}

/** Takes a request when the one before has been answered, and none after one that broke off. */
function oneByOne(sound: FetchHandler): FetchHandler {
  let before: Promise<unknown> = Promise.resolve();
  return (request) => {
    const answered = before.then(() => sound(request));
    before = answered;
    return answered;
  };
}

function refusingNothing(sound: FetchHandler): FetchHandler {
  return async (request) => {
    const response = await sound(request);
    return response.ok ? response : new Response("[]");
  };
}

function blamingItself(sound: FetchHandler): FetchHandler {
  return async (request) => {
    const response = await sound(request);
    return response.ok ? response : new Response(null, { status: 500 });
  };
}

/** Answers nothing any more once it has seen a request without messages. */
function dyingOfEmptiness(sound: FetchHandler): FetchHandler {
  let isDead = false;
  return async (request) => {
    isDead ||= (await request.clone().text()) === "[]";
    return isDead ? new Response(null, { status: 500 }) : sound(request);
  };
}
