import type { Comet } from "@encke/core";
import { replay } from "@encke/extensions";
import { MemoryStore } from "@encke/store-memory";
import { AuthFailure, Replay } from "jsforce/lib/api/streaming/extension.js";
import { describe, expect, it, onTestFinished } from "vitest";
import { EnckeServer } from "../clients/encke-server.ts";
import { soon } from "../clients/soon.ts";
import { Program } from "./support/jsforce-client.ts";

const CHANNEL = "/event/Order__e";
const NEW = -1;
const ALL = -2;

/** A server where such programs look for one: below `/cometd`. */
async function salesforce(arrange: (comet: Comet) => void = () => {}): Promise<EnckeServer> {
  let lives = 0;
  const server = await EnckeServer.start(
    {
      makeStore: () => new MemoryStore({ startAfter: 1_000_000 * lives++ }),
      http: { path: "/cometd" },
      arrange(comet) {
        comet.use(replay({ salesforce: true }));
        comet.channel("/event/*", { history: { count: 3 } });
        arrange(comet);
      },
    },
    (_, response) => response.end(),
  );
  onTestFinished(() => server.stop());
  return server;
}

/** Publishes numbered orders, and returns their ids. */
async function publish({ comet }: EnckeServer, ...numbers: readonly number[]): Promise<number[]> {
  const ids: number[] = [];
  const stop = comet.on("published", CHANNEL, ({ position }) => ids.push(position));
  for (const number of numbers) await comet.publish(CHANNEL, { payload: { number } });
  stop();
  return ids;
}

function order(number: number, replayId: number | undefined): object {
  return { payload: { number }, event: { replayId } };
}

describe("replay with jsforce", () => {
  it("brings what is new, to who wants no more", async () => {
    const server = await salesforce();
    await publish(server, 1);
    const program = await Program.start(server, CHANNEL, new Replay(CHANNEL, NEW));
    const [id] = await publish(server, 2);
    await soon(() => program.received).toEqual([order(2, id)]);
  });

  it("brings all that is kept, and then what is new", async () => {
    const server = await salesforce();
    const ids = await publish(server, 1, 2);
    const program = await Program.start(server, CHANNEL, new Replay(CHANNEL, ALL));
    ids.push(...(await publish(server, 3)));
    await soon(() => program.received).toEqual([1, 2, 3].map((each, at) => order(each, ids[at])));
  });

  it("brings what came after an id, and then what is new", async () => {
    const server = await salesforce();
    const ids = await publish(server, 1, 2, 3);
    const program = await Program.start(server, CHANNEL, new Replay(CHANNEL, ids[0] as number));
    await soon(() => program.received).toEqual([order(2, ids[1]), order(3, ids[2])]);
  });

  it("lets a program that was started again go on where it was", async () => {
    const server = await salesforce();
    const first = await Program.start(server, CHANNEL, new Replay(CHANNEL, NEW));
    const [known] = await publish(server, 1);
    await soon(() => first.received).toEqual([order(1, known)]);
    first.stop();
    const ids = await publish(server, 2, 3);
    const second = await Program.start(server, CHANNEL, new Replay(CHANNEL, known as number));
    ids.push(...(await publish(server, 4)));
    await soon(() => second.received).toEqual([2, 3, 4].map((each, at) => order(each, ids[at])));
  });

  it("lets a program go on by itself when the server was started again, with a gap before that", async () => {
    const server = await salesforce();
    const program = await Program.start(server, CHANNEL, new Replay(CHANNEL, NEW));
    const ids = await publish(server, 1);
    await soon(() => program.received.length).toBe(1);
    await server.restart();
    let gaps = 0;
    server.comet.on("gap", () => gaps++);
    ids.push(...(await publish(server, 2)));
    await soon(() => program.received).toEqual([order(1, ids[0]), order(2, ids[1])]);
    expect(gaps).toBe(1);
  });

  it("brings what is left of more than is kept, and reports the gap", async () => {
    const gaps: unknown[] = [];
    const server = await salesforce((comet) => {
      comet.on("gap", ({ from, to }) => gaps.push([from, to]));
    });
    const ids = await publish(server, 1, 2, 3, 4, 5);
    const said: unknown[] = [];
    const listen = {
      incoming(message: { ext?: { gap?: unknown } }, pass: (message: object) => void) {
        if (message.ext?.gap !== undefined) said.push(message.ext.gap);
        pass(message);
      },
    };
    const program = await Program.start(
      server,
      CHANNEL,
      new Replay(CHANNEL, ids[0] as number),
      listen,
    );
    await soon(() => program.received).toEqual(
      [3, 4, 5].map((each, at) => order(each, ids[at + 2])),
    );
    expect(gaps).toEqual([[ids[0], (ids[2] as number) - 1]]);
    await soon(() => said).toEqual([{ from: ids[0], to: (ids[2] as number) - 1 }]);
  });

  it("tells a program that is not let in", async () => {
    const server = await salesforce((comet) => {
      comet.on("handshaking", (event) => {
        if (event.context.header("authorization") === "OAuth a-token") event.cancel("who are you?");
      });
    });
    const failed = new Promise<object>((resolve) => {
      void Program.start(server, CHANNEL, new AuthFailure(resolve));
    });
    expect(await failed).toMatchObject({
      channel: "/meta/handshake",
      advice: { reconnect: "none" },
    });
  });
});
