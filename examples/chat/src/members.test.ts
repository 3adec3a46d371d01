import { describe, expect, it } from "vitest";
import { Members } from "./members.ts";

describe("the members of a room", () => {
  it("are those who have entered, by name", () => {
    const members = new Members();
    members.enter("lobby", "bob");
    members.enter("lobby", "ann");
    members.enter("garden", "cleo");
    expect(members.in("lobby")).toEqual(["ann", "bob"]);
    expect(members.rooms).toEqual(["lobby", "garden"]);
  });

  it("stay until their last window is gone", () => {
    const members = new Members();
    expect(members.enter("lobby", "ann")).toBe(true);
    expect(members.enter("lobby", "ann")).toBe(false);
    expect(members.leave("lobby", "ann")).toBe(false);
    expect(members.in("lobby")).toEqual(["ann"]);
    expect(members.leave("lobby", "ann")).toBe(true);
    expect(members.in("lobby")).toEqual([]);
    expect(members.rooms).toEqual([]);
  });

  it("do not leave twice", () => {
    expect(new Members().leave("lobby", "ann")).toBe(false);
  });
});
