import { HttpLink, type Site, siteOf } from "./http-link.ts";
import { openWebSocket } from "./websocket-link.ts";
import type { Client, Link, Outgoing, Target, Wire } from "./wire.ts";

interface Request {
  readonly channel: string;
  readonly [field: string]: unknown;
}

interface Reply {
  readonly channel: string;
  readonly successful?: boolean;
  readonly clientId?: string;
}

const CONNECT = "/meta/connect";
const REFUSAL = '"successful":false';

/** Bayeux 1.0 over WebSocket. Nothing is parsed once a client stays. */
export function bayeuxWebSocket(path: string): Wire {
  return {
    async connect(target) {
      const link = await openWebSocket(target, path);
      return handshake(target, { connectionType: "websocket", link, openSecond: () => link });
    },
  };
}

/** Bayeux 1.0 over long polling: while a connect is held, the client publishes on a second connection. */
export function bayeuxPolling(path: string): Wire {
  return {
    connect(target) {
      const site: Site = siteOf(target, path);
      const link = new HttpLink(site);
      const openSecond = () => new HttpLink(site);
      return handshake(target, { connectionType: "long-polling", link, openSecond });
    },
  };
}

interface Carrier {
  readonly connectionType: string;
  readonly link: Link;
  /** What a client publishes on while it stays. */
  openSecond(): Link;
}

async function handshake(target: Target, carrier: Carrier): Promise<Client> {
  const { clientId } = await ask(carrier.link, {
    channel: "/meta/handshake",
    version: "1.0",
    supportedConnectionTypes: [carrier.connectionType],
    id: "1",
  });
  if (clientId === undefined) throw new Error("A handshake was answered without a client id.");
  return new BayeuxClient(target, carrier, clientId);
}

class BayeuxClient implements Client {
  readonly #target: Target;
  readonly #carrier: Carrier;
  readonly #link: Link;
  readonly #clientId: string;
  /** What a client that stays is handed, whichever connection brings it: some servers answer a publish with messages. */
  #onBody: ((body: Buffer) => void) | undefined;
  #publishing: Link | undefined;

  constructor(target: Target, carrier: Carrier, clientId: string) {
    this.#target = target;
    this.#carrier = carrier;
    this.#link = carrier.link;
    this.#clientId = clientId;
  }

  async subscribe(channel: string): Promise<void> {
    const request = { channel: "/meta/subscribe", subscription: channel, id: "2" };
    await ask(this.#link, { ...request, clientId: this.#clientId });
  }

  /** Sends a connect, and the same again whenever one is answered. */
  stay(onBody: (body: Buffer) => void): void {
    const { connectionType } = this.#carrier;
    const message = { channel: CONNECT, clientId: this.#clientId, connectionType, id: "c" };
    const connect = [this.#link.encode(JSON.stringify([message]))];
    this.#onBody = (body) => {
      this.#refuseRefusal(body);
      onBody(body);
    };
    this.#link.onBody = (body) => {
      this.#onBody?.(body);
      if (body.includes(CONNECT)) this.#link.send(connect);
    };
    this.#link.send(connect);
  }

  publish(channel: string, texts: readonly string[]): void {
    const link = this.#linkToPublish();
    link.send(texts.map((text) => link.encode(JSON.stringify([this.#message({ channel, text })]))));
  }

  publishTogether(messages: readonly Outgoing[]): void {
    const link = this.#linkToPublish();
    const all = messages.map((message) => this.#message(message));
    link.send([link.encode(JSON.stringify(all))]);
  }

  publishForReceipt(channel: string, text: string): Promise<void> {
    return new Promise((resolve) => {
      this.#link.onBody = (body) => {
        this.#refuseRefusal(body);
        resolve();
      };
      this.#link.send([this.#link.encode(JSON.stringify([this.#message({ channel, text })]))]);
    });
  }

  async disconnect(): Promise<void> {
    await ask(this.#link, { channel: "/meta/disconnect", clientId: this.#clientId, id: "3" });
    this.close();
  }

  pause(): void {
    this.#link.pause();
  }

  resume(): void {
    this.#link.resume();
  }

  close(): void {
    this.#link.close();
    this.#publishing?.close();
  }

  #linkToPublish(): Link {
    this.#publishing ??= this.#openToPublish();
    return this.#publishing;
  }

  #openToPublish(): Link {
    const onBody = this.#onBody;
    const link = onBody === undefined ? this.#link : this.#carrier.openSecond();
    if (onBody === undefined) link.onBody = (body) => this.#refuseRefusal(body);
    else if (link !== this.#link) link.onBody = onBody;
    return link;
  }

  #message({ channel, text }: Outgoing): Request {
    return { channel, clientId: this.#clientId, data: text, id: "p" };
  }

  #refuseRefusal(body: Buffer): void {
    if (body.includes(REFUSAL)) this.#target.fail(new Error(`Refused: ${body.toString()}`));
  }
}

/** Asks while nothing else is under way. Rejects when the request is refused. */
function ask(link: Link, message: Request): Promise<Reply> {
  return new Promise((resolve, reject) => {
    link.onBody = (body) => {
      const replies = JSON.parse(body.toString()) as readonly Reply[];
      const reply = replies.find(({ channel }) => channel === message.channel);
      if (reply === undefined) return;
      if (reply.successful) resolve(reply);
      else reject(new Error(`Refused: ${body.toString()}`));
    };
    link.send([link.encode(JSON.stringify([message]))]);
  });
}
