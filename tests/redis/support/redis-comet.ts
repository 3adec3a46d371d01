import { type Comet, createComet, type Message } from "@encke/core";
import { ack } from "@encke/extensions";
import { RedisStore, type RedisStoreOptions } from "@encke/store-redis";
import { onTestFinished } from "vitest";
import { type Exchange, type Said, Talker } from "../../support/talker.ts";

/** A Comet on Redis, without a network before it. */
export async function openComet(options: RedisStoreOptions): Promise<Comet> {
  const comet = createComet({ store: new RedisStore(options), log: () => {} });
  onTestFinished(() => comet.close());
  comet.use(ack());
  for (const type of ["long-polling", "websocket"]) comet.announce(type);
  await comet.opened;
  return comet;
}

/** Somebody who has shaken hands. */
export async function arrive(comet: Comet, handshake: Said = {}): Promise<Talker> {
  const talker = new Talker(comet);
  const [welcome] = await answerTo(talker.handshake(handshake));
  talker.clientId = String(welcome?.clientId);
  return talker;
}

/** For what is answered at once. */
export async function answerTo({ responder, handled }: Exchange): Promise<readonly Message[]> {
  await handled;
  responder.flush();
  return responder.received;
}
