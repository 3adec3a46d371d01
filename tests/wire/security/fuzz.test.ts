import type { CometOptions } from "@encke/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { until } from "../../http/support/until.ts";
import { FakePorts } from "../../support/fake-ports.ts";
import { hostileRequest, messagesIn, OWN_ID } from "../support/hostile-input.ts";
import { CALLBACK_POLLING, FORMS } from "../support/more-transports.ts";
import type { Page } from "../support/page.ts";
import { LONG_POLLING, TRANSPORTS, WEB_SOCKET } from "../support/transports.ts";
import { clockOf, Wire } from "../support/wire.ts";

const SEED = 20_260_101;
const RUNS = 60;
const TIMEOUT = 1_000;
const LONGEST = 2 ** 31 - 1;

/** What says that it was the peer's fault. */
const REFUSALS = [400, 413, 414, 415, 431, 1_002, 1_003, 1_007, 1_008, 1_009];

const WAYS = [
  { way: "at once", turn: () => true },
  { way: "later", turn: () => new Promise<boolean>((resolve) => setImmediate(resolve, true)) },
];

const CASES = [...TRANSPORTS, FORMS, CALLBACK_POLLING].flatMap((transport) =>
  WAYS.map(({ way, turn }) => ({ name: transport.name, transport, way, turn })),
);

describe.each(CASES)(
  "hostile input over $name, where policies answer $way,",
  ({ transport, turn }) => {
    it("S1 is answered or refused to the last message, breaks nothing, and nobody else notices", async () => {
      const time = new FakePorts();
      const errors: string[] = [];
      const wire = await Wire.open(
        transport,
        {
          ...policiesOf(turn),
          ports: clockOf(time),
          timeout: TIMEOUT,
          maxInterval: LONGEST,
          limits: { clientsPerAddress: LONGEST },
          log: (level, line) => level === "error" && errors.push(line),
        },
        { callbackPolling: true },
      );
      wire.comet.handle("/service/echo", ({ data }) => data);
      wire.comet.handle("/service/later", async ({ data }) => data);
      const healthy = await openHealthy(wire);
      await fc.assert(
        fc.asyncProperty(
          fc.array(hostileRequest, { minLength: 1, maxLength: 4 }),
          async (requests) => {
            const attacker = await wire.client();
            await expectAnswers(attacker, requests, () => time.advance(TIMEOUT));
            const count = healthy.deliveries.length + 1;
            await wire.comet.publish("/healthy", count);
            await healthy.receive(count);
            expect(healthy.received.at(-1)).toBe(count);
            expect(errors).toEqual([]);
            await attacker.peer.leave();
          },
        ),
        { seed: SEED, numRuns: RUNS, endOnFailure: true },
      );
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    }, 30_000);
  },
);

function policiesOf(turn: () => boolean | Promise<boolean>): Pick<CometOptions, "policies"> {
  return { policies: { handshake: turn, create: turn, subscribe: turn, publish: turn } };
}

async function openHealthy(wire: Wire): Promise<Page> {
  const page = await wire.page({}, wire.transport === WEB_SOCKET ? WEB_SOCKET : LONG_POLLING);
  await page.handshake();
  await page.connect();
  await page.subscribe("/healthy");
  return page;
}

/** Sends one after the other, and lets time pass until each is answered in full, or refused. */
async function expectAnswers(
  attacker: Page,
  requests: readonly (string | Uint8Array)[],
  pass: () => void,
): Promise<void> {
  const repliesOf = (): number =>
    attacker.messages.filter(({ successful }) => successful !== undefined).length;
  // A WebSocket on which something is refused is closed.
  const isOver = (): boolean => attacker.isSocket && attacker.refusals.length > 0;
  for (const request of requests) {
    const sent =
      typeof request === "string" ? request.replaceAll(OWN_ID, attacker.clientId) : request;
    const [replies, refusals] = [repliesOf(), attacker.refusals.length];
    const count = messagesIn(sent);
    attacker.send(sent);
    await until(() => {
      pass();
      if (attacker.refusals.length > refusals) return true;
      // Only a WebSocket may be sent nothing, and answers nothing.
      return count === 0 ? attacker.isSocket : repliesOf() - replies === count;
    });
    if (isOver()) break;
  }
  const { length } = attacker.refusals;
  for (const refusal of attacker.refusals) expect(REFUSALS).toContain(refusal);
  for (const { error } of attacker.messages) expect(error ?? "").not.toMatch(/^5/);
  // Whatever came before, there is nothing left to come, and the next request is served.
  if (isOver()) return;
  const replies = repliesOf();
  expect(await attacker.ask({ channel: "/meta/unsubscribe" })).toMatchObject({ successful: false });
  expect([repliesOf(), attacker.refusals.length]).toEqual([replies + 1, length]);
}
