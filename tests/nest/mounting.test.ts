import { CometService, RemoteCall } from "@encke/adapter-nest";
import type { INestApplication } from "@nestjs/common";
import { All, Controller, Get } from "@nestjs/common";
import helmet from "helmet";
import { describe, expect, it } from "vitest";
import { PLATFORMS, type Platform, Stage } from "./support/stage.ts";

const HANDSHAKE = {
  channel: "/meta/handshake",
  version: "1.0",
  supportedConnectionTypes: ["long-polling"],
};
const PAGE = "https://page.example";

/** A controller that takes everything, as each platform writes that. */
function everything(platform: Platform): new () => object {
  @Controller()
  class Everything {
    @Get("health")
    health(): string {
      return "healthy";
    }

    @All(platform === "express" ? "*path" : "*")
    all(): string {
      return "everything";
    }
  }
  return Everything;
}

@CometService()
class Where {
  @RemoteCall("where")
  where(): string {
    return "here";
  }
}

function secure(app: INestApplication, platform: Platform): void {
  app.enableCors({ origin: PAGE, credentials: true });
  const headers = helmet();
  if (platform === "express") app.use(headers);
}

async function post(url: string, body: string, type?: string): Promise<Response> {
  const headers: Record<string, string> = type === undefined ? {} : { "Content-Type": type };
  return fetch(url, { method: "POST", body: new TextEncoder().encode(body), headers });
}

describe.each(PLATFORMS)("a Comet in an application on %s", (platform) => {
  it("N15 is not hidden by a controller that takes everything", async () => {
    const stage = await Stage.open(platform, {
      controllers: [everything(platform)],
      providers: [Where],
    });
    const peer = await stage.client();
    expect((await peer.call("where", 0)).data).toBe("here");
    const other = new URL("/other", stage.origin);
    expect(await (await fetch(other)).text()).toBe("everything");
    expect(await (await fetch(new URL("/comets", stage.origin))).text()).toBe("everything");
    const deeper = await post(`${stage.origin}/comet/handshake?a=b`, JSON.stringify(HANDSHAKE));
    expect(deeper.status).toBe(200);
  });

  it("N16 is where it is told to be, below the global prefix only if that is wanted", async () => {
    const prepare = (app: INestApplication) => {
      app.setGlobalPrefix("api/v1");
    };
    const outside = await Stage.open(platform, { prepare, controllers: [everything(platform)] });
    expect((await outside.peer("/comet").handshake()).successful).toBe(true);
    expect(await (await fetch(`${outside.origin}/api/v1/health`)).text()).toBe("healthy");
    const comet = { path: "/push", useGlobalPrefix: true };
    const inside = await Stage.open(platform, { prepare, comet });
    expect((await inside.peer("/api/v1/push").handshake()).successful).toBe(true);
    await expect(inside.peer("/push").handshake()).rejects.toThrow("404");
    const root = await Stage.open(platform, { comet });
    expect((await root.peer("/push").handshake()).successful).toBe(true);
  });

  it("N17 answers with the headers that come with CORS and helmet", async () => {
    const stage = await Stage.open(platform, {
      prepare: async (app) => {
        secure(app, platform);
        if (platform === "fastify") {
          const fastify = app.getHttpAdapter().getInstance();
          fastify.addHook("onRequest", async (_request: unknown, reply: never) => {
            (reply as { header(name: string, value: string): void }).header(
              "X-Frame-Options",
              "SAMEORIGIN",
            );
          });
        }
      },
      comet: { origins: [PAGE] },
    });
    const url = `${stage.origin}/comet`;
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", Origin: PAGE },
      body: JSON.stringify(HANDSHAKE),
    });
    expect(response.status).toBe(200);
    expect(response.headers.get("access-control-allow-origin")).toBe(PAGE);
    expect(response.headers.get("access-control-allow-credentials")).toBe("true");
    expect(response.headers.get("x-frame-options")).toBe("SAMEORIGIN");
    if (platform === "express") {
      expect(response.headers.get("strict-transport-security")).not.toBeNull();
    }
    const preflight = await fetch(url, {
      method: "OPTIONS",
      headers: {
        Origin: PAGE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe(PAGE);
  });

  it.each([
    ["JSON", JSON.stringify([HANDSHAKE]), "application/json"],
    ["one message", JSON.stringify(HANDSHAKE), "application/json"],
    ["JSON with a charset", JSON.stringify([HANDSHAKE]), "application/json;charset=UTF-8"],
    ["text/json", JSON.stringify([HANDSHAKE]), "text/json"],
    ["text", JSON.stringify([HANDSHAKE]), "text/plain"],
    ["bytes", JSON.stringify([HANDSHAKE]), "application/octet-stream"],
    ["no type", JSON.stringify([HANDSHAKE]), undefined],
    [
      "a form",
      `message=${encodeURIComponent(JSON.stringify([HANDSHAKE]))}`,
      "application/x-www-form-urlencoded",
    ],
  ])("N18 takes %s, parsed before or not", async (_name, body, type) => {
    for (const bodyParser of [true, false]) {
      const stage = await Stage.open(platform, { bodyParser });
      const response = await post(`${stage.origin}/comet`, body, type);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject([{ successful: true }]);
    }
  });

  it("N18 refuses what is too large or no JSON, and goes on", async () => {
    const stage = await Stage.open(platform, { comet: { limits: { bodyBytes: 2_000 } } });
    const url = `${stage.origin}/comet`;
    const large = JSON.stringify([{ ...HANDSHAKE, ext: { x: "x".repeat(200_000) } }]);
    expect((await post(url, large, "application/json")).status).toBe(413);
    expect((await post(url, large, "text/json")).status).toBe(413);
    expect((await post(url, "{", "application/json")).status).toBe(400);
    expect((await post(url, "{", "text/json")).status).toBe(400);
    expect((await stage.peer().handshake()).successful).toBe(true);
  });

  it("knows who the peer is, as the platform does", async () => {
    const addresses: unknown[] = [];
    const stage = await Stage.open(platform, {
      comet: {
        policies: {
          handshake: ({ context }) => {
            addresses.push(context.remoteAddress, context.isSecure);
            return true;
          },
        },
      },
      prepare: (app) => {
        if (platform === "express") app.getHttpAdapter().getInstance().set("trust proxy", true);
      },
      trustProxy: true,
    });
    const forwarded = { "X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https" };
    await stage.peer().handshake(undefined, forwarded);
    expect(addresses).toEqual(["192.0.2.7", true]);
  });
});
