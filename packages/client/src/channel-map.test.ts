import { expect, expectTypeOf, it } from "vitest";
import type { Known } from "./channel-map.ts";
import { CometClient } from "./comet-client.ts";
import type { ClientOptions } from "./settings.ts";

interface Chat {
  readonly text: string;
}

/** What an application declares. */
interface Channels {
  "/chat/{room}": Chat;
  "/prices/**": number;
  "/time": string;
}

const client = new CometClient<Channels>("/comet");

it("knows the data of channels, templates and patterns", () => {
  client.subscribe("/time", ({ data }) => expectTypeOf(data).toEqualTypeOf<string>());
  client.subscribe("/chat/tea", ({ data }) => expectTypeOf(data).toEqualTypeOf<Chat>());
  client.subscribe("/chat/*", ({ data }) => expectTypeOf(data).toEqualTypeOf<Chat>());
  client.subscribe("/prices/gold/now", ({ data }) => expectTypeOf(data).toEqualTypeOf<number>());
  client.subscribe("/*", ({ data }) => expectTypeOf(data).toEqualTypeOf<string>());
  client.subscribe("/**", ({ data }) => expectTypeOf(data).toEqualTypeOf<Chat | string | number>());
  const room = "tea" as string;
  client.subscribe(`/chat/${room}`, ({ data }) => expectTypeOf(data).toEqualTypeOf<Chat>());
  expect(client.state).toBe("disconnected");
});

it("refuses channels that are not declared, and data of another kind", () => {
  const never = (): void => {
    // @ts-expect-error: "/tiem is no channel of this client"
    client.subscribe("/tiem", () => undefined);
    // @ts-expect-error: a segment is missing
    client.subscribe("/chat", () => undefined);
    // @ts-expect-error: there is one segment too many
    void client.publish("/chat/tea/two", { text: "x" });
    // @ts-expect-error: the data is of another kind
    void client.publish("/chat/tea", { txt: "x" });
    // @ts-expect-error: the data is of another kind
    void client.publish("/prices/gold", "x");
    void client.publish("/prices/gold", 7);
  };
  expect(never).toBeTypeOf("function");
});

it("takes anything where nothing is declared", () => {
  const untyped = new CometClient("/comet");
  untyped.subscribe("/anything/*", ({ data }) => expectTypeOf(data).toEqualTypeOf<unknown>());
  expect(untyped.state).toBe("disconnected");
});

it("takes anything with options that say nothing of channels", () => {
  const options: ClientOptions = { queueSize: 5 };
  const untyped = new CometClient("/comet", options);
  untyped.subscribe("/anything", ({ data }) => expectTypeOf(data).toEqualTypeOf<unknown>());
  expect(untyped.state).toBe("disconnected");
});

it("says what is wrong with a channel that is not declared", () => {
  const text = "/tiem is no channel of this client";
  expectTypeOf<Known<Channels, "/tiem">>().toEqualTypeOf<typeof text>();
  expectTypeOf<Known<Channels, "/time">>().toEqualTypeOf<"/time">();
  expect(text).toContain("/tiem");
});
