import { setImmediate as turn } from "node:timers/promises";
import { type Comet, CometAsyncResult, type Message, type Responder } from "@encke/core";
import { DEMO_ACCOUNTS } from "../accounts.ts";
import { channelsOf } from "../rooms.ts";

/** Somebody in the chat, without a network: what a browser would send goes straight to the Comet. */
export class Visitor {
  readonly name: string;
  readonly #comet: Comet;
  readonly #clientId: string;

  constructor(comet: Comet, name: string, clientId: string) {
    this.#comet = comet;
    this.name = name;
    this.#clientId = clientId;
  }

  /** Logs in with one of the demo accounts, and listens to the list of rooms as every window does. */
  static async arrive(comet: Comet, name: string): Promise<Visitor> {
    const account = DEMO_ACCOUNTS.find((candidate) => candidate.name === name);
    const { clientId } = await shakeHands(comet, account);
    if (clientId === undefined) throw new Error(`${name} was not let in.`);
    const visitor = new Visitor(comet, name, clientId);
    await visitor.subscribe(["/rooms"]);
    return visitor;
  }

  /** Everything that is answered at once. */
  send(message: Message): Promise<Message[]> {
    return exchange(this.#comet, { ...message, clientId: this.#clientId });
  }

  async enter(room: string): Promise<Message | undefined> {
    const { members, notices, chat } = channelsOf(room);
    return this.subscribe([members, notices, chat]);
  }

  async subscribe(subscription: readonly string[]): Promise<Message | undefined> {
    const [reply] = await this.send({ channel: "/meta/subscribe", subscription });
    return reply;
  }

  async publish(channel: string, data: unknown): Promise<Message | undefined> {
    const [reply] = await this.send({ channel, data });
    return reply;
  }

  /** Asks the server on a service channel. */
  async ask(service: string, data: unknown): Promise<unknown> {
    const replies = await this.send({ channel: `/service/${service}`, data });
    return replies.find((reply) => reply.data !== undefined)?.data;
  }

  /** The data of what has come on a channel since the last time; what came on others is forgotten. */
  async hear(channel: string): Promise<unknown[]> {
    return (await this.hearAll()).get(channel) ?? [];
  }

  /** The data of everything that has come since the last time, by channel. */
  async hearAll(): Promise<Map<string, unknown[]>> {
    // What the server says of its own accord, it says some turns after the request that gave the reason.
    for (let turns = 0; turns < 5; turns++) await turn();
    const replies = await this.send({
      channel: "/meta/connect",
      connectionType: "long-polling",
      advice: { timeout: 0 },
    });
    const heard = new Map<string, unknown[]>();
    for (const { channel, data } of replies) {
      if (channel !== "/meta/connect") heard.set(channel, [...(heard.get(channel) ?? []), data]);
    }
    return heard;
  }

  async leave(): Promise<void> {
    await this.send({ channel: "/meta/disconnect" });
  }
}

/** Answers with the reply to a handshake that claims to be `authentication`. */
export async function shakeHands(comet: Comet, authentication: unknown): Promise<Message> {
  comet.announce("long-polling");
  const [reply] = await exchange(comet, {
    channel: "/meta/handshake",
    version: "1.0",
    supportedConnectionTypes: ["long-polling"],
    ext: { authentication },
  });
  if (reply === undefined) throw new Error("A handshake was not answered.");
  return reply;
}

function exchange(comet: Comet, message: Message): Promise<Message[]> {
  return new Promise((resolve) => {
    const responder: Responder = {
      isOpen: true,
      end: (body, onSettled) => {
        onSettled?.(true);
        resolve(JSON.parse(body.json) as Message[]);
      },
      onClose: () => () => {},
      abort: () => {},
    };
    const context = {
      transport: "long-polling",
      url: "/",
      isSecure: false,
      header: () => undefined,
    };
    void comet.bus.handleMessages([message], new CometAsyncResult(responder), context);
  });
}
