import { describe, expect, it } from "vitest";
import { channelsOf, isRoom, roomOf, STANDING_ROOMS } from "./rooms.ts";

describe("a room", () => {
  it.each([...STANDING_ROOMS, "a", "room-2"])("may be called %s", (name) => {
    expect(isRoom(name)).toBe(true);
  });

  it.each(["", "-a", "Lobby", "a/b", "*", "**", "a".repeat(25), 7])(
    "may not be called %s",
    (name) => {
      expect(isRoom(name)).toBe(false);
    },
  );

  it("is found by each of its channels", () => {
    for (const channel of Object.values(channelsOf("garden")))
      expect(roomOf(channel)).toBe("garden");
  });

  it.each(["/chat/*", "/chat/**", "/chat/garden/shed", "/other/garden", "/chat", "/rooms"])(
    "is not meant by %s",
    (channel) => {
      expect(roomOf(channel)).toBeUndefined();
    },
  );
});
