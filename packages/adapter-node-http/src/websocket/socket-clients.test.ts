import type { IClient } from "@encke/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PendingSockets } from "./pending-sockets.ts";
import { SocketClients } from "./socket-clients.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function stage(): {
  readonly living: Set<string>;
  readonly clients: SocketClients;
  readonly pending: PendingSockets;
  readonly onTimeout: ReturnType<typeof vi.fn>;
} {
  const living = new Set<string>();
  const client = (id: string): IClient | undefined =>
    living.has(id) ? ({} as IClient) : undefined;
  const pending = new PendingSockets(1, 1_000);
  const onTimeout = vi.fn();
  return {
    living,
    pending,
    onTimeout,
    clients: new SocketClients({ client }, pending, { onTimeout }),
  };
}

describe("the clients of a socket", () => {
  it("keep it from being pending while one of them lives", () => {
    const { living, clients, pending, onTimeout } = stage();
    expect(pending.isFull).toBe(true);
    for (const id of ["a", "b"]) {
      living.add(id);
      clients.add(id);
    }
    living.delete("b");
    clients.check();
    vi.advanceTimersByTime(5_000);
    expect([pending.isFull, onTimeout.mock.calls.length]).toEqual([false, 0]);
  });

  it("leave it pending again when all of them are gone, from the next look on, and once", () => {
    const { living, clients, pending, onTimeout } = stage();
    living.add("a");
    clients.add("a");
    living.delete("a");
    clients.check();
    clients.check();
    expect([pending.isFull, vi.getTimerCount()]).toEqual([true, 1]);
    vi.advanceTimersByTime(1_000);
    expect(onTimeout).toHaveBeenCalledTimes(1);
  });

  it("have it back when one shows up in time, also the one that was there before", () => {
    const { living, clients, pending, onTimeout } = stage();
    clients.add("a");
    clients.check();
    living.add("a");
    clients.add("a");
    vi.advanceTimersByTime(5_000);
    clients.check();
    expect([pending.isFull, onTimeout.mock.calls.length]).toEqual([false, 0]);
  });

  it("have it back when one of several shows up, also the last that was heard", () => {
    const { living, clients, pending, onTimeout } = stage();
    for (const id of ["a", "b"]) clients.add(id);
    clients.check();
    expect(pending.isFull).toBe(true);
    living.add("b");
    clients.add("b");
    clients.check();
    vi.advanceTimersByTime(5_000);
    expect([pending.isFull, onTimeout.mock.calls.length]).toEqual([false, 0]);
  });

  it("have nobody called back when it has closed", () => {
    const { clients, pending, onTimeout } = stage();
    clients.close();
    vi.advanceTimersByTime(5_000);
    expect([pending.isFull, onTimeout.mock.calls.length]).toEqual([false, 0]);
  });
});
