import type { Comet } from "@encke/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../http/support/until.ts";
import type { StreamingResponder } from "../support/fake-responder.ts";
import { RedisServer } from "../support/redis-server.ts";
import { deliveriesIn } from "../support/talker.ts";
import { answerTo, arrive, openComet } from "./support/redis-comet.ts";

const ROOM = "/room";

interface Calls {
  readonly appends: number;
  readonly scripts: number;
}

describe("what publishing asks of Redis", () => {
  let redis: RedisServer;

  beforeAll(async () => {
    redis = await RedisServer.start();
  });

  afterAll(() => redis.close());

  /** How often each command was called since the last `CONFIG RESETSTAT`. */
  async function calls(command: string): Promise<number> {
    const stats = await redis.command("INFO", "commandstats");
    return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
  }

  /** How often Redis is asked to append, and to do anything but read, to publish so many messages at once to so many subscribers. */
  async function callsFor(messages: number, subscribers: number): Promise<Calls> {
    const comet = await openComet({ url: redis.url, prefix: `calls-${subscribers}` });
    const streams = await Promise.all(Array.from({ length: subscribers }, () => listen(comet)));
    await redis.command("CONFIG", "RESETSTAT");
    await Promise.all(Array.from({ length: messages }, (_, number) => comet.publish(ROOM, number)));
    const all = messages * subscribers;
    await until(() => streams.flatMap(({ received }) => deliveriesIn(received)).length === all);
    await comet.close();
    return { appends: await calls("xadd"), scripts: await calls("evalsha") };
  }

  it("is one call for a batch, whatever the number of subscribers", async () => {
    expect((await callsFor(50, 1)).appends).toBe(1);
    expect((await callsFor(50, 100)).appends).toBe(1);
  });

  it("is few calls to write down how far all of them have got", async () => {
    // The batch, what the feed brings of it in a few parts, and what every node asks now and then.
    expect((await callsFor(50, 200)).scripts).toBeLessThan(30);
  });
});

/** Somebody in the room, with a connect that messages pass. */
async function listen(comet: Comet): Promise<StreamingResponder> {
  const talker = await arrive(comet);
  await answerTo(talker.poll());
  await answerTo(talker.subscribe(ROOM));
  const { responder, handled } = talker.stream();
  await handled;
  return responder;
}
