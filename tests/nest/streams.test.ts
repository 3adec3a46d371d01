import { CometService, RemoteCall, RemoteStream, SessionSignal } from "@encke/adapter-nest";
import type { CancelSignal } from "@encke/core";
import {
  type CallHandler,
  Catch,
  ConflictException,
  type ExceptionFilter,
  type ExecutionContext,
  type NestInterceptor,
  UseFilters,
  UseInterceptors,
} from "@nestjs/common";
import { concat, interval, map, NEVER, Observable, of, throwError } from "rxjs";
import { describe, expect, it } from "vitest";
import { until } from "../http/support/until.ts";
import { PLATFORMS, Stage } from "./support/stage.ts";

class Worn extends Error {}

@Catch(Worn)
class WornFilter implements ExceptionFilter {
  catch({ message }: Worn): never {
    throw new ConflictException(message);
  }
}

class Doubled implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((value) => ({ doubled: 2 * (value as number) })));
  }
}

@CometService()
@UseFilters(WornFilter)
class Ticks {
  ended = 0;
  asked = 0;

  @RemoteStream("ticks/observable")
  observable(count: number): Observable<number> {
    return of(...Array.from({ length: count }, (_, index) => index));
  }

  @RemoteStream("ticks/iterable")
  async *iterable(count: number): AsyncIterable<number> {
    for (let index = 0; index < count; index++) yield index;
  }

  @UseInterceptors(Doubled)
  @RemoteStream("ticks/doubled")
  async *doubled(): AsyncIterable<number> {
    yield 1;
    yield 2;
  }

  @RemoteStream("ticks/late")
  late(): Observable<number> {
    return concat(
      of(1),
      throwError(() => new Worn("worn out")),
    );
  }

  @RemoteStream("ticks/crash")
  async *crash(): AsyncIterable<number> {
    yield 1;
    throw new Error("secret");
  }

  @RemoteStream("ticks/endless")
  endless(): Observable<number> {
    return new Observable((subscriber) => {
      const subscription = interval(1).subscribe(subscriber);
      return () => {
        subscription.unsubscribe();
        this.ended++;
      };
    });
  }

  @RemoteStream("ticks/generator")
  async *generator(): AsyncIterable<number> {
    try {
      for (;;) yield this.asked++;
    } finally {
      this.ended++;
    }
  }

  @RemoteStream("ticks/flood")
  flood(): Observable<number> {
    return new Observable((subscriber) => {
      for (let index = 0; index < 5_000 && !subscriber.closed; index++) subscriber.next(index);
    });
  }

  @RemoteStream("ticks/one")
  one(): string {
    return "one";
  }

  @RemoteCall("ticks/last")
  last(): Observable<number> {
    return of(1, 2, 3);
  }

  @RemoteCall("ticks/none")
  none(): Observable<never> {
    return of();
  }

  @RemoteCall("ticks/never")
  never(_data: unknown): Observable<never> {
    return new Observable((subscriber) => {
      subscriber.add(() => this.ended++);
      subscriber.add(NEVER.subscribe(subscriber));
    });
  }

  @RemoteCall("ticks/signal")
  signal(@SessionSignal() signal: CancelSignal): Promise<void> {
    signal.addEventListener("abort", () => this.ended++);
    return new Promise(() => undefined);
  }
}

async function open(platform: (typeof PLATFORMS)[number]) {
  const stage = await Stage.open(platform, { providers: [Ticks] });
  return { stage, peer: await stage.client(), ticks: stage.app.get(Ticks) };
}

describe.each(PLATFORMS)("a handler with many results, on %s", (platform) => {
  it.each(["observable", "iterable"])(
    "N11 sends each value of an %s, and says when it ends",
    async (kind) => {
      const { peer } = await open(platform);
      const messages = await peer.calls(`ticks/${kind}`, 3, 9);
      expect(messages.map(({ data }) => data)).toEqual([0, 1, 2, null]);
      expect(messages.at(-1)?.ext).toEqual({ stream: { seq: 3, done: true } });
    },
  );

  it("N11 goes through interceptors value by value", async () => {
    const { peer } = await open(platform);
    const messages = await peer.calls("ticks/doubled", 0, 9);
    expect(messages.map(({ data }) => data)).toEqual([{ doubled: 2 }, { doubled: 4 }, null]);
  });

  it("N11 asks filters about a failure that comes late", async () => {
    const { peer } = await open(platform);
    const messages = await peer.calls("ticks/late", 0, 9);
    expect(messages[0]?.data).toBe(1);
    expect(messages[1]).toMatchObject({ successful: false, error: "400:conflict:worn out" });
  });

  it("N11 masks a failure that is nobody's business", async () => {
    const { peer, stage } = await open(platform);
    const messages = await peer.calls("ticks/crash", 0, 9);
    expect(messages.at(-1)?.error).toBe("500::server_error");
    expect(stage.logs.of("error").join()).toContain("secret");
  });

  it.each(["endless", "generator"])("N11 ends %s when its session does", async (kind) => {
    const { peer, ticks } = await open(platform);
    const messages = await peer.calls(`ticks/${kind}`, 0, 3);
    expect(messages.length).toBeGreaterThanOrEqual(3);
    await peer.disconnect();
    await until(() => ticks.ended === 1);
  });

  it("N11 asks a generator for no more than somebody reads", async () => {
    const { peer, ticks } = await open(platform);
    await peer.calls("ticks/generator", 0, 3);
    const { asked } = ticks;
    await peer.send({ channel: "/service/x", data: 1 });
    await peer.send({ channel: "/service/x", data: 1 });
    expect(asked).toBeLessThan(1_000);
    expect(ticks.asked).toBeLessThan(1_000);
    await peer.disconnect();
  });

  it("ends a stream that runs ahead too far", async () => {
    const { peer, stage } = await open(platform);
    const messages = await peer.calls("ticks/flood", 0, 9_999);
    expect(messages.at(-1)).toMatchObject({ successful: false, error: "500::server_error" });
    expect(stage.logs.of("error").join()).toContain("ran ahead");
  });

  it("makes a stream of one value of a plain one", async () => {
    const { peer } = await open(platform);
    const messages = await peer.calls("ticks/one", 0, 9);
    expect(messages.map(({ data }) => data)).toEqual(["one", null]);
  });

  it("answers a call with the last value of an Observable, or null", async () => {
    const { peer } = await open(platform);
    expect((await peer.call("ticks/last", 0)).data).toBe(3);
    expect((await peer.call("ticks/none", 0)).data).toBeNull();
  });

  it.each(["never", "signal"])("ends a call to %s when its session does", async (target) => {
    const { peer, ticks } = await open(platform);
    await peer.send({ channel: `/service/ticks/${target}`, data: 1, id: "x" });
    await peer.disconnect();
    await until(() => ticks.ended === 1);
  });
});
