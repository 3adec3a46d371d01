import { EventEmitter } from "node:events";
import { setImmediate as endOfTurn } from "node:timers/promises";
import { expect, it } from "vitest";
import type { NodeRequest, NodeResponse } from "../node-messages.ts";
import { wireOf } from "./wire.ts";

// Where it matters cannot be asserted: node 20 frees memory twice, and the process may die some seconds later.
it("S1 resets a stream of HTTP/2 only when node has read what it was reading", async () => {
  const resets: number[] = [];
  const request = { httpVersionMajor: 2 } as NodeRequest;
  const response = { stream: { close: (code: number) => resets.push(code) } };
  wireOf(request).destroy(request, response as unknown as NodeResponse);
  await Promise.resolve();
  expect(resets).toEqual([]);
  await endOfTurn();
  expect(resets).toEqual([8]);
});

it.each([1, 2])("tells of the end of an answer until nobody asks any more (HTTP/%i)", (version) => {
  const heard: string[] = [];
  const request = { httpVersionMajor: version } as NodeRequest;
  const response = Object.assign(new EventEmitter(), { socket: {} }) as unknown as NodeResponse;
  const wire = wireOf(request);
  const cancel = wire.onClose(request, response, () => heard.push("one"));
  wire.onClose(request, response, () => heard.push("two"));
  cancel();
  response.emit("close");
  expect(heard).toEqual(["two"]);
});
