import { callbackPolling } from "../../callback-polling.ts";
import { longPolling } from "../../long-polling.ts";
import type { ITransport, TransportFactory, TransportHost } from "../../transport.ts";
import { webSocket } from "../../websocket.ts";
import type { Fetch, Socket, World } from "../../world.ts";
import type { Settled } from "../configuration.ts";
import { Transport } from "./transport.ts";

/** A transport of the client, with what the configuration says of it. */
abstract class BuiltIn extends Transport {
  protected abstract readonly factory: TransportFactory;
  #abort: (() => void) | undefined;

  override isSupported(world: World): boolean {
    return this.factory.isSupported(world) && super.isSupported(world);
  }

  open(host: TransportHost): ITransport {
    const address = (): string => this.url ?? this.configuration?.urls[this.type] ?? host.url;
    this.#abort = () => host.fail("The transport was aborted.");
    return this.factory.open({
      world: { ...host.world, ...this.adapted(host.world) },
      // It may change from one request to the next.
      get url() {
        return address();
      },
      headers: () => host.headers(),
      receive: (messages) => host.receive(messages),
      alive: () => host.alive(),
      fail: (cause, messages) => host.fail(cause, messages),
    });
  }

  /** Breaks the connection, as if it had failed. */
  abort(): void {
    this.#abort?.();
  }

  /** What is different in the world of this transport. */
  protected adapted(_world: World): Partial<World> {
    return {};
  }
}

export class LongPollingTransport extends BuiltIn {
  protected readonly factory: TransportFactory = longPolling;

  protected override adapted({ fetch }: World): { readonly fetch: Fetch } {
    return {
      fetch: (url, request) => {
        const address = this.configuration?.appendMessageTypeToURL
          ? appended(url, request.body)
          : url;
        // With cookies, also on another origin.
        return fetch(address, Object.assign(request, { credentials: "include" }));
      },
    };
  }
}

/** Takes messages in the address of a script, for servers on other origins that allow no requests. */
export class CallbackPollingTransport extends BuiltIn {
  protected readonly factory: TransportFactory = callbackPolling;
}

export class WebSocketTransport extends BuiltIn {
  protected readonly factory: TransportFactory = webSocket;

  protected override adapted({ WebSocket }: World): Partial<World> {
    const protocol = this.configuration?.protocol;
    return WebSocket === undefined || !protocol ? {} : { WebSocket: speaking(WebSocket, protocol) };
  }
}

/** The address for messages: what they are ends its path. */
function appended(url: string, body: string): string {
  const [first] = JSON.parse(body) as readonly { readonly channel: string }[];
  const [, end = ""] = /^\/meta\/(handshake|connect|disconnect)$/.exec(first?.channel ?? "") ?? [];
  return `${url.replace(/\/$/, "")}/${end}`;
}

/** Sockets with a subprotocol. */
function speaking(
  WebSocket: new (url: string, protocol: string) => Socket,
  protocol: NonNullable<Settled["protocol"]>,
): new (
  url: string,
) => Socket {
  return class extends WebSocket {
    constructor(url: string) {
      super(url, protocol);
    }
  };
}
