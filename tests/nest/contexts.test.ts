import {
  CometExplorer,
  CometModule,
  CometService,
  cometHealth,
  RemoteCall,
} from "@encke/adapter-nest";
import { Comet, CometError } from "@encke/core";
import { MemoryStore } from "@encke/store-memory";
import { type CanActivate, Injectable, Module, UseGuards } from "@nestjs/common";
import { LazyModuleLoader, NestFactory } from "@nestjs/core";
import type { NestFastifyApplication } from "@nestjs/platform-fastify";
import { Test } from "@nestjs/testing";
import { describe, expect, it, onTestFinished } from "vitest";
import { until } from "../http/support/until.ts";
import { adapterOf, LogBook, rootOf, Stage } from "./support/stage.ts";

@Injectable()
class Clock {
  now(): string {
    return "real";
  }
}

class LockedGuard implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

@CometService()
class Times {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  @RemoteCall("time")
  time(): string {
    return this.#clock.now();
  }

  @UseGuards(LockedGuard)
  @RemoteCall("locked")
  locked(): string {
    return "open";
  }
}

const HANDSHAKE = {
  channel: "/meta/handshake",
  version: "1.0",
  supportedConnectionTypes: ["long-polling"],
};

describe("a Comet in other contexts of Nest", () => {
  it("N22 works without a server, for those who only publish", async () => {
    const context = await NestFactory.createApplicationContext(rootOf({}), {
      logger: new LogBook(),
    });
    const comet = context.get(Comet);
    const heard: unknown[] = [];
    comet.on("published", ({ data }) => heard.push(data));
    await comet.publish("/news", 1);
    expect(heard).toEqual([1]);
    await context.close();
    expect(comet.isClosing).toBe(true);
  });

  it("N23 is tested with providers and guards replaced, and without listening", async () => {
    const module = await Test.createTestingModule({
      imports: [rootOf({ providers: [Times, Clock] })],
    })
      .overrideProvider(Clock)
      .useValue({ now: () => "fake" })
      .overrideGuard(LockedGuard)
      .useValue({ canActivate: () => true })
      .compile();
    const app = module.createNestApplication<NestFastifyApplication>(adapterOf("fastify"), {
      logger: new LogBook(),
    });
    onTestFinished(() => app.close());
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    const send = async (message: object) => {
      const { body } = await app.inject({ method: "POST", url: "/comet", payload: [message] });
      return JSON.parse(body) as { clientId: string; data: unknown }[];
    };
    const open = async () => (await send(HANDSHAKE))[0]?.clientId ?? "";
    const connect = { channel: "/meta/connect", connectionType: "long-polling" };
    const caller = { clientId: await open(), data: 0, id: "1" };
    await send({ ...caller, channel: "/service/time" });
    await send({ ...caller, channel: "/service/locked" });
    const answers = (await send({ ...connect, ...caller })).map(({ data }) => data);
    expect(answers).toEqual(expect.arrayContaining(["fake", "open"]));
    const clientId = await open();
    await send({ ...connect, clientId });
    const held = send({ ...connect, clientId });
    await until(() => app.get(Comet).stats().held === 1);
    await app.get(Comet).deliver(clientId, "/news", "late");
    expect((await held).map(({ data }) => data)).toContain("late");
  });

  it("finds handlers of modules that are loaded lazily, when it is asked to look again", async () => {
    @CometService()
    class Lazy {
      @RemoteCall("lazy")
      lazy(): string {
        return "loaded";
      }
    }
    @Module({ providers: [Lazy] })
    class LazyModule {}
    const stage = await Stage.open("express");
    const peer = await stage.client();
    await stage.app.get(LazyModuleLoader).load(() => LazyModule);
    await stage.app.get(CometExplorer).explore();
    await stage.app.get(CometExplorer).explore();
    expect((await peer.call("lazy", 0)).data).toBe("loaded");
    expect(stage.logs.of("warn")).toEqual([]);
  });

  it("N25 needs no metadata of types, which not every compiler emits", async () => {
    @CometService()
    class Bare {
      @RemoteCall("bare")
      bare(data: string): string {
        return `bare ${data}`;
      }
    }
    expect(Reflect.getMetadata("design:paramtypes", Bare.prototype, "bare")).toEqual([String]);
    for (const type of [CometModule, CometExplorer]) {
      Reflect.deleteMetadata("design:paramtypes", type);
    }
    Reflect.deleteMetadata("design:paramtypes", Bare.prototype, "bare");
    const stage = await Stage.open("express", { providers: [Bare] });
    expect((await (await stage.client()).call("bare", 1)).data).toBe("bare 1");
  });

  it.each([
    ["an option that there is none of", { nonsense: 1 }],
    ["a drainTimeout that is none", { drainTimeout: -1 }],
    ["a useGlobalPrefix that is none", { useGlobalPrefix: "yes" }],
    ["an option of HTTP that makes no sense", { path: 5 }],
  ])("refuses %s at the start", async (_name, options) => {
    await expect(Stage.open("express", { comet: options as never })).rejects.toThrow(CometError);
  });

  it("tells how it is, for checks of health", async () => {
    const comet = new Comet({ store: new MemoryStore() });
    expect(cometHealth(comet)).toEqual({ comet: { status: "up", clients: 0, held: 0 } });
    await comet.close();
    expect(cometHealth(comet, "push")).toEqual({ push: { status: "down", clients: 0, held: 0 } });
  });

  it("is not given to modules that do not import it, when it is not global", async () => {
    const hidden = CometModule.forRoot({ store: new MemoryStore(), isGlobal: false });
    const user = { provide: "USER", inject: [Comet], useFactory: (comet: Comet) => comet };
    const root = {
      module: class Root {},
      imports: [hidden, { module: class Other {}, providers: [user] }],
    };
    await expect(
      NestFactory.createApplicationContext(root, { logger: false, abortOnError: false }),
    ).rejects.toThrow("resolve dependencies");
  });
});
