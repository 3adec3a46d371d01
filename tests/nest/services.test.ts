import {
  Channel,
  ChannelParam,
  CometContext,
  CometMessage,
  CometService,
  CurrentSession,
  Listener,
  Payload,
  RemoteCall,
  replace,
  type StandardSchema,
  Subscription,
} from "@encke/adapter-nest";
import { type IClient, type Message, RemoteError } from "@encke/core";
import {
  type ArgumentMetadata,
  BadRequestException,
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  ForbiddenException,
  Inject,
  Injectable,
  ParseIntPipe,
  UseGuards,
  ValidationPipe,
} from "@nestjs/common";
import { IsInt, IsString, Max } from "class-validator";
import { describe, expect, it } from "vitest";
import { until } from "../http/support/until.ts";
import { PLATFORMS, Stage } from "./support/stage.ts";

class Order {
  @IsString()
  symbol!: string;

  @IsInt()
  @Max(10)
  count!: number;

  total(): string {
    return `${this.count} ${this.symbol}`;
  }
}

@Injectable()
class Users {
  readonly allowed = "ann";
}

@Injectable()
class UserGuard implements CanActivate {
  readonly #users: Users;

  constructor(@Inject(Users) users: Users) {
    this.#users = users;
  }

  canActivate(context: ExecutionContext): boolean {
    const call = CometContext.of(context);
    call.user = context.switchToHttp().getRequest().headers["x-user"];
    return call.user === this.#users.allowed && context.getType<string>() === "comet";
  }
}

const User = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  return context.switchToHttp().getRequest<{ user: unknown }>().user;
});

/** A Standard Schema, as Zod and others make them: turns a number into a text. */
const EVEN: StandardSchema = {
  "~standard": {
    validate: async (value) =>
      typeof value === "number" && value % 2 === 0
        ? { value: `${value}` }
        : { issues: [{ message: "must be even" }] },
  },
};

@CometService()
class Orders {
  readonly seen: unknown[] = [];

  @RemoteCall("orders/place")
  place(@Payload(new ValidationPipe({ transform: true })) order: Order): string {
    return order.total();
  }

  @RemoteCall("orders/{id}/cancel")
  cancel(@ChannelParam("id", ParseIntPipe) id: number, @Channel() channel: string): unknown {
    return { id, channel };
  }

  @RemoteCall("orders/{id}")
  show(@ChannelParam("id") id: string, @Payload("deep") deep: unknown): unknown {
    return { id, deep };
  }

  @UseGuards(UserGuard)
  @RemoteCall("orders/mine")
  mine(@User() user: string, @CurrentSession() session: IClient): unknown {
    return { user, isAlive: session.isAlive };
  }

  @RemoteCall("orders/fail")
  fail(how: string): never {
    if (how === "http") throw new ForbiddenException("not today");
    if (how === "remote") throw new RemoteError("sold_out", "nothing left", { left: 0 });
    throw new Error("secret db password");
  }

  @RemoteCall("orders/inherited")
  inherited(@Payload("constructor") inherited: unknown): string {
    return typeof inherited;
  }

  @RemoteCall("orders/schema")
  schema(@Payload({ schema: EVEN }, new ParseIntPipe()) even: number): number {
    return even;
  }

  @RemoteCall("orders/message")
  message(@CometMessage() { channel, data }: Message): unknown {
    return { channel, data };
  }

  @Listener("/orders/{room}")
  check(@Payload() data: unknown, @ChannelParam("room") room: string): unknown {
    if (data === "no") return false;
    if (data === "why") throw new BadRequestException("because");
    if (data === "crash") throw new Error("secret");
    if (data === "more") return replace(`more of ${room}`);
    return undefined;
  }

  @Subscription("/orders/{room}")
  async note(@Payload() data: unknown, @ChannelParam("room") room: string): Promise<void> {
    this.seen.push({ room, data });
    if (data === "late") throw new Error("nobody cares");
  }
}

const PROVIDERS = [Orders, Users, UserGuard];

describe.each(PLATFORMS)("a service on %s", (platform) => {
  it("N1 takes payloads through pipes, which transform and refuse them", async () => {
    const stage = await Stage.open(platform, { providers: PROVIDERS });
    const peer = await stage.client();
    const good = await peer.call("orders/place", { symbol: "ACME", count: 3 });
    expect(good).toMatchObject({ successful: true, data: "3 ACME" });
    const bad = await peer.call("orders/place", { symbol: 1, count: 30 });
    expect(bad.successful).toBe(false);
    expect(bad.error).toMatch(/^400:bad_request:/);
    expect(bad.data).toMatchObject({
      code: "bad_request",
      details: { message: expect.arrayContaining(["symbol must be a string"]) },
    });
  });

  it("N1 validates by pipes that are global", async () => {
    const types: unknown[] = [];
    class Spy {
      transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
        types.push([type, metatype?.name]);
        return value;
      }
    }
    const stage = await Stage.open(platform, {
      providers: PROVIDERS,
      prepare: (app) => {
        app.useGlobalPipes(new Spy(), new ValidationPipe({ transform: true }));
      },
    });
    const peer = await stage.client();
    expect((await peer.call("orders/place", { symbol: 1 })).successful).toBe(false);
    expect(await peer.call("orders/place", { symbol: "A", count: 1 })).toMatchObject({
      data: "1 A",
    });
    expect(types).toContainEqual(["body", "Order"]);
    types.length = 0;
    await peer.call("orders/7/cancel", {});
    expect(types).toContainEqual(["param", "Number"]);
  });

  it("N1 validates by a schema, before other pipes", async () => {
    const stage = await Stage.open(platform, { providers: PROVIDERS });
    const peer = await stage.client();
    expect((await peer.call("orders/schema", 4)).data).toBe(4);
    expect((await peer.call("orders/schema", 5)).error).toBe("400:bad_request:must be even");
  });

  it("N2 takes parameters of the channel through pipes", async () => {
    const stage = await Stage.open(platform, { providers: PROVIDERS });
    const peer = await stage.client();
    expect((await peer.call("orders/7/cancel", {})).data).toEqual({
      id: 7,
      channel: "/service/orders/7/cancel",
    });
    expect((await peer.call("orders/x/cancel", {})).error).toMatch(/^400:bad_request:/);
  });

  it("has the closest template answer, whichever was found first", async () => {
    const stage = await Stage.open(platform, { providers: PROVIDERS });
    const peer = await stage.client();
    expect((await peer.call("orders/9", { deep: 1, other: 2 })).data).toEqual({ id: "9", deep: 1 });
    expect((await peer.call("orders/message", 5)).data).toEqual({
      channel: "/service/orders/message",
      data: 5,
    });
    expect((await peer.call("orders/7/unknown", {})).data).toMatchObject({ code: "not_found" });
  });

  it("hands out no property that a payload merely inherits", async () => {
    const stage = await Stage.open(platform, { providers: PROVIDERS });
    const peer = await stage.client();
    expect((await peer.call("orders/inherited", { a: 1 })).data).toBe("undefined");
    expect((await peer.call("orders/inherited", "text")).data).toBe("undefined");
    expect((await peer.call("orders/inherited", { constructor: "own" })).data).toBe("string");
  });

  it("N3 asks guards, which have what they inject, and refuses with 403", async () => {
    const stage = await Stage.open(platform, { providers: PROVIDERS });
    const peer = await stage.client();
    const refused = await peer.call("orders/mine", {});
    expect(refused).toMatchObject({ successful: false, data: { code: "forbidden" } });
    expect(refused.data).toMatchObject({ details: { statusCode: 403 } });
  });

  it("N4 has param decorators of the application's own, and what a guard has left", async () => {
    const stage = await Stage.open(platform, { providers: PROVIDERS });
    const peer = await stage.client();
    const { data } = await peer.call("orders/mine", {}, { "X-User": "ann" });
    expect(data).toEqual({ user: "ann", isAlive: true });
  });

  it("N12 tells the peer what is meant for it, masks the rest, and logs crashes only", async () => {
    const stage = await Stage.open(platform, { providers: PROVIDERS });
    const peer = await stage.client();
    expect(await peer.call("orders/fail", "http")).toMatchObject({
      error: "400:forbidden:not today",
      data: { code: "forbidden", message: "not today" },
    });
    expect(await peer.call("orders/fail", "remote")).toMatchObject({
      error: "400:sold_out:nothing left",
      data: { code: "sold_out", message: "nothing left", details: { left: 0 } },
    });
    expect(stage.logs.of("error")).toEqual([]);
    const masked = await peer.call("orders/fail", "crash");
    expect(masked.error).toBe("500::server_error");
    expect(JSON.stringify(masked)).not.toContain("secret");
    expect(stage.logs.of("error")).toHaveLength(1);
    expect(stage.logs.of("error")[0]).toContain("secret db password");
  });

  it("has listeners refuse, change and let pass what is published", async () => {
    const stage = await Stage.open(platform, { providers: PROVIDERS });
    const peer = await stage.client();
    const seen = stage.app.get(Orders).seen;
    expect((await peer.publish("/orders/a", "no")).successful).toBe(false);
    expect((await peer.publish("/orders/a", "why")).error).toMatch(/^403:.*:because$/);
    const crashed = await peer.publish("/orders/a", "crash");
    expect(crashed.successful).toBe(false);
    expect(JSON.stringify(crashed)).not.toContain("secret");
    expect((await peer.publish("/orders/a", "more")).successful).toBe(true);
    expect((await peer.publish("/orders/a/b", "no")).successful).toBe(true);
    await expect(stage.comet.publish("/orders/b", "why")).rejects.toThrow("because");
    await stage.comet.publish("/orders/b", "plain");
    await until(() => seen.length === 2);
    expect(seen).toEqual([
      { room: "a", data: "more of a" },
      { room: "b", data: "plain" },
    ]);
  });

  it("keeps from the publisher that a subscription has failed, and logs it", async () => {
    const stage = await Stage.open(platform, { providers: PROVIDERS });
    const peer = await stage.client();
    expect((await peer.publish("/orders/a", "late")).successful).toBe(true);
    await until(() => stage.logs.of("error").length === 1);
    expect(stage.logs.of("error")[0]).toContain("@Subscription of Orders.note failed");
  });
});
