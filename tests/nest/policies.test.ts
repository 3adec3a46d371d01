import {
  CanCreate,
  CanHandshake,
  CanPublish,
  CanSubscribe,
  ChannelParam,
  CometService,
  CurrentSession,
  Payload,
} from "@encke/adapter-nest";
import type { IClient, Message, Verdict } from "@encke/core";
import {
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  UnauthorizedException,
  UseGuards,
} from "@nestjs/common";
import { describe, expect, it } from "vitest";
import { PLATFORMS, Stage } from "./support/stage.ts";

class HeaderGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    return context.switchToHttp().getRequest().headers["x-banned"] === undefined;
  }
}

@CometService()
class Doorman {
  readonly asked: string[] = [];

  @UseGuards(HeaderGuard)
  @CanHandshake()
  enter({ ext }: Message): Verdict {
    if (ext?.token === "crash") throw new Error("secret");
    if (ext?.token !== "let me in") throw new UnauthorizedException("who are you?");
    return { allow: true, data: { role: "guest" } };
  }

  @CanCreate("/rooms/{room}")
  create(@ChannelParam("room") room: string): boolean {
    return room !== "new";
  }

  @CanSubscribe("/rooms/{room}")
  subscribe(session: IClient, ...rest: readonly unknown[]): boolean {
    return session.data.role === "guest" && rest.length === 0;
  }

  @CanSubscribe("/rooms/{room}")
  hear(@ChannelParam("room") room: string): boolean {
    this.asked.push(room);
    if (room === "private") throw new ForbiddenException("members only");
    return room !== "closed";
  }

  @CanPublish("/rooms/{room}")
  publish(@CurrentSession() session: IClient, @Payload("text") text: unknown): boolean {
    return session.isSubscribedTo("/rooms/open") && text !== "bad";
  }

  @CanPublish("/undecided")
  undecided(): void {}
}

async function open(platform: (typeof PLATFORMS)[number], comet = {}) {
  const stage = await Stage.open(platform, { providers: [Doorman], comet });
  const peer = stage.peer();
  await peer.handshake({ token: "let me in" });
  return { stage, peer, doorman: stage.app.get(Doorman) };
}

describe.each(PLATFORMS)("policies that are methods, on %s", (platform) => {
  it("decide who may shake hands, and what is kept with the session", async () => {
    const { stage, peer } = await open(platform);
    expect(stage.comet.client(peer.clientId)?.data).toEqual({ role: "guest" });
    const refused = await stage.peer().handshake({ token: "wrong" });
    expect(refused).toMatchObject({ successful: false, error: "403::who are you?" });
  });

  it("refuse by guards, too", async () => {
    const { stage } = await open(platform);
    const reply = await stage.peer().handshake({ token: "let me in" }, { "X-Banned": "1" });
    expect(reply).toMatchObject({ successful: false, error: "403::Forbidden resource" });
  });

  it("refuse when they fail, without saying why", async () => {
    const { stage } = await open(platform);
    const reply = await stage.peer().handshake({ token: "crash" });
    expect(reply).toMatchObject({ successful: false, error: "403::handshake_denied" });
    expect(stage.logs.of("error").join()).toContain("secret");
  });

  it("decide who may create, subscribe and publish, all of those that are for a channel", async () => {
    const { peer } = await open(platform);
    expect((await peer.subscribe("/rooms/new")).successful).toBe(false);
    expect((await peer.publish("/rooms/open", { text: "a" })).successful).toBe(false);
    expect((await peer.subscribe("/rooms/open")).successful).toBe(true);
    expect((await peer.subscribe("/rooms/closed")).successful).toBe(false);
    expect((await peer.subscribe("/rooms/private")).error).toBe("403:/rooms/private:members only");
    expect((await peer.subscribe("/elsewhere")).successful).toBe(true);
    expect((await peer.publish("/rooms/open", { text: "a" })).successful).toBe(true);
    expect((await peer.publish("/rooms/open", { text: "bad" })).successful).toBe(false);
  });

  it("say no when they do not say yes", async () => {
    const { peer } = await open(platform);
    expect((await peer.publish("/undecided", 1)).successful).toBe(false);
  });

  it("are asked again for each channel that a wildcard covers", async () => {
    const { stage, peer, doorman } = await open(platform);
    expect((await peer.subscribe("/rooms/**")).successful).toBe(true);
    expect(doorman.asked.splice(0)).toEqual(["**"]);
    await peer.connect();
    await stage.comet.publish("/rooms/private", "not for you");
    await stage.comet.publish("/rooms/open", "for you");
    const data = (await peer.connect({ timeout: 500 })).flatMap((message) => message.data ?? []);
    expect(data).toEqual(["for you"]);
    expect(doorman.asked).toEqual(["private", "open"]);
  });

  it("stand beside those of the options, which are asked first", async () => {
    const handshake = ({ message }: { message: Message }): Verdict =>
      message.ext?.key === "k" && { allow: true, data: { key: "k" } };
    const stage = await Stage.open(platform, {
      providers: [Doorman],
      comet: { policies: { handshake } },
    });
    expect((await stage.peer().handshake({ token: "let me in" })).successful).toBe(false);
    expect((await stage.peer().handshake({ key: "k" })).successful).toBe(false);
    const peer = stage.peer();
    await peer.handshake({ key: "k", token: "let me in" });
    expect(stage.comet.client(peer.clientId)?.data).toEqual({ key: "k", role: "guest" });
  });
});
