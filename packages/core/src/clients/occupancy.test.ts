import { describe, expect, it } from "vitest";
import type { LocalClient } from "./client.ts";
import { Occupancy } from "./occupancy.ts";

function clientOf(browser: string): LocalClient {
  const client: Partial<LocalClient> = {
    profile: { publicId: "p", data: {}, browser },
    isSharing: true,
    isBound: true,
    occupies: undefined,
  };
  return client as LocalClient;
}

describe("the connections of a browser", () => {
  it("are full with as many as are told, until one of them is free", () => {
    const occupancy = new Occupancy(2);
    const clients = [clientOf("a"), clientOf("a"), clientOf("a"), clientOf("b")];
    const [one, two, three, other] = clients as [
      LocalClient,
      LocalClient,
      LocalClient,
      LocalClient,
    ];
    for (const client of [one, two, two]) occupancy.occupy(client);
    expect([three, one, other].map((client) => occupancy.isFullFor(client))).toEqual([
      true,
      false,
      false,
    ]);
    for (const client of [two, two]) occupancy.vacate(client);
    expect(occupancy.isFullFor(three)).toBe(false);
    occupancy.occupy(two);
    expect(occupancy.isFullFor(three)).toBe(true);
  });

  it("are counted while thousands of others come and go", () => {
    const occupancy = new Occupancy(1);
    const lasting = clientOf("lasting");
    const coming = clientOf("coming");
    occupancy.occupy(lasting);
    for (let index = 0; index < 10_000; index++) {
      const client = clientOf(`${index}`);
      for (const each of [coming, client]) occupancy.occupy(each);
      expect(occupancy.isFullFor(clientOf("lasting"))).toBe(true);
      expect(occupancy.isFullFor(clientOf("coming"))).toBe(true);
      for (const each of [coming, client]) occupancy.vacate(each);
      expect(occupancy.isFullFor(clientOf("coming"))).toBe(false);
    }
    occupancy.vacate(lasting);
    expect(occupancy.isFullFor(clientOf("lasting"))).toBe(false);
  });

  it("are forgotten of those that have none, but not at once", () => {
    const occupancy = new Occupancy(1);
    const lasting = clientOf("lasting");
    occupancy.occupy(lasting);
    const comeAndGo = (client: LocalClient): void => {
      occupancy.occupy(client);
      occupancy.vacate(client);
    };
    for (let index = 0; index < 4_096; index++) comeAndGo(clientOf(`${index}`));
    expect(occupancy.size).toBe(4_097);
    comeAndGo(clientOf("one too many"));
    expect(occupancy.size).toBe(1);
    comeAndGo(clientOf("once"));
    for (let count = 0; count < 10_000; count++) comeAndGo(clientOf("again and again"));
    expect(occupancy.size).toBe(3);
    occupancy.vacate(lasting);
    expect(occupancy.isFullFor(clientOf("lasting"))).toBe(false);
  });
});
