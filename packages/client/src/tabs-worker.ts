import { longPolling } from "./long-polling.ts";
import { serveTabs } from "./tabs.ts";
import { webSocket } from "./websocket.ts";

/** The URL is the name that the worker was started with. */
serveTabs((globalThis as unknown as { readonly name: string }).name, [webSocket, longPolling]);
