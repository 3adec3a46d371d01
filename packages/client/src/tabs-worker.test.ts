import { expect, it } from "vitest";
import { serveTabs } from "./tabs.ts";
import { FakeFactory } from "./testing/fake-world.ts";
import { URL } from "./testing/room.ts";

it("has a worker send the headers that it is given", async () => {
  const factory = new FakeFactory();
  serveTabs(URL, [factory], { getToken: () => "t", headers: { X: "1" } });
  expect(await factory.latest.host.headers()).toEqual({ Authorization: "Bearer t", X: "1" });
});
