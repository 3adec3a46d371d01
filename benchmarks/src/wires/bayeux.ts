import type { Closable, Link, OpenLink, Publisher, Target, Wire } from "./wire.ts";

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

/** Bayeux 1.0 on whatever carries it. Nothing is parsed once a client is subscribed. */
export class BayeuxWire implements Wire {
  readonly #connectionType: string;
  readonly #open: OpenLink;

  constructor(connectionType: string, open: OpenLink) {
    this.#connectionType = connectionType;
    this.#open = open;
  }

  async subscribe(
    target: Target,
    channel: string,
    onBody: (body: Buffer) => void,
  ): Promise<Closable> {
    const { link, clientId } = await this.#handshake(target);
    await ask(link, { channel: "/meta/subscribe", clientId, subscription: channel, id: "2" });
    this.#stayConnected(link, clientId, (body) => {
      refuseRefusal(body, target);
      onBody(body);
    });
    return link;
  }

  async openPublisher(target: Target, channel: string): Promise<Publisher> {
    const { link, clientId } = await this.#handshake(target);
    link.onBody = (body) => refuseRefusal(body, target);
    return {
      publish: (texts) =>
        link.send(
          texts.map((data) => link.encode(JSON.stringify([{ channel, clientId, data, id: "p" }]))),
        ),
      close: () => link.close(),
    };
  }

  async #handshake(target: Target): Promise<{ link: Link; clientId: string }> {
    const link = await this.#open(target);
    const { clientId } = await ask(link, {
      channel: "/meta/handshake",
      version: "1.0",
      supportedConnectionTypes: [this.#connectionType],
      id: "1",
    });
    if (clientId === undefined) throw new Error("A handshake was answered without a client id.");
    return { link, clientId };
  }

  /** Sends a connect, and the same again whenever one is answered. */
  #stayConnected(link: Link, clientId: string, onBody: (body: Buffer) => void): void {
    const connectionType = this.#connectionType;
    const connect = link.encode(
      JSON.stringify([{ channel: CONNECT, clientId, connectionType, id: "c" }]),
    );
    link.onBody = (body) => {
      onBody(body);
      if (body.includes(CONNECT)) link.send([connect]);
    };
    link.send([connect]);
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

function refuseRefusal(body: Buffer, target: Target): void {
  if (body.includes(REFUSAL)) target.fail(new Error(`Refused: ${body.toString()}`));
}
