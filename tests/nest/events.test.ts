import {
  Channel,
  ChannelParam,
  CometService,
  Configure,
  CurrentSession,
  OnHandshake,
  OnSessionRemoved,
  OnSubscribed,
  OnUnsubscribed,
  Payload,
} from "@encke/adapter-nest";
import type { ChannelOptions, IClient } from "@encke/core";
import { describe, expect, it } from "vitest";
import { until } from "../http/support/until.ts";
import { PLATFORMS, Stage } from "./support/stage.ts";

@CometService()
class Diary {
  readonly lines: string[] = [];
  readonly configured: string[] = [];

  @Configure("/lines/{line}")
  async configure(@Channel() channel: string): Promise<ChannelOptions> {
    this.configured.push(channel);
    return { maxMessageBytes: 100 };
  }

  @OnHandshake()
  begin(session: IClient): void {
    this.lines.push(`begin ${session.isAlive}`);
  }

  @OnSubscribed("/lines/{line}")
  subscribed(@CurrentSession() session: IClient, @ChannelParam("line") line: string): void {
    this.lines.push(`subscribed ${line} ${session.isSubscribedTo(`/lines/${line}`)}`);
  }

  @OnUnsubscribed("/lines/{line}")
  unsubscribed(@ChannelParam("line") line: string): void {
    this.lines.push(`unsubscribed ${line}`);
    throw new Error("a diary that fails");
  }

  @OnSessionRemoved()
  end(@CurrentSession() session: IClient, @Payload("reason") reason: string): void {
    this.lines.push(`end ${session.isAlive} ${reason}`);
  }
}

describe.each(PLATFORMS)("events that methods are told of, on %s", (platform) => {
  it("are those of a session, from its beginning to its end", async () => {
    const stage = await Stage.open(platform, { providers: [Diary] });
    const { lines } = stage.app.get(Diary);
    const peer = await stage.client();
    await peer.subscribe("/lines/a");
    await peer.subscribe("/other/a");
    await peer.reply({ channel: "/meta/unsubscribe", subscription: "/lines/a" });
    await peer.subscribe("/lines/b");
    await peer.disconnect();
    await until(() => lines.some((line) => line.startsWith("end")));
    expect(lines).toEqual([
      "begin true",
      "subscribed a true",
      "unsubscribed a",
      "subscribed b true",
      "unsubscribed b",
      expect.stringMatching(/^end false .*disconnect/),
    ]);
    expect(stage.logs.of("error")).toHaveLength(2);
  });

  it("leave channels configured before the first message comes", async () => {
    const stage = await Stage.open(platform, { providers: [Diary] });
    expect(stage.app.get(Diary).configured).toEqual(["/lines/*"]);
    const peer = await stage.client();
    expect((await peer.publish("/lines/a", "short")).successful).toBe(true);
    expect((await peer.publish("/lines/a", "long".repeat(50))).successful).toBe(false);
  });
});
