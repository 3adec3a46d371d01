import { describe, expect, it } from "vitest";
import type { FailureEvent } from "./client-events.ts";
import { CometClient } from "./node.ts";
import { FakeFactory, FakeWorld, settled } from "./testing/fake-world.ts";

function stage(): { readonly client: CometClient; readonly errors: unknown[] } {
  const world = new FakeWorld();
  const client = new CometClient("/comet", { transports: [new FakeFactory()], world });
  const errors: unknown[] = [];
  client.addEventListener("error", ({ error }: FailureEvent) => errors.push(error?.cause));
  return { client, errors };
}

describe("the client in Node", () => {
  it("tells what a listener throws, or rejects with, as an error, and goes on", async () => {
    const { client, errors } = stage();
    const [thrown, rejected] = [new Error("thrown"), new Error("rejected")];
    const seen: string[] = [];
    client.addEventListener("connecting", () => {
      throw thrown;
    });
    client.addEventListener("connecting", (() => Promise.reject(rejected)) as () => void);
    client.addEventListener("connecting", ({ type }) => seen.push(type));
    client.connect().catch(() => undefined);
    await settled();
    expect(errors).toEqual([thrown, rejected]);
    expect(seen).toEqual(["connecting"]);
    await client.disconnect();
  });

  it("warns of what a listener to errors throws", async () => {
    const { client } = stage();
    const warned = new Promise<Error>((resolve) => process.once("warning", resolve));
    client.addEventListener("error", () => {
      throw new Error("mine");
    });
    client.addEventListener("connecting", () => {
      throw new Error("first");
    });
    client.connect().catch(() => undefined);
    expect((await warned).message).toBe("Error: mine");
    await client.disconnect();
  });

  it("calls a listener once, and no more when it was removed", async () => {
    const { client } = stage();
    let calls = 0;
    const listener = (): void => {
      calls++;
    };
    client.addEventListener("connecting", listener);
    client.addEventListener("connecting", listener);
    client.connect().catch(() => undefined);
    await client.disconnect();
    expect(calls).toBe(1);
    client.removeEventListener("connecting", listener);
    client.connect().catch(() => undefined);
    await client.disconnect();
    expect(calls).toBe(1);
  });
});
