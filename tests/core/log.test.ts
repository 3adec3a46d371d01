import { expect, it, onTestFinished, vi } from "vitest";
import { World } from "../support/world.ts";

it("a log that fails costs no request its answer, and is told of on the console", async () => {
  const console = vi.spyOn(globalThis.console, "error").mockReturnValue();
  onTestFinished(() => console.mockRestore());
  const cause = new Error("disk full");
  const fail = (): never => {
    throw cause;
  };
  const world = new World({ log: fail, policies: { publish: fail } });
  const talker = await world.client();
  const reply = await world.reply(talker.publish("/a", 1));
  expect(reply).toMatchObject({ successful: false, error: "403:/a:publish_denied" });
  expect(console.mock.lastCall).toMatchObject(["encke: The log failed.", { cause }]);
});
