import { CookieJar } from "@encke/adapter-testkit";
import type { CometOptions, Limits } from "@encke/core";
import { describe, expect, it } from "vitest";
import { until } from "../../http/support/until.ts";
import type { Said } from "../../support/talker.ts";
import type { Page } from "../support/page.ts";
import { TRANSPORTS } from "../support/transports.ts";
import { Wire } from "../support/wire.ts";

interface Cap {
  readonly limit: number;
  readonly options?: Omit<CometOptions, "store" | "limits">;
  /** Sees that what is at the limit is served, and what is over it is not. */
  check(page: Page, wire: Wire): Promise<void>;
}

/** One for each limit that there is. */
const CAPS: Readonly<Record<keyof Limits, Cap>> = {
  bodyBytes: {
    limit: 1_000,
    async check(page) {
      const before = page.answers.length;
      page.send(bodyOf(page, 1_000));
      await until(() => page.answers.length > before);
      page.send(bodyOf(page, 1_001));
      await expectRefusal(page, 413, 1_009);
    },
  },
  messagesPerRequest: {
    limit: 3,
    async check(page) {
      const message = { channel: "/room", data: 1 };
      const replies = await page.askAll(message, message, message);
      expect(replies.map(({ successful }) => successful)).toEqual([true, true, true]);
      page.say(message, message, message, message);
      await expectRefusal(page, 413, 1_008);
    },
  },
  jsonDepth: {
    limit: 5,
    async check(page) {
      // The array of messages and the message are the first two levels.
      await expectSuccess(page, { channel: "/room", data: [[["]]]]"]]] });
      page.say({ channel: "/room", data: [[[[]]]] });
      await expectRefusal(page, 400, 1_008);
    },
  },
  idLength: {
    limit: 4,
    async check(page) {
      await expectSuccess(page, { channel: "/room", data: 1, id: "1234" });
      const publish = { channel: "/room", data: 1, id: "12345", clientId: page.clientId };
      expect((await page.exchange(publish))[0]?.error).toBe("400:id:field_invalid");
    },
  },
  extLength: {
    limit: 20,
    async check(page) {
      await expectSuccess(page, { channel: "/room", data: 1, ext: { a: "0123456789ab" } });
      const tooLong = { channel: "/room", data: 1, ext: { a: "0123456789abc" } };
      await expectError(page, tooLong, "400:ext:field_invalid");
    },
  },
  channelLength: {
    limit: 10,
    async check(page) {
      await expectSuccess(page, { channel: "/234567890", data: 1 });
      await expectError(
        page,
        { channel: "/2345678901", data: 1 },
        "405:/234567890:channel_invalid",
      );
      await expectSuccess(page, { channel: "/meta/subscribe", subscription: "/2345678/*" });
      await expectError(
        page,
        { channel: "/meta/subscribe", subscription: "/23456789/*" },
        "403:/23456789/*:subscription_invalid",
      );
    },
  },
  channelDepth: {
    limit: 2,
    async check(page) {
      await expectSuccess(page, { channel: "/a/b", data: 1 });
      await expectError(page, { channel: "/a/b/c", data: 1 }, "405:/a/b/c:channel_invalid");
      await expectError(
        page,
        { channel: "/meta/subscribe", subscription: "/a/b/**" },
        "403:/a/b/**:subscription_invalid",
      );
    },
  },
  subscriptionsPerMessage: {
    limit: 2,
    async check(page) {
      expect((await page.subscribe("/a", "/b")).successful).toBe(true);
      expect((await page.subscribe("/c", "/d", "/e")).error).toBe("429::too_many_subscriptions");
    },
  },
  subscriptionsPerClient: {
    limit: 3,
    async check(page, wire) {
      expect((await page.subscribe("/a", "/b")).successful).toBe(true);
      expect((await page.subscribe("/c", "/d")).error).toBe("429::too_many_subscriptions");
      expect((await page.subscribe("/a", "/b", "/c")).successful).toBe(true);
      expect((await page.subscribe("/d")).error).toBe("429::too_many_subscriptions");
      await page.ask({ channel: "/meta/unsubscribe", subscription: "/a" });
      expect((await page.subscribe("/d")).successful).toBe(true);
      expect(wire.onServer(page)?.subscriptions).toEqual(["/b", "/c", "/d"]);
    },
  },
  waitingRequestsPerClient: {
    limit: 2,
    async check(page, wire) {
      let open: (() => void) | undefined;
      const isOpen = new Promise<void>((resolve) => {
        open = resolve;
      });
      wire.comet.on("publishing", "/slow", () => isOpen);
      // Over HTTP they may overtake each other: which of them are refused is told by the answers.
      const all = [1, 2, 3, 4].flatMap((data) => page.say({ channel: "/slow", data }));
      const refused = () => all.filter((id) => page.replyTo(id)?.successful === false);
      await until(() => refused().length === 2);
      for (const id of refused()) expect(page.replyTo(id)?.error).toBe("429::too_many_requests");
      // A connect does not wait behind them.
      await wire.hold(page);
      open?.();
      await page.replies(...all);
      expect(refused()).toHaveLength(2);
      await expectSuccess(page, { channel: "/room", data: 5 });
    },
  },
  callsPerClient: {
    limit: 2,
    async check(page, wire) {
      wire.comet.remote("slow", () => new Promise(() => undefined));
      const call = { channel: "/service/slow", data: {} };
      for (let calls = 0; calls < 2; calls++) await expectSuccess(page, call);
      expect((await page.ask(call)).error).toBe("429::too_many_requests");
      await expectSuccess(page, { channel: "/room", data: 1 });
    },
  },
  clientsPerBrowser: {
    limit: 2,
    async check(page, wire) {
      expect((await page.handshake()).successful).toBe(true);
      const other = await wire.page({ jar: page.jar });
      expect(await other.handshake()).toMatchObject({
        successful: false,
        error: "429::too_many_clients",
        advice: { reconnect: "none" },
      });
      const elsewhere = await wire.page({ jar: new CookieJar() });
      expect((await elsewhere.handshake()).successful).toBe(true);
      await page.ask({ channel: "/meta/disconnect" });
      expect((await other.handshake()).successful).toBe(true);
    },
  },
  clientsPerAddress: {
    limit: 2,
    async check(page, wire) {
      const others = [await wire.page(), await wire.page()];
      expect((await others[0]!.handshake()).successful).toBe(true);
      expect((await others[1]!.handshake()).error).toBe("429::too_many_clients");
      await page.ask({ channel: "/meta/disconnect" });
      expect((await others[1]!.handshake()).successful).toBe(true);
    },
  },
  mailboxMessages: {
    limit: 3,
    async check(page, wire) {
      await page.subscribe("/room");
      for (let at = 1; at <= 5; at++) await wire.comet.publish("/room", at);
      expect(await page.receive(3)).toEqual([3, 4, 5]);
      expect(wire.comet.stats().dropped).toBe(2);
    },
  },
  mailboxBytes: {
    limit: 100,
    async check(page, wire) {
      await page.subscribe("/room");
      for (const data of ["\u20ac".repeat(10), "b".repeat(30)])
        await wire.comet.publish("/room", data);
      await wire.comet.publish("/room", "c".repeat(100));
      await wire.comet.publish("/room", "d");
      // The third could never fit, and so makes nobody else go.
      expect(await page.receive(2)).toEqual(["b".repeat(30), "d"]);
      expect(wire.comet.stats().dropped).toBe(2);
    },
  },
  handlerTimeout: {
    limit: 100,
    options: { policies: { publish: () => new Promise(() => undefined) } },
    async check(page) {
      await expectError(page, { channel: "/room", data: 1 }, "503::handler_timeout");
      expect((await page.subscribe("/room")).successful).toBe(true);
    },
  },
};

describe.each(TRANSPORTS)("a peer over $name", (transport) => {
  it.each(Object.entries(CAPS))(
    "S2 may not cost more than %s",
    async (name, { limit, options, check }) => {
      const wire = await Wire.open(transport, { ...options, limits: { [name]: limit } });
      await check(await wire.connected(), wire);
    },
  );
});

function bodyOf({ clientId }: Page, bytes: number): string {
  const message = JSON.stringify([{ channel: "/room", id: "1", clientId, data: "" }]);
  const cut = message.length - 3;
  return `${message.slice(0, cut)}${"x".repeat(bytes - message.length)}${message.slice(cut)}`;
}

async function expectSuccess(page: Page, message: Said): Promise<void> {
  expect(await page.ask(message)).toMatchObject({ successful: true });
}

async function expectError(page: Page, message: Said, error: string): Promise<void> {
  expect(await page.ask(message)).toMatchObject({ successful: false, error });
}

/** By an HTTP status or a close code. */
async function expectRefusal(page: Page, ...codes: readonly number[]): Promise<void> {
  await until(() => page.refusals.length > 0);
  expect(codes).toContain(page.refusals[0]);
}
