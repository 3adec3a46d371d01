import { describe, expect, it } from "vitest";
import { FirstVisits } from "./first-visits.ts";
import type { NodeRequest } from "./node-messages.ts";

const BROWSER = "Mozilla/5.0 (X11; Linux x86_64)";

function by(agent?: string): NodeRequest {
  return { headers: agent === undefined ? {} : { "user-agent": agent } } as NodeRequest;
}

describe("FirstVisits", () => {
  it("gives one identity to what a browser opens together", () => {
    const visits = new FirstVisits();
    const first = visits.identityFor(by(BROWSER), "10.0.0.1", 0);
    expect(first).toMatch(/^[\w-]{32}$/);
    expect(visits.identityFor(by(BROWSER), "10.0.0.1", 4_999)).toBe(first);
    expect(visits.identityFor(by(BROWSER), "10.0.0.1", 5_000)).not.toBe(first);
  });

  it("gives everybody who is no browser an identity of their own, however many come", () => {
    const visits = new FirstVisits();
    const given = Array.from({ length: 1_000 }, () => visits.identityFor(by(), "10.0.0.1", 0));
    expect(new Set(given).size).toBe(1_000);
    for (const identity of given) expect(identity).toMatch(/^(?!.*A{16})[\w-]{32}$/);
  });

  it("takes no more than sixteen for one browser", () => {
    const visits = new FirstVisits();
    const given = Array.from({ length: 33 }, () => visits.identityFor(by(BROWSER), "10.0.0.1", 0));
    expect(new Set(given.slice(0, 16)).size).toBe(1);
    expect(new Set(given.slice(16, 32)).size).toBe(1);
    expect(new Set(given).size).toBe(3);
  });

  it("tells browsers apart by their address and by what they say they are", () => {
    const visits = new FirstVisits();
    const first = visits.identityFor(by(BROWSER), "10.0.0.1", 0);
    expect(visits.identityFor(by(BROWSER), "10.0.0.2", 0)).not.toBe(first);
    expect(visits.identityFor(by(`${BROWSER} Firefox/150.0`), "10.0.0.1", 0)).not.toBe(first);
  });

  it.each([undefined, "node", "curl/8"])("S6 never shares with the agent %s", (agent) => {
    const visits = new FirstVisits();
    const first = visits.identityFor(by(agent), "10.0.0.1", 0);
    expect(visits.identityFor(by(agent), "10.0.0.1", 0)).not.toBe(first);
  });

  it("S6 never shares where the address is not known", () => {
    const visits = new FirstVisits();
    const first = visits.identityFor(by(BROWSER), undefined, 0);
    expect(visits.identityFor(by(BROWSER), undefined, 0)).not.toBe(first);
  });

  it("S2 remembers no more than the last thousand", () => {
    const visits = new FirstVisits();
    const first = visits.identityFor(by(BROWSER), "first", 0);
    for (let at = 1; at < 1_000; at++) visits.identityFor(by(BROWSER), `address ${at}`, 0);
    expect(visits.identityFor(by(BROWSER), "first", 1)).toBe(first);
    visits.identityFor(by(BROWSER), "one more", 1);
    expect(visits.identityFor(by(BROWSER), "first", 1)).not.toBe(first);
  });
});
