import { expect, it, onTestFinished, vi } from "vitest";
import type { Message } from "./message.ts";
import { settled } from "./testing/fake-world.ts";
import { CONNECT, connect, HANDSHAKE, type Stage, stage } from "./testing/stage.ts";
import { surroundings } from "./world.ts";

const NASTY: readonly unknown[] = [null, 0, -1, 1e308, "x", "", true, [], [null], {}, { a: [] }];
const FIELDS: readonly ((value: unknown) => object)[] = [
  (advice) => ({ advice }),
  (interval) => ({ advice: { interval } }),
  (timeout) => ({ advice: { timeout }, successful: false }),
  (reconnect) => ({ advice: { reconnect } }),
  (ext) => ({ ext }),
  (ack) => ({ ext: { ack } }),
  (enabled) => ({ ext: { ack: { enabled } } }),
  (gap) => ({ ext: { gap } }),
  (error) => ({ error }),
  (error) => ({ successful: false, error }),
  (clientId) => ({ clientId }),
  (supportedConnectionTypes) => ({ supportedConnectionTypes }),
  (data) => ({ data }),
];

const REPLIES = FIELDS.flatMap((field) => NASTY.map((value) => field(value) as Partial<Message>));

/** As a transport does, which tells what it cannot read. */
function answer({ factory: { latest } }: Stage, channel: string, fields: Partial<Message>): void {
  try {
    latest.reply(channel, fields);
  } catch (cause) {
    latest.host.fail(cause);
  }
}

/** The client comes back when the server does, unless it has ended and said so. */
async function survives(at: Stage): Promise<void> {
  const fields = { clientId: "d", supportedConnectionTypes: ["fake"] };
  for (let second = 0; second < 300 && at.client.state !== "connected"; second++) {
    await at.world.pass(1_000);
    const last = at.factory.latest.sent.at(-1);
    if (last !== undefined) answer(at, last.channel, fields);
    await settled();
  }
  expect(["connected", "disconnected"]).toContain(at.client.state);
}

it.each(REPLIES)("survives the reply %j to a connect", async (reply) => {
  const at = stage();
  await connect(at, { ext: { ack: true } });
  answer(at, CONNECT, reply);
  await at.world.pass(200_000);
  await survives(at);
});

it.each(REPLIES)("survives the reply %j to a handshake", async (reply) => {
  const at = stage();
  const connecting = at.client.connect();
  connecting.catch(() => undefined);
  await settled();
  answer(at, HANDSHAKE, { clientId: "c", supportedConnectionTypes: ["fake"], ...reply });
  await survives(at);
});

it("waits no less where it is told to wait for longer than timers can", () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const action = vi.fn();
  surroundings().after(1e12, action);
  vi.advanceTimersByTime(60_000);
  expect(action).not.toHaveBeenCalled();
});
