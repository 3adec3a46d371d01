import { CometService, OnSessionRemoved, RemoteCall } from "@encke/adapter-nest";
import { Comet } from "@encke/core";
import { Inject, type OnModuleDestroy } from "@nestjs/common";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { until } from "../http/support/until.ts";
import { PLATFORMS, Stage } from "./support/stage.ts";

/** Milliseconds that a close may take that has nothing to wait for. */
const AT_ONCE = 1_500;

const SUBSCRIBED = "/farewell";

@CometService()
class Farewell implements OnModuleDestroy {
  readonly #comet: Comet;
  readonly steps: string[] = [];

  constructor(@Inject(Comet) comet: Comet) {
    this.#comet = comet;
  }

  async onModuleDestroy(): Promise<void> {
    await this.#comet.publish(SUBSCRIBED, "goodbye");
    this.steps.push("published");
  }

  @RemoteCall("nothing")
  nothing(): void {}

  @OnSessionRemoved()
  async removed(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 50));
    this.steps.push("removed");
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** A peer whose connect is held. */
async function holding(stage: Stage) {
  const peer = await stage.client();
  await peer.subscribe(SUBSCRIBED);
  await peer.connect();
  const answer = fetch(peer.url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify([
      {
        channel: "/meta/connect",
        connectionType: "long-polling",
        clientId: peer.clientId,
        id: "h",
      },
    ]),
  });
  await until(() => stage.comet.stats().held === 1);
  return { peer, answer };
}

describe.each(PLATFORMS)("an application that shuts down, on %s", (platform) => {
  it.each([false, true])(
    "N19 answers a held connect, with forceCloseConnections: %s",
    async (forceCloseConnections) => {
      const stage = await Stage.open(platform, { forceCloseConnections });
      const { answer } = await holding(stage);
      expect(await timed(() => stage.close())).toBeLessThan(AT_ONCE);
      const response = await answer;
      expect(response.headers.get("connection")).toBe("close");
      const [reply] = (await response.json()) as { advice?: { reconnect?: string } }[];
      expect(reply?.advice?.reconnect).toBe("retry");
    },
  );

  it("N19 brings what hooks of the application publish, before all is over", async () => {
    const stage = await Stage.open(platform, { providers: [Farewell] });
    const { answer } = await holding(stage);
    await stage.close();
    expect(JSON.stringify(await (await answer).json())).toContain("goodbye");
  });

  it("N19 waits for handlers that are told of the end of a session", async () => {
    const stage = await Stage.open(platform, { providers: [Farewell] });
    const { steps } = stage.app.get(Farewell);
    const peer = await stage.client();
    await peer.disconnect();
    await stage.close();
    expect(steps).toContain("removed");
  });

  it("N19 waits no longer than it was told for a handler that never ends", async () => {
    @CometService()
    class Stubborn {
      @OnSessionRemoved()
      removed(): Promise<never> {
        return new Promise(() => undefined);
      }
    }
    const stage = await Stage.open(platform, {
      providers: [Stubborn],
      comet: { drainTimeout: 100 },
    });
    const peer = await stage.client();
    await peer.disconnect();
    const ms = await timed(() => stage.close());
    expect(ms).toBeGreaterThan(80);
    expect(ms).toBeLessThan(AT_ONCE);
  });

  it("N19 closes WebSockets and streams", async () => {
    const stage = await Stage.open(platform);
    const url = stage.origin.replace("http", "ws");
    const socket = new WebSocket(`${url}/comet`);
    await new Promise((resolve) => socket.once("open", resolve));
    const closed = new Promise<number>((resolve) => socket.once("close", resolve));
    const { clientId } = await stage.client();
    const events = await fetch(`${stage.origin}/comet/${clientId}`, {
      headers: { Accept: "text/event-stream" },
    });
    expect(events.headers.get("content-type")).toContain("text/event-stream");
    const ended = events.text();
    expect(await timed(() => stage.close())).toBeLessThan(AT_ONCE);
    expect(await closed).toBe(1001);
    expect(await ended).toContain("data:");
  });

  it("N19 comes to an end while a peer polls again and again", async () => {
    const stage = await Stage.open(platform);
    const { peer, answer } = await holding(stage);
    let polls = 0;
    const polling = (async () => {
      await answer;
      for (; polls < 1_000; polls++) await peer.connect();
    })().catch(() => undefined);
    expect(await timed(() => stage.close())).toBeLessThan(AT_ONCE);
    await polling;
    expect(polls).toBeLessThan(1_000);
  });
});
