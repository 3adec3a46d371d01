import { expect, expectTypeOf, it } from "vitest";
import { CometClient } from "./comet-client.ts";
import type { ChannelsOf, StandardSchema } from "./standard-schema.ts";

/** As a library of schemas makes them. */
function schemaFor<Output>(): StandardSchema<Output> {
  return { "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) } };
}

const schemas = {
  "/chat/{room}": schemaFor<{ text: string }>(),
  "/prices/**": schemaFor<number>(),
};

it("takes what is on channels from schemas", () => {
  const client = new CometClient("/comet", { schemas, queueSize: 5 });
  client.subscribe("/chat/tea", ({ data }) => expectTypeOf(data).toEqualTypeOf<{ text: string }>());
  client.subscribe("/prices/*", ({ data }) => expectTypeOf(data).toEqualTypeOf<number>());
  const never = (): void => {
    // @ts-expect-error: "/tiem is no channel of this client"
    client.subscribe("/tiem", () => undefined);
    // @ts-expect-error: the data is of another kind
    void client.publish("/chat/tea", { txt: "x" });
  };
  expect(never).toBeTypeOf("function");
});

it("gives the map that schemas describe", () => {
  interface Calls {
    time(): string;
  }
  const client = new CometClient<ChannelsOf<typeof schemas>, Calls>("/comet");
  client.subscribe("/prices/*", ({ data }) => expectTypeOf(data).toEqualTypeOf<number>());
  const ask = () => expectTypeOf(client.call("time")).resolves.toEqualTypeOf<string>();
  expect(ask).toBeTypeOf("function");
});

it("refuses what is no schema", () => {
  const never = () =>
    // @ts-expect-error: a schema has "~standard"
    new CometClient("/comet", { schemas: { "/a": (value: unknown) => value } });
  expect(never).toBeTypeOf("function");
});
