import { exchange } from "./bayeux.ts";
import { pauseFor } from "./story.ts";

const PATIENCE = 2_000;
const PAUSE = 100;

/** Clients that come, subscribe and go, one after the other: every second one without a word. */
export async function visit(node: () => string, isOver: () => boolean): Promise<void> {
  for (let number = 0; !isOver(); number++) {
    // Who meets a fault goes as well.
    await visitOnce(node, number).catch(() => {});
    await pauseFor(PAUSE);
  }
}

async function visitOnce(node: () => string, number: number): Promise<void> {
  const handshake = { channel: "/meta/handshake", version: "1.0" };
  const [welcome] = await exchange(
    node(),
    [{ ...handshake, supportedConnectionTypes: ["long-polling"], ext: { ack: true } }],
    PATIENCE,
  );
  const clientId = welcome?.clientId;
  const subscription = [`/visitors/${number}`, "/a/*"];
  await exchange(node(), [{ channel: "/meta/subscribe", clientId, subscription }], PATIENCE);
  if (number % 2 === 0) {
    await exchange(node(), [{ channel: "/meta/disconnect", clientId }], PATIENCE);
  }
}
