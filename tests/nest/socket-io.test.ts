import { CometService, RemoteCall } from "@encke/adapter-nest";
import { attachSocketIo } from "@encke/gateway-socket-io";
import { IoAdapter } from "@nestjs/platform-socket.io";
import { SubscribeMessage, WebSocketGateway } from "@nestjs/websockets";
import { io, type Socket } from "socket.io-client";
import { describe, expect, it, onTestFinished } from "vitest";
import { PLATFORMS, Stage } from "./support/stage.ts";

@CometService()
class Clock {
  @RemoteCall("clock")
  clock(): string {
    return "noon";
  }
}

@WebSocketGateway()
class Gateway {
  @SubscribeMessage("clock")
  clock(): string {
    return "midnight";
  }
}

function open(origin: string, path: string): Socket {
  const socket = io(origin, { path, forceNew: true, reconnection: false });
  onTestFinished(() => {
    socket.disconnect();
  });
  return socket;
}

describe.each(PLATFORMS)("Socket.IO clients of an application on %s", (platform) => {
  it("call services, beside those of a gateway that has the usual path", async () => {
    const stage = await Stage.open(platform, {
      providers: [Clock, Gateway],
      comet: {
        attach: [(server, comet) => attachSocketIo(server, comet, { path: "/bridge" })],
      },
      prepare: (app) => {
        app.useWebSocketAdapter(new IoAdapter(app));
      },
    });
    const ours = open(stage.origin, "/bridge");
    const theirs = open(stage.origin, "/socket.io");
    expect(await ours.emitWithAck("call", "clock")).toEqual({ ok: true, data: "noon" });
    expect(await theirs.emitWithAck("clock")).toBe("midnight");
    const gone = new Promise((resolve) => ours.once("disconnect", resolve));
    await stage.app.close();
    expect(await gone).toMatch(/^transport/);
  });
});
