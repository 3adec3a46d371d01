import type { Awaitable, ILogListener, IStore } from "@encke/core";
import { describe, expect, it } from "vitest";
import { delegate } from "../store/delegate.ts";
import { SharedStore } from "../store/shared-store.ts";
import { acknowledging } from "../support/acknowledging.ts";
import { FakePorts } from "../support/fake-ports.ts";
import { deliveriesIn, type Exchange, Talker } from "../support/talker.ts";
import { AT_ONCE, LATER, World } from "../support/world.ts";

const TIMEOUT = 20_000;
const CONNECTION = { close: () => undefined };

/** Two nodes: clients begin at one that stops in the middle of everything, and go on at the other. */
class Standstill {
  readonly there: World;
  readonly here: World;
  readonly #unread: (() => void)[] = [];
  #isReading = true;

  constructor(kind = AT_ONCE) {
    const centre = new SharedStore();
    const options = { timeout: TIMEOUT, kind };
    this.there = new World({ store: centre, ...options });
    const ports = new FakePorts();
    // Of which the first names the node, and the other one has taken it.
    ports.newId();
    this.here = new World({ store: this.#slow(new SharedStore(centre)), ports, ...options });
    for (const { comet } of [this.here, this.there]) {
      comet.use(acknowledging);
      comet.on("handshaking", (event) => {
        event.acknowledges = true;
      });
    }
  }

  /** A client on a WebSocket, with a connect that is held. */
  async held(...patterns: readonly string[]): Promise<{ talker: Talker; poll: Exchange }> {
    const talker = await this.here.client({ connection: CONNECTION, transport: "websocket" });
    await this.here.answer(talker.poll());
    if (patterns.length > 0) await this.here.answer(talker.subscribe(...patterns));
    const poll = talker.poll();
    await this.here.settle();
    return { talker, poll };
  }

  /** The one node stops, and hears nothing. */
  stop(): void {
    this.#isReading = false;
  }

  /** It goes on after so many milliseconds, and its timers run before it reads anything. */
  async goOn(ms: number): Promise<void> {
    this.here.ports.skip(ms);
    this.here.ports.advance(100);
    await this.here.settle();
  }

  async read(): Promise<void> {
    this.#isReading = true;
    for (const tell of this.#unread.splice(0)) tell();
    await this.here.settle();
  }

  /** The same client at the other node. */
  elsewhere({ clientId }: Talker): Talker {
    const moved = new Talker(this.there.comet, { connection: CONNECTION, transport: "websocket" });
    moved.clientId = clientId;
    return moved;
  }

  #slow(store: SharedStore): IStore {
    const later =
      <T extends readonly unknown[]>(tell: (...news: T) => void) =>
      (...news: T): void => {
        if (this.#isReading) tell(...news);
        else this.#unread.push(() => tell(...news));
      };
    const open = (heard: ILogListener): Awaitable<void> =>
      store.log.open({
        onEntries: later((...news) => heard.onEntries(...news)),
        onControl: later((...news) => heard.onControl(...news)),
        onGap: later((...news) => heard.onGap(...news)),
        onState: later((...news) => heard.onState(...news)),
      });
    return delegate<IStore>(store, { log: delegate(store.log, { open }) });
  }
}

describe("a node that stood still for longer than its clients wait", () => {
  it("does not tell a client that has gone on elsewhere how far it had got here", async () => {
    const standstill = new Standstill();
    const { talker, poll } = await standstill.held("/a");
    standstill.stop();
    await standstill.there.answer(standstill.elsewhere(talker).poll());
    await standstill.goOn(2 * TIMEOUT);
    const [reply] = await standstill.here.answer(poll);
    expect(reply).toMatchObject({ successful: true, advice: { reconnect: "retry" } });
    expect(reply?.ext).toBeUndefined();
  });

  it("answers a client that is still here when its time is up", async () => {
    const standstill = new Standstill();
    const { poll } = await standstill.held("/a");
    await standstill.goOn(2 * TIMEOUT);
    expect(await standstill.here.reply(poll)).toMatchObject({ ext: { ack: expect.any(Number) } });
  });

  it("does not end a client that has gone on elsewhere, however long it stood still", async () => {
    const standstill = new Standstill();
    const { talker, poll } = await standstill.held("/a");
    await standstill.here.pass(TIMEOUT + 100);
    await standstill.here.answer(poll);
    standstill.stop();
    await standstill.there.answer(standstill.elsewhere(talker).poll());
    await standstill.goOn(600_000);
    await standstill.read();
    expect(standstill.there.comet.client(talker.clientId)).toBeDefined();
    expect(standstill.here.comet.client(talker.clientId)).toBeUndefined();
  });

  it("sends nobody what came before the store has said who is still here", async () => {
    const { here } = new Standstill(LATER);
    const talker = await here.client({ connection: CONNECTION });
    await here.answer(talker.poll());
    await here.answer(talker.subscribe("/a"));
    const poll = talker.poll();
    await here.settle();
    void here.comet.publish("/a", 1);
    await here.scheduler.drain(() => 0);
    here.ports.skip(2 * TIMEOUT);
    await here.settleAllBut("clients.commit");
    expect(poll.responder.isOver).toBe(false);
    expect(deliveriesIn(await here.answer(poll))).toMatchObject([{ data: 1 }]);
  });

  it("answers nobody before the store has said who is still here", async () => {
    const { here } = new Standstill(LATER);
    const talker = await here.client({ connection: CONNECTION });
    await here.answer(talker.poll());
    const poll = talker.poll();
    await here.settle();
    here.ports.skip(2 * TIMEOUT);
    here.ports.advance(100);
    await here.settleAllBut("clients.commit");
    expect(poll.responder.isOver).toBe(false);
    expect(await here.reply(poll)).toMatchObject({ successful: true });
  });

  it.each([
    ["before any of its timers has run", 0, 2],
    ["when its timers have run, one of which is that of its held connect", 100, 3],
  ])("asks who serves a client that has asked meanwhile, %s", async (_, ms, checks) => {
    const { here } = new Standstill(LATER);
    const talker = await here.client({ connection: CONNECTION });
    await here.answer(talker.poll());
    const poll = async (): Promise<readonly string[]> => {
      talker.poll();
      await here.settleAllBut("clients.commit");
      return here.scheduler.pending.map(({ method }) => method);
    };
    expect(await poll()).toEqual([]);
    here.ports.skip(TIMEOUT);
    here.ports.advance(ms);
    await here.settleAllBut("clients.commit");
    // One asks for all clients, and one for this request.
    expect(await poll()).toEqual(Array.from({ length: checks }, () => "clients.commit"));
  });
});

describe("a node that does not hear from the log", () => {
  it("does not end a client that has gone on elsewhere when it has not heard of it for long", async () => {
    const nodes = new Standstill();
    const { talker, poll } = await nodes.held();
    await nodes.here.pass(TIMEOUT + 100);
    await nodes.here.answer(poll);
    nodes.stop();
    await nodes.there.answer(nodes.elsewhere(talker).poll());
    await nodes.here.pass(120_000);
    expect(nodes.here.comet.client(talker.clientId)).toBeUndefined();
    expect(await nodes.there.store.clients.count()).toBe(1);
  });
});
