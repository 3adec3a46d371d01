import {
  bayeuxError,
  type Cancel,
  type Comet,
  type ExtensionContext,
  type PublishingEvent,
  type ReceivedMessage,
  type SubscribingEvent,
} from "@encke/core";
import { isRecord } from "../is-record.ts";
import { ALL_COMPANIONS, type Places } from "./places.ts";
import type { PresenceQuery } from "./roster.ts";

/** Where clients ask who is there. */
export const SERVICE = "/service/presence";

const LONGEST_AFTER = 256;

/** What a client asks. */
export interface PresenceQuestion extends PresenceQuery {
  readonly channel: string;
}

/** Lets nobody see who is on a channel to which he may not subscribe, and nobody make believe that others come and go. */
export class Door {
  readonly #comet: Comet;
  readonly #places: Places;

  constructor(comet: Comet, places: Places) {
    this.#comet = comet;
    this.#places = places;
  }

  open(): Cancel {
    const ends = [
      this.#comet.on("subscribing", ALL_COMPANIONS, (event) => this.#onSubscribing(event)),
      this.#comet.on("publishing", ALL_COMPANIONS, (event) => this.#onPublishing(event)),
    ];
    return () => {
      for (const end of ends) end();
    };
  }

  /** Gives a question that will not be answered its fault. */
  async check(message: ReceivedMessage, { client, context }: ExtensionContext): Promise<void> {
    const { channel } = questionIn(message.data) ?? {};
    if (channel === undefined || client === undefined || context === undefined) {
      message.fault = bayeuxError("field_invalid", ["data"]);
    } else if (!this.#places.covers(channel)) {
      message.fault = bayeuxError("channel_denied", [channel]);
    } else if (!(await this.#comet.maySubscribe({ client, message, context }, channel))) {
      message.fault = bayeuxError("subscribe_denied", [channel]);
    }
  }

  /** A pattern would show all companions that it covers, and nobody asks for each whether it may be shown. */
  async #onSubscribing(event: SubscribingEvent): Promise<void> {
    if (event.channel.endsWith("*")) return event.cancel("presence is told by the channel only");
    const channel = this.#places.toldOn(event.channel);
    if (channel === undefined) return;
    if (!(await this.#comet.maySubscribe(event, channel))) event.cancel();
  }

  #onPublishing(event: PublishingEvent): void {
    const isTold = this.#places.toldOn(event.channel) !== undefined;
    if (isTold && event.client !== undefined) event.cancel();
  }
}

export function questionIn(data: unknown): PresenceQuestion | undefined {
  if (!isRecord(data)) return undefined;
  const { channel, limit, after } = data;
  if (typeof channel !== "string") return undefined;
  if (limit !== undefined && !(Number.isSafeInteger(limit) && Number(limit) > 0)) return undefined;
  if (after !== undefined && !(typeof after === "string" && after.length <= LONGEST_AFTER)) {
    return undefined;
  }
  return {
    channel,
    ...(limit !== undefined && { limit: Number(limit) }),
    ...(after !== undefined && { after }),
  };
}
