import { describe, expect, it } from "vitest";
import { ConnectionTypes } from "./connection-types.ts";

function announced(...types: readonly string[]): ConnectionTypes {
  const connectionTypes = new ConnectionTypes();
  for (const type of types) connectionTypes.announce(type);
  return connectionTypes;
}

describe("connection types", () => {
  it("are offered all, in the order they were announced, to a client that knows one of them", () => {
    const types = announced("long-polling", "websocket");
    expect(types.offerTo(["websocket", "callback-polling"])).toEqual(["long-polling", "websocket"]);
  });

  it("are not offered to a client that knows none of them", () => {
    expect(announced("websocket").offerTo(["long-polling"])).toEqual([]);
    expect(announced("websocket").offerTo([])).toEqual([]);
    expect(announced().offerTo(["websocket"])).toEqual([]);
  });

  it("are offered under the name that a client has for them as well", () => {
    const types = announced("long-polling");
    expect(types.has("cross-origin-long-polling")).toBe(true);
    expect(types.offerTo(["cross-origin-long-polling"])).toEqual([
      "long-polling",
      "cross-origin-long-polling",
    ]);
    expect(types.offerTo(["long-polling"])).toEqual(["long-polling"]);
    expect(announced("websocket").has("cross-origin-long-polling")).toBe(false);
  });

  it("are served until each announcement has been cancelled", () => {
    const types = announced("websocket");
    const cancel = types.announce("websocket");
    cancel();
    cancel();
    expect(types.has("websocket")).toBe(true);
    const types2 = new ConnectionTypes();
    types2.announce("websocket")();
    expect(types2.has("websocket")).toBe(false);
    expect(types2.offerTo(["websocket"])).toEqual([]);
  });

  it("are not those of the language's own objects", () => {
    expect(announced("websocket").has("constructor")).toBe(false);
  });
});
