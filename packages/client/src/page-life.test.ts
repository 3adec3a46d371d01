import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { FakeWorld, settled } from "./testing/fake-world.ts";
import { CONNECT, connect, type Stage, stage } from "./testing/stage.ts";
import type { Page } from "./world.ts";

const ACK = { ext: { ack: true } };

/** A page that counts who listens to it. */
class FakePage extends EventTarget implements Page {
  readonly document = { hidden: false };
  listeners = 0;

  override addEventListener(...args: Parameters<EventTarget["addEventListener"]>): void {
    this.listeners++;
    super.addEventListener(...args);
  }

  override removeEventListener(...args: Parameters<EventTarget["removeEventListener"]>): void {
    this.listeners--;
    super.removeEventListener(...args);
  }

  tell(type: string, fields: object = {}): void {
    this.dispatchEvent(Object.assign(new Event(type), fields));
  }
}

async function open(fields = ACK): Promise<Stage & { readonly page: FakePage }> {
  const page = new FakePage();
  const world = new FakeWorld();
  const whole = { ...stage({ world: { ...world, page } }), world, page };
  await connect(whole, fields);
  return whole;
}

describe("a client whose page", () => {
  it("is left says good-bye without waiting for an answer", async () => {
    const { page, client, factory } = await open();
    page.tell("pagehide", { persisted: false });
    expect(factory.latest.last("/meta/disconnect")).toMatchObject({ clientId: "c" });
    expect(factory.latest.goodbyes).toBe(1);
    expect(factory.latest.isClosed).toBe(true);
    await settled();
    expect(client.state).toBe("disconnected");
    expect(page.listeners).toBe(0);
  });

  it("is listened to no more when it is left, though garbage has been collected", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const { page } = await open();
    expect(page.listeners).toBeGreaterThan(0);
    // What is held weakly is kept for the rest of a turn.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    await new Promise((resolve) => setImmediate(resolve));
    page.tell("pagehide", { persisted: false });
    await settled();
    expect(page.listeners).toBe(0);
  });

  it("is put away keeps its client, and comes back at once when that is shown again", async () => {
    const { page, client, factory } = await open();
    page.tell("pagehide", { persisted: true });
    await settled();
    expect(client.state).toBe("interrupted");
    expect(factory.latest.isClosed).toBe(true);
    page.tell("pageshow", { persisted: true });
    await settled();
    expect(factory.made).toHaveLength(2);
    expect(factory.latest.sent).toMatchObject([{ channel: CONNECT, clientId: "c" }]);
    factory.latest.reply(CONNECT);
    await settled();
    expect(client.state).toBe("connected");
  });

  it.each(["online", "pageshow", "visibilitychange"])(
    "tells %s looks for the server",
    async (type) => {
      const { page, client, factory, events } = await open();
      const before = factory.latest.sent.length;
      page.tell(type);
      await settled();
      expect(factory.latest.sent.slice(before)).toMatchObject([
        { channel: CONNECT, advice: { timeout: 0 } },
      ]);
      factory.latest.reply(CONNECT);
      await settled();
      expect(client.state).toBe("connected");
      expect(events).toEqual(["connecting", "connected"]);
    },
  );

  it("is shown gets each message once, though what it waits for no more is answered all the same", async () => {
    const { page, client, factory } = await open();
    const received: unknown[] = [];
    client.subscribe("/a", ({ data }) => received.push(data));
    const { id } = factory.latest.last(CONNECT);
    page.tell("pageshow");
    await settled();
    const message = { channel: "/a", data: 1 };
    const late = { channel: CONNECT, id, successful: true, ext: { ack: 1 } };
    factory.latest.host.receive([message, late]);
    expect(factory.latest.last(CONNECT).ext).toEqual({ ack: 0 });
    factory.latest.host.receive([message, { ...late, id: factory.latest.last(CONNECT).id }]);
    expect(received).toEqual([1]);
  });

  it("is hidden does nothing", async () => {
    const { page, factory } = await open();
    const before = factory.latest.sent.length;
    page.document.hidden = true;
    page.tell("visibilitychange");
    await settled();
    expect(factory.latest.sent).toHaveLength(before);
  });

  it("is shown leaves a connect alone that cannot be repeated without loss", async () => {
    const { page, factory } = await open({ ext: { ack: false } });
    const before = factory.latest.sent.length;
    page.tell("visibilitychange");
    await settled();
    expect(factory.latest.sent).toHaveLength(before);
  });

  it("comes online waits no longer", async () => {
    const { page, factory } = await open();
    factory.latest.host.fail(new Error("broken"));
    await settled();
    const before = factory.latest.sent.length;
    page.tell("online");
    await settled();
    expect(factory.latest.sent).toHaveLength(before + 1);
  });

  it("is nobody's business is not listened to", async () => {
    const page = new FakePage();
    await connect(stage({ pageLife: false, world: { ...new FakeWorld(), page } }));
    expect(page.listeners).toBe(0);
  });
});
