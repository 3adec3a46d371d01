import type { ChannelRequest, CometOptions } from "@encke/core";
import { describe, expect, it } from "vitest";
import { until } from "../../http/support/until.ts";
import { TRANSPORTS } from "../support/transports.ts";
import { Wire } from "../support/wire.ts";

type Decide = (channel: string) => boolean;

/** The two ways in which a policy may answer. */
const WAYS = [
  { way: "at once", policy: (decide: Decide) => atOnce(decide) },
  { way: "later", policy: (decide: Decide) => later(decide) },
];

const CASES = TRANSPORTS.flatMap((transport) =>
  WAYS.map(({ way, policy }) => ({ name: transport.name, transport, way, policy })),
);

describe.each(CASES)(
  "a wildcard over $name, with a policy that answers $way,",
  ({ transport, policy }) => {
    const open = (decide: Decide, options: Partial<CometOptions> = {}): Promise<Wire> =>
      Wire.open(transport, { ...options, policies: { subscribe: policy(decide) } });

    it("S9 brings nothing of a channel that its client may not see, and all of the others in order", async () => {
      const wire = await open((channel) => !channel.endsWith("/secret"));
      const page = await wire.subscriber("/chat/*", "/chat/**");
      const channels = [
        "/chat/a",
        "/chat/secret",
        "/chat/b",
        "/chat/deep/secret",
        "/chat/secret",
        "/chat/c",
      ];
      for (const channel of channels) await wire.comet.publish(channel, channel);
      expect(await page.receive(3)).toEqual(["/chat/a", "/chat/b", "/chat/c"]);
      // By a connect that is held, too.
      await wire.hold(page);
      for (const channel of channels) await wire.comet.publish(channel, channel);
      expect(await page.receive(6)).toEqual([
        ...page.received.slice(0, 3),
        "/chat/a",
        "/chat/b",
        "/chat/c",
      ]);
    });

    it("S9 is judged once for each channel and client, until rights change", async () => {
      const asked: string[] = [];
      let isOpen = true;
      const wire = await open((channel) => {
        asked.push(channel);
        return isOpen || channel !== "/chat/a";
      });
      const page = await wire.subscriber("/chat/*");
      for (let at = 0; at < 5; at++) await wire.comet.publish("/chat/a", at);
      await page.receive(5);
      expect(asked).toEqual(["/chat/*", "/chat/a"]);
      isOpen = false;
      expect(await wire.comet.recheck(page.clientId)).toEqual([]);
      await wire.comet.publish("/chat/a", "not any more");
      await wire.comet.publish("/chat/b", "this one");
      expect((await page.receive(6)).at(-1)).toBe("this one");
    });

    it("S9 of one client does not show it what another may see", async () => {
      const wire = await Wire.open(transport, {
        policies: {
          handshake: ({ message }) => ({ allow: true, data: { ...message.ext } }),
          subscribe: async ({ client, channel }) =>
            channel !== "/chat/boss" || client.data.isBoss === true,
        },
      });
      const [boss, clerk] = [await wire.page(), await wire.page()];
      await boss.handshake({ ext: { isBoss: true } });
      await clerk.handshake();
      for (const page of [boss, clerk]) {
        await page.connect();
        await page.subscribe("/chat/*");
      }
      await wire.comet.publish("/chat/boss", 1);
      await wire.comet.publish("/chat/all", 2);
      expect(await boss.receive(2)).toEqual([1, 2]);
      expect(await clerk.receive(1)).toEqual([2]);
    });

    it("S9 that is refused itself is refused, and so is the one for everything", async () => {
      const wire = await open((channel) => channel !== "/chat/**");
      const page = await wire.connected();
      expect((await page.subscribe("/chat/**")).error).toBe("403:/chat/**:subscribe_denied");
      expect((await page.subscribe("/**")).error).toBe("403:/**:subscribe_denied");
      expect(wire.onServer(page)?.subscriptions).toEqual([]);
    });

    it("S9 for everything can be had where the application wants it, and hides what is hidden", async () => {
      const wire = await open((channel) => channel !== "/secret", { allowRootWildcard: true });
      const page = await wire.subscriber("/**");
      for (const channel of ["/a", "/secret", "/a/b/c"]) await wire.comet.publish(channel, channel);
      expect(await page.receive(2)).toEqual(["/a", "/a/b/c"]);
    });
  },
);

describe.each(TRANSPORTS)("a wildcard over $name", (transport) => {
  it.each(["throws", "rejects", "never answers"])(
    "S9 brings nothing when the policy that is asked again %s",
    async (how) => {
      const wire = await Wire.open(transport, {
        limits: { handlerTimeout: 100 },
        policies: {
          subscribe: ({ channel }) => (channel === "/chat/a" ? FAILING.get(how)!() : true),
        },
      });
      const page = await wire.subscriber("/chat/*");
      await wire.comet.publish("/chat/a", "never");
      await wire.comet.publish("/chat/b", "in the end");
      expect(await page.receive(1)).toEqual(["in the end"]);
    },
  );

  it("S9 is heard of by whoever guards a channel that it covers", async () => {
    const wire = await Wire.open(transport);
    wire.comet.on("subscribing", "/chat/secret", (event) => event.cancel("secret"));
    const page = await wire.connected();
    for (const pattern of ["/chat/secret", "/chat/*", "/chat/**"]) {
      expect((await page.subscribe(pattern)).error).toBe(`403:${pattern}:secret`);
    }
    for (const pattern of ["/chat/open", "/*", "/other/**", "/chat/secret/*"]) {
      expect((await page.subscribe(pattern)).successful).toBe(true);
    }
  });

  it("S9 makes nobody else wait for a verdict", async () => {
    let decide: ((isAllowed: boolean) => void) | undefined;
    const wire = await Wire.open(transport, {
      policies: {
        subscribe: ({ client, channel }) =>
          channel !== "/chat/a" || client.subscriptions.includes("/fast")
            ? true
            : new Promise((resolve) => {
                decide = resolve;
              }),
      },
    });
    const [slow, fast] = [
      await wire.subscriber("/chat/*"),
      await wire.subscriber("/fast", "/chat/*"),
    ];
    await wire.comet.publish("/chat/a", 1);
    await wire.comet.publish("/chat/b", 2);
    expect(await fast.receive(2)).toEqual([1, 2]);
    await until(() => decide !== undefined);
    await wire.hold(slow);
    expect(slow.received).toEqual([]);
    decide?.(true);
    expect(await slow.receive(2)).toEqual([1, 2]);
  });
});

const FAILING = new Map<string, () => Promise<boolean>>([
  [
    "throws",
    () => {
      throw new Error("a fault of the policy");
    },
  ],
  ["rejects", () => Promise.reject(new Error("a fault of the policy"))],
  ["never answers", () => new Promise(() => undefined)],
]);

function atOnce(decide: Decide) {
  return ({ channel }: ChannelRequest): boolean => decide(channel);
}

function later(decide: Decide) {
  return async ({ channel }: ChannelRequest): Promise<boolean> => {
    await new Promise((resolve) => setImmediate(resolve));
    return decide(channel);
  };
}
