import {
  CometModule,
  CometService,
  getCometToken,
  InjectComet,
  RemoteCall,
} from "@encke/adapter-nest";
import type { Comet } from "@encke/core";
import { MemoryStore } from "@encke/store-memory";
import { IoAdapter } from "@nestjs/platform-socket.io";
import { WsAdapter } from "@nestjs/platform-ws";
import { SubscribeMessage, WebSocketGateway } from "@nestjs/websockets";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { PLATFORMS, Stage } from "./support/stage.ts";

@WebSocketGateway({ path: "/gateway" })
class Gateway {
  @SubscribeMessage("ping")
  ping(): unknown {
    return { event: "pong", data: 1 };
  }
}

@CometService()
class Default {
  @RemoteCall("who")
  who(): string {
    return "default";
  }
}

@CometService({ server: "second" })
class Second {
  readonly #comet: Comet;

  constructor(@InjectComet("second") comet: Comet) {
    this.#comet = comet;
  }

  @RemoteCall("who")
  who(): string {
    return `second of ${this.#comet.stats().clients}`;
  }
}

/** The first message that comes in answer. */
async function ask(url: string, message: unknown): Promise<string> {
  const socket = new WebSocket(url.replace("http", "ws"));
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  const answer = new Promise<string>((resolve) => {
    socket.once("message", (data) => resolve(String(data)));
  });
  socket.send(JSON.stringify(message));
  const text = await answer;
  socket.terminate();
  return text;
}

const HANDSHAKE = [
  {
    channel: "/meta/handshake",
    version: "1.0",
    supportedConnectionTypes: ["websocket"],
    id: "1",
  },
];

describe.each(PLATFORMS)("a Comet beside others, on %s", (platform) => {
  it("N20 shares the server with gateways of ws", async () => {
    const stage = await Stage.open(platform, {
      providers: [Gateway],
      prepare: (app) => {
        app.useWebSocketAdapter(new WsAdapter(app));
      },
    });
    expect(await ask(`${stage.origin}/comet`, HANDSHAKE)).toContain('"successful":true');
    const pong = await ask(`${stage.origin}/gateway`, { event: "ping", data: 1 });
    expect(JSON.parse(pong)).toEqual({ event: "pong", data: 1 });
  });

  it("N20 shares the server with gateways of socket.io", async () => {
    const stage = await Stage.open(platform, {
      providers: [Gateway],
      prepare: (app) => {
        app.useWebSocketAdapter(new IoAdapter(app));
      },
    });
    expect(await ask(`${stage.origin}/comet`, HANDSHAKE)).toContain('"successful":true');
    const opened = await ask(`${stage.origin}/gateway/?EIO=4&transport=websocket`, 40);
    expect(opened).toContain("sid");
  });

  it("N21 shares the server with another Comet, each with services of its own", async () => {
    const stage = await Stage.open(platform, {
      imports: [
        CometModule.forRootAsync({
          name: "second",
          useFactory: async () => ({ store: new MemoryStore(), path: "/second" }),
        }),
      ],
      providers: [Default, Second],
    });
    const first = await stage.client();
    const second = await stage.client("/second");
    expect((await first.call("who", 0)).data).toBe("default");
    expect((await second.call("who", 0)).data).toBe("second of 1");
    for (const path of ["/comet", "/second"]) {
      expect(await ask(stage.origin + path, HANDSHAKE)).toContain('"successful":true');
    }
    await stage.app.get<Comet>(getCometToken("second")).close();
    expect((await first.call("who", 0)).data).toBe("default");
    expect(await ask(`${stage.origin}/comet`, HANDSHAKE)).toContain('"successful":true');
  });
});
