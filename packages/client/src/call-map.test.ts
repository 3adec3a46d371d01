import { expect, expectTypeOf, it } from "vitest";
import type { KnownTarget } from "./call-map.ts";
import type { CometClient } from "./comet-client.ts";
import { stage } from "./testing/stage.ts";

interface Order {
  readonly item: string;
}

/** What an application declares. */
interface Calls {
  order(data: Order): { readonly left: number };
  time(): Promise<string>;
  find(data?: string): readonly Order[];
}

type Declared = CometClient<object, Calls>;

it("knows what is asked and answered by target", () => {
  const ask = (client: Declared): void => {
    expectTypeOf(client.call("order", { item: "x" })).resolves.toEqualTypeOf<{
      readonly left: number;
    }>();
    expectTypeOf(client.call("time")).resolves.toEqualTypeOf<string>();
    expectTypeOf(client.call("time", undefined, { timeout: 5 })).resolves.toEqualTypeOf<string>();
    expectTypeOf(client.call("find")).resolves.toEqualTypeOf<readonly Order[]>();
    expectTypeOf(client.call("find", "x", {})).resolves.toEqualTypeOf<readonly Order[]>();
  };
  expect(ask).toBeTypeOf("function");
});

it("refuses targets that are not declared, and arguments of another kind", () => {
  const ask = (client: Declared): void => {
    // @ts-expect-error: "oder is no target that this client knows"
    void client.call("oder", { item: "x" });
    // @ts-expect-error: the argument is missing
    void client.call("order");
    // @ts-expect-error: the argument is of another kind
    void client.call("order", { itm: "x" });
    // @ts-expect-error: there is none
    void client.call("time", 5);
    // @ts-expect-error: that is no option
    void client.call("time", undefined, { timout: 5 });
  };
  expect(ask).toBeTypeOf("function");
});

it("takes anything where nothing is declared", () => {
  const ask = (): void => {
    const { client } = stage();
    expectTypeOf(client.call("anything")).resolves.toEqualTypeOf<unknown>();
    expectTypeOf(client.call("anything", 5, { timeout: 5 })).resolves.toEqualTypeOf<unknown>();
  };
  expect(ask).toBeTypeOf("function");
});

it("says what is wrong with a target that is not declared", () => {
  const text = "oder is no target that this client knows";
  expectTypeOf<KnownTarget<Calls, "oder">>().toEqualTypeOf<typeof text>();
  expect(text).toContain("oder");
});
