import { createServer } from "node:http";
import { attachComet, attachWebSockets, type CometHttpOptions } from "@encke/adapter-node-http";
import {
  type AdapterUnderTest,
  openHttpPeer,
  openWebSocketPeer,
  type RunningAdapter,
} from "@encke/adapter-testkit";
import type { Comet, ICometAsyncResult, RequestContext } from "@encke/core";
import { MemoryStore } from "@encke/store-memory";
import { delegate } from "../store/delegate.ts";
import { FetchAdapter } from "./fetch-adapter.ts";
import { type FetchHandler, FetchPeer } from "./fetch-peer.ts";
import { listen, stop } from "./servers.ts";

/** How an adapter that is otherwise sound sees the Comet. */
export type View = (comet: Comet) => Comet;

const ORIGIN = "https://comet.example";

/** A Fetch adapter that handles requests otherwise than it should. */
export function fetching(
  breakHandler: (sound: FetchHandler) => FetchHandler,
  view: View = (comet) => comet,
): AdapterUnderTest {
  return subject("long-polling", (comet) => {
    const adapter = new FetchAdapter(view(comet));
    const handle = breakHandler((request) => adapter.handle(request));
    return {
      origin: ORIGIN,
      open: (listener, options) => new FetchPeer(handle, `${ORIGIN}/comet`, listener, options),
      stop: () => adapter.detach(),
    };
  });
}

/** A Fetch adapter that changes the text of every answer. */
export function answering(change: (json: string) => string | Promise<never>): AdapterUnderTest {
  return fetching((sound) => async (request) => {
    const response = await sound(request);
    return response.ok ? new Response(await change(await response.text())) : response;
  });
}

/** A Fetch adapter that sees the Comet otherwise than it is. */
export function seeing(view: View): AdapterUnderTest {
  return fetching((sound) => sound, view);
}

/** A WebSocket adapter that sees the Comet otherwise than it is, or has unusual settings. */
export function webSockets(view: View, settings: CometHttpOptions = {}): AdapterUnderTest {
  return subject("websocket", async (comet) => {
    const server = createServer();
    const detach = attachWebSockets(server, view(comet), settings);
    const origin = await listen(server);
    return {
      origin,
      open: (listener, options) => openWebSocketPeer({ url: `${origin}/comet` }, listener, options),
      async stop() {
        detach();
        await stop(server);
      },
    };
  });
}

/** Long polling that sees the Comet otherwise than it is. */
export function longPolling(view: View): AdapterUnderTest {
  return subject("long-polling", async (comet) => {
    const server = createServer();
    attachComet(server, view(comet), { webSocket: false });
    const origin = await listen(server);
    return {
      origin,
      open: (listener, options) => openHttpPeer({ url: `${origin}/comet` }, listener, options),
      stop: () => stop(server),
    };
  });
}

/** Results that core is handed do otherwise. */
export function results(change: (sound: ICometAsyncResult) => Partial<ICometAsyncResult>): View {
  return (comet) =>
    delegate(comet, {
      bus: delegate(comet.bus, {
        handleMessages: (messages, result, context) =>
          comet.bus.handleMessages(messages, delegate(result, change(result)), context),
      }),
    });
}

/** Contexts that core is handed say otherwise. */
export function contexts(changes: Partial<RequestContext> | { browser: undefined }): View {
  return (comet) =>
    delegate(comet, {
      bus: delegate(comet.bus, {
        handleMessages: (messages, result, context) =>
          comet.bus.handleMessages(
            messages,
            result,
            delegate(context, changes as Partial<RequestContext>),
          ),
      }),
    });
}

function subject(
  connectionType: string,
  start: (comet: Comet) => RunningAdapter | Promise<RunningAdapter>,
): AdapterUnderTest {
  const createStore = () => new MemoryStore();
  return { name: "a broken adapter", connectionType, createStore, start, patience: 200 };
}
