import { RemoteError } from "@encke/core";
import type { CometD, Message } from "cometd";
import { describe, expect, it } from "vitest";
import {
  answered,
  clientOf,
  serverWith,
  TRANSPORTS,
  type Transport,
} from "../extensions/support/real-client.ts";
import { each, LIBRARIES } from "./libraries.ts";

async function callers(library: string, transport: Transport): Promise<CometD> {
  const server = await serverWith([
    {
      name: "calls",
      attach(comet) {
        comet.remote("now", ({ data }) => ({ asked: data }));
        comet.remote("later", async ({ data }) => ({ asked: data }));
        comet.remote("refuse", async () => {
          throw new RemoteError("closed", "Come back tomorrow.");
        });
        comet.remote("count", async function* () {
          yield* [1, 2, 3];
        });
        return () => undefined;
      },
    },
  ]);
  return clientOf(server, transport, {}, LIBRARIES[library]?.CometD);
}

function call(client: CometD, target: string, data: object): Promise<Message> {
  return answered((reply) => client.remoteCall(target, data, reply));
}

describe.each(each(TRANSPORTS))("B67 remoteCall of %s over %s", (library, transport) => {
  it("gets the result, whether it is there at once or later", async () => {
    const client = await callers(library, transport);
    for (const target of ["now", "later"]) {
      const { successful, data } = await call(client, target, { for: target });
      expect([successful, data]).toEqual([true, { asked: { for: target } }]);
    }
  });

  it("gets the error of the application", async () => {
    const { successful, data } = await call(await callers(library, transport), "refuse", {});
    expect(successful).toBe(false);
    expect(data).toEqual({ code: "closed", message: "Come back tomorrow." });
  });

  it("gets the first of many values, and hears the others on the channel", async () => {
    const client = await callers(library, transport);
    const others: unknown[] = [];
    const last = new Promise<void>((resolve) => {
      client.addListener("/service/count", ({ data, ext }: Message) => {
        if ((ext as { stream: { done?: boolean } }).stream.done) resolve();
        else others.push(data);
      });
    });
    expect((await call(client, "count", {})).data).toBe(1);
    await last;
    expect(others).toEqual([2, 3]);
  });
});
