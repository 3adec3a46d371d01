import { type Message, RemoteError, type RemoteRequest } from "@encke/core";
import { describe, expect, it } from "vitest";
import type { Talker } from "../support/talker.ts";
import { STORE_KINDS, World, type WorldOptions } from "../support/world.ts";

interface Called {
  readonly receipt: Message;
  readonly results: readonly Message[];
}

/** Calls, and collects all that comes back for the call with its answer and with the next connects. */
async function call(world: World, talker: Talker, target: string, data: unknown): Promise<Called> {
  const [receipt, ...now] = await world.answer(
    talker.say({ channel: `/service/${target}`, id: "call", data }),
  );
  return { receipt: receipt as Message, results: [...now, ...(await results(world, talker))] };
}

async function results(world: World, talker: Talker): Promise<readonly Message[]> {
  const received = await world.answer(talker.poll({ advice: { timeout: 0 } }));
  return received.filter(({ id, channel }) => id === "call" && channel.startsWith("/service/"));
}

function quiet(options: WorldOptions): World {
  return new World({ log: () => undefined, ...options });
}

describe.each(STORE_KINDS)("a remote call, over $name", (kind) => {
  it("is known to have a result as long as somebody answers it", () => {
    const { comet } = new World({ kind });
    comet.handle("/service/notes", () => undefined);
    const cancel = comet.remote("sums/*", () => 0);
    expect(["sums/7", "/sums/7", "sums", "notes"].map((name) => comet.hasRemote(name))).toEqual([
      ...[true, true, false, false],
    ]);
    cancel();
    expect(comet.hasRemote("sums/7")).toBe(false);
  });

  it.each([
    ["at once", (value: unknown): unknown => value],
    ["later", async (value: unknown): Promise<unknown> => value],
  ])("has a receipt and one result, when the handler answers %s", async (_, give) => {
    const world = new World({ kind });
    world.comet.remote("double", ({ data }) => give((data as number) * 2));
    const talker = await world.connected();
    const { receipt, results } = await call(world, talker, "double", 21);
    expect(receipt).toEqual({ channel: "/service/double", id: "call", successful: true });
    expect(results).toEqual([
      { channel: "/service/double", id: "call", successful: true, data: 42 },
    ]);
  });

  it("has a result also where there is nothing to tell", async () => {
    const world = new World({ kind });
    world.comet.remote("void", () => undefined);
    const talker = await world.connected();
    expect((await call(world, talker, "void", {})).results).toMatchObject([{ data: null }]);
  });

  it("is refused where nobody handles its target, and says that it is one", async () => {
    const world = new World({ kind });
    const talker = await world.connected();
    const question = { channel: "/service/unknown", id: "call", data: {} };
    const [told] = await world.answer(talker.say({ ...question, ext: { call: true } }));
    expect(told).toEqual({
      ...{ channel: "/service/unknown", id: "call", successful: false },
      error: "404:/service/unknown:target_unknown",
    });
    const [taken] = await world.answer(talker.say(question));
    expect(taken).toEqual({ channel: "/service/unknown", id: "call", successful: true });
  });

  it.each([["throws"], ["rejects"]])("tells the caller of an error that it %s", async (how) => {
    const world = new World({ kind });
    world.comet.remote("order", () => {
      const error = new RemoteError("out_of_stock", "No: none left.", { left: 0 });
      if (how === "throws") throw error;
      return Promise.reject(error);
    });
    const talker = await world.connected();
    const { receipt, results } = await call(world, talker, "order", {});
    expect(receipt.successful).toBe(true);
    expect(results).toMatchObject([
      {
        successful: false,
        error: "400:out_of_stock:No%3A none left.",
        data: { code: "out_of_stock", message: "No: none left.", details: { left: 0 } },
      },
    ]);
  });

  it.each([
    ["an error that is not for the caller", () => Promise.reject(new Error("secret"))],
    ["a value without JSON", async () => 1n],
    ["a circle", () => circle()],
    ["an error whose details have no JSON", () => Promise.reject(new RemoteError("a", "b", 1n))],
  ])("says no more than that it failed, for %s", async (_, handler) => {
    const world = quiet({ kind });
    world.comet.remote("broken", handler);
    const talker = await world.connected();
    const { results } = await call(world, talker, "broken", {});
    expect(results).toMatchObject([
      { successful: false, error: "500::server_error", data: { code: "server_error" } },
    ]);
    expect(JSON.stringify(results)).not.toContain("secret");
  });

  it("does not keep other requests of the caller waiting", async () => {
    const world = new World({ kind });
    let finish: (value: unknown) => void = () => undefined;
    const answered = new Promise((resolve) => {
      finish = resolve;
    });
    world.comet.remote("slow", () => answered);
    const talker = await world.subscriber("/a");
    await world.answer(talker.say({ channel: "/service/slow", id: "call", data: {} }));
    expect(await world.reply(talker.publish("/a", 1))).toMatchObject({ successful: true });
    finish("done");
    await world.settle();
    expect(await results(world, talker)).toMatchObject([{ data: "done" }]);
  });

  it("takes no longer than it may, and is told so", async () => {
    const world = new World({ kind });
    const calls: RemoteRequest[] = [];
    world.comet.remote(
      "slow",
      (request) => {
        calls.push(request);
        return new Promise(() => undefined);
      },
      { timeout: 2_000 },
    );
    const talker = await world.connected();
    expect((await call(world, talker, "slow", {})).results).toEqual([]);
    await world.pass(2_200);
    expect(calls[0]?.signal.aborted).toBe(true);
    expect(await results(world, talker)).toMatchObject([
      { successful: false, error: "503::handler_timeout", data: { code: "timeout" } },
    ]);
  });

  it("is not begun for a caller that went while listeners were asked", async () => {
    const world = new World({ kind });
    let called = 0;
    world.comet.remote("late", () => {
      called++;
    });
    let decide: () => void = () => undefined;
    world.comet.on("publishing", "/service/late", () => {
      return new Promise<void>((resolve) => {
        decide = resolve;
      });
    });
    const talker = await world.connected();
    const asked = talker.say({ channel: "/service/late", id: "call", data: {} });
    await world.settle();
    void world.comet.disconnect(talker.clientId);
    await world.settle();
    decide();
    expect((await world.reply(asked)).successful).toBe(false);
    expect(called).toBe(0);
  });

  it("is ended when its caller goes, and leaves nothing behind", async () => {
    const world = new World({ kind });
    const calls: RemoteRequest[] = [];
    world.comet.remote("slow", (request) => {
      calls.push(request);
      return new Promise(() => undefined);
    });
    const talker = await world.connected();
    await call(world, talker, "slow", {});
    await world.answer(talker.disconnect());
    expect(calls[0]?.signal.aborted).toBe(true);
    expect(world.comet.stats().timers).toBe(1);
  });

  it("is ended when the server closes", async () => {
    const world = new World({ kind });
    const calls: RemoteRequest[] = [];
    world.comet.remote("slow", (request) => {
      calls.push(request);
      return new Promise(() => undefined);
    });
    const talker = await world.connected();
    await call(world, talker, "slow", {});
    await world.close();
    expect(calls[0]?.signal.aborted).toBe(true);
    expect(world.ports.timers).toBe(0);
  });
});

describe("remote calls", () => {
  it("find the handler that was registered first and covers the target", async () => {
    const world = new World();
    const cancel = world.comet.remote("/shop/*", ({ channel }) => `one: ${channel}`);
    world.comet.remote("shop/**", ({ channel }) => `all: ${channel}`);
    const talker = await world.connected();
    const data = async (target: string): Promise<unknown> =>
      (await call(world, talker, target, {})).results[0]?.data;
    expect(await data("shop/order")).toBe("one: /service/shop/order");
    expect(await data("shop/order/1")).toBe("all: /service/shop/order/1");
    cancel();
    expect(await data("shop/order")).toBe("all: /service/shop/order");
  });

  it("are refused by the policy and the listeners of publishing", async () => {
    const world = new World({ policies: { publish: ({ channel }) => channel !== "/service/no" } });
    world.comet.remote("*", () => "yes");
    world.comet.on("publishing", "/service/never", (event) => event.cancel());
    const talker = await world.connected();
    for (const target of ["no", "never"]) {
      const { receipt, results } = await call(world, talker, target, {});
      expect(receipt).toMatchObject({ successful: false });
      expect(results).toEqual([]);
    }
  });

  it("are bounded for each client", async () => {
    const world = new World({ limits: { callsPerClient: 2 } });
    world.comet.remote("slow", () => new Promise(() => undefined));
    const talker = await world.connected();
    const ask = (id: string): Promise<Message> =>
      world.reply(talker.say({ channel: "/service/slow", id, data: {} }));
    expect((await ask("1")).successful).toBe(true);
    expect((await ask("1")).error).toBe("400:id:field_invalid");
    expect((await ask("2")).successful).toBe(true);
    expect((await ask("3")).error).toBe("429::too_many_requests");
  });

  it.each(["", "*/x", "a b"])("cannot be answered for the target %j", (target) => {
    const { comet } = new World();
    expect(() => comet.remote(target, () => 1)).toThrow(
      expect.objectContaining({ code: "channel_pattern_invalid" }),
    );
  });

  it.each([0, Number.NaN, Number.POSITIVE_INFINITY])("cannot have a timeout of %d", (timeout) => {
    const { comet } = new World();
    expect(() => comet.remote("a", () => 1, { timeout })).toThrow(
      expect.objectContaining({ code: "options_invalid" }),
    );
  });
});

function circle(): object {
  const circular: { self?: object } = {};
  circular.self = circular;
  return circular;
}
