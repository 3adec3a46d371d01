import { describe, expect, it } from "vitest";
import { Deadlines } from "./deadlines.ts";
import { RedisLink } from "./redis-link.ts";
import { type RedisConnection, RedisRefusal, type Reply } from "./redis-port.ts";

type Answer = Reply | Error | "silence";

/** A link over connections that answer as they are told, one after the other, with a clock that runs when it is waited for. */
class Bench {
  readonly link: RedisLink;
  made = 0;
  closed = 0;
  now = 0;
  /** How often it was said that another node puts back what was forgotten. */
  mended = 0;
  /** Whether servers say that they write nothing without a replica. */
  mustReplicate = false;
  /** How many replicas have it, one after the other. */
  replicas: number[] = [];
  /** How often that was asked. */
  waits = 0;
  readonly #answers: Answer[];

  constructor(...answers: readonly Answer[]) {
    this.#answers = [...answers];
    const host = { now: () => this.now, after: this.#after };
    this.link = new RedisLink({
      port: { connect: async () => this.#connection() },
      key: "{encke}",
      timeout: 5_000,
      host,
      deadlines: new Deadlines(host),
      onMending: () => void this.mended++,
    });
  }

  /** Answers with what the call leads to: the reply, or the refusal. */
  async call(): Promise<unknown> {
    return await this.link.call(["GET", "a"]).catch((cause: unknown) => cause);
  }

  /** The same for what must last. */
  async callLasting(): Promise<unknown> {
    return await this.link.attemptLasting(["GET", "a"], 1_000).catch((cause: unknown) => cause);
  }

  #connection(): RedisConnection {
    this.made++;
    return {
      call: async ([command]) => {
        if (command === "INFO") return this.mustReplicate ? "min_slaves_good_slaves:1\r\n" : "";
        if (command === "PING") return "PONG";
        if (command !== "WAIT") return await this.#answer();
        this.waits++;
        return this.replicas.shift() ?? 0;
      },
      close: () => void this.closed++,
    };
  }

  async #answer(): Promise<Reply> {
    const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
    if (answer === "silence") return await new Promise(() => {});
    if (answer instanceof Error) throw answer;
    return answer ?? null;
  }

  /** Due as soon as nothing else happens, by then so much later. */
  readonly #after = (ms: number, callback: () => void): (() => void) => {
    const timer = setTimeout(() => {
      this.now += ms;
      callback();
    }, ms / 1_000);
    return () => clearTimeout(timer);
  };
}

const refusal = (kind: string): RedisRefusal => new RedisRefusal(`${kind} says Redis`);

describe("a link to Redis", () => {
  it.each(["LOADING", "BUSY", "CLUSTERDOWN", "TRYAGAIN", "ASK", "MENDING"])(
    "waits on the same connection while Redis says %s",
    async (kind) => {
      const bench = new Bench(refusal(kind), refusal(kind), "there");
      expect([await bench.call(), bench.made]).toEqual(["there", 1]);
    },
  );

  it.each(["READONLY", "MASTERDOWN", "NOREPLICAS", "MOVED", "BEHIND"])(
    "looks for the right server when one says %s",
    async (kind) => {
      const bench = new Bench(refusal(kind), "there");
      expect([await bench.call(), bench.made, bench.closed]).toEqual(["there", 2, 1]);
    },
  );

  it.each(["OOM", "MISCONF", "NOAUTH", "NOPERM", "WRONGTYPE", "ERR"])(
    "says at once why Redis refuses with %s, and stays connected",
    async (kind) => {
      const bench = new Bench(refusal(kind), "there");
      expect(await bench.call()).toMatchObject({
        code: "store_failed",
        message: `store-redis: ${kind} says Redis`,
      });
      expect([await bench.call(), bench.made]).toEqual(["there", 1]);
    },
  );

  it.each(["LOADING", "READONLY", "CLUSTERDOWN"])(
    "gives up what Redis answers with %s for too long, and works when it is over",
    async (kind) => {
      const answers = Array.from({ length: 30 }, () => refusal(kind));
      const bench = new Bench(...answers, "there");
      expect(await bench.call()).toMatchObject({
        code: "store_failed",
        message: `store-redis: ${kind} says Redis`,
      });
      expect(bench.now).toBeGreaterThan(4_000);
      expect(bench.now).toBeLessThanOrEqual(5_000);
      for (let call = 0; call < 10; call++) if ((await bench.call()) === "there") return;
      expect.fail("it never came back");
    },
  );

  it("tells when another node has begun to put back what was forgotten", async () => {
    const bench = new Bench(refusal("MENDING"), "there");
    expect(await bench.link.run({ text: "", sha: "" }, [])).toBe("there");
    expect(bench.mended).toBe(1);
  });

  it("takes another connection where one breaks, or is silent", async () => {
    const bench = new Bench(new Error("broken"), "silence", "there");
    expect([await bench.call(), bench.made, bench.closed]).toEqual(["there", 3, 2]);
  });

  it.each([
    ["says at once what must last where no server asks for a replica", false, "there", 0],
    ["says nothing at once, too", true, null, 0],
    ["asks first whether a replica has it where the server must have one", true, "there", 1],
  ])("%s", async (_, mustReplicate, answer, waits) => {
    const bench = Object.assign(new Bench(answer), { mustReplicate, replicas: [1] });
    expect([await bench.callLasting(), bench.waits, bench.closed]).toEqual([answer, waits, 0]);
  });

  it("says nothing that no replica has, and looks for the right server", async () => {
    const bench = Object.assign(new Bench("there"), { mustReplicate: true, replicas: [0, 1] });
    expect(await bench.callLasting()).toMatchObject({ kind: "NOREPLICAS" });
    expect(await bench.callLasting()).toBe("there");
    expect([bench.made, bench.closed]).toEqual([2, 1]);
  });

  it("asks for no replica where it need not last", async () => {
    const bench = Object.assign(new Bench("there"), { mustReplicate: true });
    expect([await bench.call(), bench.waits]).toEqual(["there", 0]);
  });

  it("takes another connection when it is told to", async () => {
    const bench = new Bench("there");
    await bench.call();
    bench.link.renew();
    await bench.call();
    expect(bench.made).toBe(2);
    await undefined;
    expect(bench.closed).toBe(1);
  });

  it("refuses calls once it is closed, and those that wait", async () => {
    const bench = new Bench("silence");
    const waiting = bench.call();
    await new Promise((resolve) => setImmediate(resolve));
    bench.link.close();
    expect(await waiting).toMatchObject({ code: "store_failed" });
    expect(await bench.call()).toMatchObject({ code: "comet_closed" });
  });
});
