import { CometService, LocalSession, RemoteCall, Subscription } from "@encke/adapter-nest";
import type { Comet } from "@encke/core";
import { Controller } from "@nestjs/common";
import { describe, expect, it } from "vitest";
import { until } from "../http/support/until.ts";
import { PLATFORMS, Stage } from "./support/stage.ts";

describe.each(PLATFORMS)("handlers on %s", (platform) => {
  it("are printed at the start", async () => {
    @CometService()
    class Rooms {
      @RemoteCall("rooms/{id}/join")
      join(): void {}
    }
    const stage = await Stage.open(platform, { providers: [Rooms] });
    expect(stage.logs.of("log")).toContain("Mapped {@RemoteCall rooms/{id}/join} Rooms.join");
  });

  it("N13 are found when they are inherited, of what a factory makes, or of a controller", async () => {
    class Base {
      @RemoteCall("inherited")
      inherited(): string {
        return this.constructor.name;
      }
    }
    @CometService()
    class Heir extends Base {
      @LocalSession()
      readonly comet!: Comet;

      @RemoteCall("own")
      own(): boolean {
        return this.comet.isClosing;
      }
    }
    class Product {
      @RemoteCall("made")
      made(): string {
        return "made";
      }
    }
    @Controller()
    class Cats {
      @RemoteCall("controller")
      meow(): string {
        return "meow";
      }
    }
    const stage = await Stage.open(platform, {
      providers: [Heir, { provide: "PRODUCT", useFactory: () => new Product() }],
      controllers: [Cats],
    });
    const peer = await stage.client();
    expect((await peer.call("inherited", {})).data).toBe("Heir");
    expect((await peer.call("own", {})).data).toBe(false);
    expect((await peer.call("made", {})).data).toBe("made");
    expect((await peer.call("controller", {})).data).toBe("meow");
  });

  it("N14 are called once when two modules provide their class, with a warning", async () => {
    let count = 0;
    @CometService()
    class Twice {
      @Subscription("/twice")
      note(): void {
        count++;
      }
    }
    const other = { module: class Other {}, providers: [Twice] };
    const stage = await Stage.open(platform, { providers: [Twice], imports: [other] });
    await stage.comet.publish("/twice", 1);
    await until(() => count > 0);
    expect(count).toBe(1);
    expect(stage.logs.of("warn")).toEqual([expect.stringContaining("Twice is provided more")]);
  });
});
