import { HttpLink, siteOf } from "./http-link.ts";
import {
  ACK,
  CONNECT,
  DISCONNECT,
  eventPacket,
  OPEN,
  PING,
  PONG,
  SEPARATOR,
} from "./socket-io-packets.ts";
import { openWebSocket } from "./websocket-link.ts";
import type { Client, Closable, Outgoing, Wire } from "./wire.ts";

const PATH = "/socket.io/?EIO=4&transport=";
const PING_BYTE = PING.charCodeAt(0);

/** Carries packets of Socket.IO. */
interface PacketLink extends Closable {
  /** One packet, or over HTTP several with separators. Pings are answered before it is called. */
  onPackets: (packets: Buffer) => void;
  /** In one write, or one POST. */
  send(packets: readonly string[]): void;
  /** Resolves when nothing stands in the way of closing. */
  sendLast(packet: string): Promise<void>;
  pause(): void;
  resume(): void;
}

export const socketIoWebSocket: Wire = {
  async connect(target) {
    const link = await openWebSocket(target, `${PATH}websocket`);
    const packets: PacketLink = {
      onPackets: () => undefined,
      send: (texts) => link.send(texts.map((text) => link.encode(text))),
      sendLast: async (text) => link.send([link.encode(text)]),
      pause: () => link.pause(),
      resume: () => link.resume(),
      close: () => link.close(),
    };
    link.onBody = (body) => {
      if (body[0] === PING_BYTE) packets.send([PONG]);
      else packets.onPackets(body);
    };
    return introduced(packets);
  },
};

/** A GET that is held, and POSTs beside it. */
export const socketIoPolling: Wire = {
  async connect(target) {
    const site = siteOf(target, `${PATH}polling`);
    const polling = new HttpLink(site);
    site.path += `&sid=${await sessionFrom(polling)}`;
    return introduced(pollingPackets(polling, new HttpLink(site)));
  },
};

/** Resolves with the id of a new session. */
async function sessionFrom(polling: HttpLink): Promise<string> {
  const opened = await new Promise<string>((resolve) => {
    polling.onBody = (body) => resolve(body.toString());
    polling.send([polling.encodeGet()]);
  });
  return (JSON.parse(opened.slice(OPEN.length)) as { readonly sid: string }).sid;
}

function pollingPackets(polling: HttpLink, posting: HttpLink): PacketLink {
  const get = [polling.encodeGet()];
  const packets: PacketLink = {
    onPackets: () => undefined,
    send: (texts) => posting.send([posting.encode(texts.join(SEPARATOR))]),
    sendLast: (text) =>
      new Promise((resolve) => {
        posting.onIdle = resolve;
        packets.send([text]);
      }),
    pause: () => polling.pause(),
    resume: () => polling.resume(),
    close: () => {
      polling.close();
      posting.close();
    },
  };
  polling.onBody = (body) => {
    polling.send(get);
    if (body.length === 1 && body[0] === PING_BYTE) packets.send([PONG]);
    else packets.onPackets(body);
  };
  polling.send(get);
  return packets;
}

async function introduced(link: PacketLink): Promise<Client> {
  await waitFor(link, `${CONNECT}{`, () => link.send([CONNECT]));
  return new SocketIoClient(link);
}

class SocketIoClient implements Client {
  readonly #link: PacketLink;
  #asked = 0;

  constructor(link: PacketLink) {
    this.#link = link;
  }

  subscribe(channel: string): Promise<void> {
    return this.#ask(["subscribe", channel]);
  }

  stay(onBody: (body: Buffer) => void): void {
    this.#link.onPackets = onBody;
  }

  publish(channel: string, texts: readonly string[]): void {
    this.#link.send(texts.map((text) => eventPacket(["publish", channel, text])));
  }

  publishTogether(messages: readonly Outgoing[]): void {
    this.#link.send(messages.map(({ channel, text }) => eventPacket(["publish", channel, text])));
  }

  publishForReceipt(channel: string, text: string): Promise<void> {
    return this.#ask(["publish", channel, text]);
  }

  async disconnect(): Promise<void> {
    await this.#link.sendLast(DISCONNECT);
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
  }

  #ask(args: readonly string[]): Promise<void> {
    const id = this.#asked++;
    return waitFor(this.#link, `${ACK}${id}[`, () => this.#link.send([eventPacket(args, id)]));
  }
}

function waitFor(link: PacketLink, start: string, ask: () => void): Promise<void> {
  return new Promise((resolve) => {
    link.onPackets = (packets) => {
      if (packets.includes(start)) resolve();
    };
    ask();
  });
}
