import { absoluteUrl } from "../absolute-url.ts";
import { isVital, type Message, messagesIn } from "../message.ts";
import type { ITransport, TransportHost } from "../transport.ts";
import type { Socket, SocketClass } from "../world.ts";

/** What a socket tells when it is closed, and only the type when it failed. */
interface Loss {
  readonly type: string;
  readonly code: number;
  readonly reason: string;
}

/** Opens a socket with the first message after there was none. Each frame has an array of messages. */
export class WebSocketTransport implements ITransport {
  readonly #host: TransportHost;
  #socket: Socket | undefined;
  /** What waits for the socket to be open; undefined when it is. */
  #waiting: Message[] | undefined;

  constructor(host: TransportHost) {
    this.#host = host;
  }

  send(messages: readonly Message[], isLast: boolean): void {
    try {
      this.#socket ??= this.#open();
      if (!this.#waiting) this.#socket.send(JSON.stringify(messages));
      else {
        this.#waiting.push(...messages);
        // It closes itself when it has said that, and not before.
        if (isLast) this.#socket = undefined;
      }
    } catch (cause) {
      this.#host.fail(cause, messages);
    }
  }

  /** A socket on which a connect gets no reply is dead. One that is only slow with something else is left alone. */
  abandon(message: Message): void {
    if (isVital(message)) this.#lose("no reply");
  }

  close(): void {
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = undefined;
    socket.onopen = socket.onmessage = socket.onclose = null;
    // Closing one that is not open yet is an error for some implementations, and one that nobody hears throws in Node.
    socket.onerror = () => undefined;
    socket.close();
  }

  #open(): Socket {
    const socket = new (this.#host.world.WebSocket as SocketClass)(socketUrl(this.#host.url));
    this.#waiting = [];
    socket.onopen = () => {
      socket.send(JSON.stringify(this.#waiting));
      this.#waiting = undefined;
      if (socket !== this.#socket) socket.close();
    };
    socket.onmessage = ({ data }: { readonly data: unknown }) => this.#read(data);
    socket.onerror = socket.onclose = ({ type, code, reason }: Partial<Loss>) =>
      this.#lose(["WebSocket", type, code, reason].join(" "));
    return socket;
  }

  #read(frame: unknown): void {
    try {
      this.#host.receive(messagesIn(JSON.parse(String(frame))));
    } catch (cause) {
      this.#lose(cause);
    }
  }

  #lose(cause: unknown): void {
    if (!this.#socket) return;
    this.close();
    this.#host.fail(cause);
  }
}

/** The address of the socket to that of the server: `http` becomes `ws`, and `https` becomes `wss`. */
function socketUrl(url: string): string {
  return absoluteUrl(url).replace(/^http/, "ws");
}
