import { CometService, RemoteCall } from "@encke/adapter-nest";
import {
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  type HttpException,
  ImATeapotException,
  type NestInterceptor,
  SetMetadata,
  UseFilters,
} from "@nestjs/common";
import { APP_GUARD, Reflector } from "@nestjs/core";
import { map, type Observable, of, timeout } from "rxjs";
import { describe, expect, it } from "vitest";
import { PLATFORMS, Stage } from "./support/stage.ts";

class Odd extends Error {}

@Catch(Odd)
class OddFilter implements ExceptionFilter {
  catch(exception: Odd): unknown {
    if (exception.message === "value") return { caught: exception.message };
    if (exception.message === "observable") return of("from an observable");
    if (exception.message === "mapped") throw new ImATeapotException("short and stout");
    return undefined;
  }
}

/** As somebody writes it who thinks of HTTP only. */
@Catch()
class HttpOnlyFilter implements ExceptionFilter {
  catch(exception: HttpException, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<{ status(code: number): void }>();
    response.status(exception.getStatus());
  }
}

@CometService()
class Kitchen {
  @UseFilters(OddFilter)
  @RemoteCall("odd")
  odd(how: string): never {
    throw new Odd(how);
  }

  @RemoteCall("plain")
  plain(data: unknown): unknown {
    if (data === "fail") throw new Error("secret original");
    return { data };
  }

  @SetMetadata("open", true)
  @RemoteCall("open")
  open(): string {
    return "open";
  }

  @RemoteCall("slow")
  slow(): Promise<never> {
    return new Promise(() => undefined);
  }
}

class NobodyGuard implements CanActivate {
  readonly #reflector = new Reflector();

  canActivate(context: ExecutionContext): boolean {
    if (context.getType<string>() === "http") return true;
    return this.#reflector.get("open", context.getHandler()) === true;
  }
}

class WrapInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      timeout(50),
      map((value) => ({ wrapped: value })),
    );
  }
}

describe.each(PLATFORMS)("what Nest puts around handlers, on %s", (platform) => {
  it("N5 maps exceptions by filters, whose value is the result", async () => {
    const stage = await Stage.open(platform, { providers: [Kitchen] });
    const peer = await stage.client();
    expect(await peer.call("odd", "value")).toMatchObject({
      successful: true,
      data: { caught: "value" },
    });
    expect((await peer.call("odd", "observable")).data).toBe("from an observable");
    expect((await peer.call("odd", "mapped")).error).toBe("400:i_am_a_teapot:short and stout");
  });

  it("N6 survives filters that are made for HTTP, masks what was thrown, and logs it", async () => {
    const stage = await Stage.open(platform, {
      providers: [Kitchen],
      prepare: (app) => {
        app.useGlobalFilters(new HttpOnlyFilter());
      },
    });
    const peer = await stage.client();
    const masked = await peer.call("plain", "fail");
    expect(masked.error).toBe("500::server_error");
    expect(stage.logs.of("error").join()).toContain("secret original");
    expect((await peer.call("plain", 1)).data).toEqual({ data: 1 });
  });

  it("N7 leaves an exception as it is when its filter returns nothing", async () => {
    const stage = await Stage.open(platform, { providers: [Kitchen] });
    const peer = await stage.client();
    expect((await peer.call("odd", "nothing")).error).toBe("500::server_error");
    expect(stage.logs.of("error").join()).toContain("nothing");
  });

  it("N8 asks global guards, unless they are not for handlers", async () => {
    const providers = [Kitchen, { provide: APP_GUARD, useClass: NobodyGuard }];
    const guarded = await Stage.open(platform, { providers });
    const peer = await guarded.client();
    expect((await peer.call("plain", 1)).data).toMatchObject({ code: "forbidden" });
    expect((await peer.call("open", 1)).data).toBe("open");
    const unguarded = await Stage.open(platform, {
      providers,
      comet: { globalEnhancers: false },
    });
    expect((await (await unguarded.client()).call("plain", 1)).data).toEqual({ data: 1 });
  });

  it("N9 goes through global interceptors", async () => {
    const stage = await Stage.open(platform, {
      providers: [Kitchen],
      prepare: (app) => {
        app.useGlobalInterceptors(new WrapInterceptor());
      },
    });
    const peer = await stage.client();
    expect((await peer.call("plain", 1)).data).toEqual({ wrapped: { data: 1 } });
    expect((await peer.call("slow", 1)).successful).toBe(false);
  });
});
