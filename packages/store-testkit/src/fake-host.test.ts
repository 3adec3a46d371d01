import { describe, expect, it } from "vitest";
import { FakeHost } from "./fake-host.ts";

describe("FakeHost", () => {
  it("moves its clock only when it is told to", () => {
    const host = new FakeHost("node", 10);
    expect(host.now()).toBe(10);
    host.advance(5);
    expect(host.now()).toBe(15);
  });

  it("runs what becomes due in order of time, at its time, also what is set meanwhile", () => {
    const host = new FakeHost("node", 0);
    const ran: string[] = [];
    const note = (name: string) => (): void => void ran.push(`${name} at ${host.now()}`);
    host.after(30, note("late"));
    host.after(10, () => {
      note("early")();
      host.after(10, note("nested"));
    });
    host.after(31, note("never"));
    host.advance(30);
    expect(ran).toEqual(["early at 10", "nested at 20", "late at 30"]);
    expect(host.waitingTimers).toBe(1);
  });

  it("forgets a timer that is cancelled", () => {
    const host = new FakeHost();
    const cancel = host.after(10, () => expect.unreachable());
    cancel();
    cancel();
    host.advance(20);
    expect(host.waitingTimers).toBe(0);
  });

  it("keeps what is written to its log", () => {
    const host = new FakeHost();
    host.log("warn", "slow", { ms: 3 });
    host.log("info", "there");
    expect(host.lines).toEqual([
      { level: "warn", text: "slow", details: { ms: 3 } },
      { level: "info", text: "there" },
    ]);
  });
});
