import { expect, it } from "vitest";
import { MessageQueue, type Overflow } from "./message-queue.ts";

const DONE = { done: true, value: undefined };

async function read<T>(queue: MessageQueue<T>): Promise<T[]> {
  const values: T[] = [];
  for (;;) {
    const next = await queue.next();
    if (next.done === true) return values;
    values.push(next.value);
  }
}

it.each<readonly [Overflow, readonly number[]]>([
  ["drop-oldest", [2, 3]],
  ["drop-newest", [1, 2]],
])("keeps what %s says when there is no room", async (overflow, kept) => {
  const queue = new MessageQueue<number>({ buffer: 2, overflow });
  expect([1, 2, 3].map((value) => queue.push(value))).toEqual([true, true, true]);
  expect(queue.dropped).toBe(1);
  queue.end();
  expect(await read(queue)).toEqual(kept);
});

it("ends when there is no room where that was chosen, after what came before", async () => {
  const queue = new MessageQueue<number>({ buffer: 2, overflow: "close" });
  expect([1, 2, 3].map((value) => queue.push(value))).toEqual([true, true, false]);
  expect(queue.dropped).toBe(1);
  expect([await queue.next(), await queue.next()]).toMatchObject([{ value: 1 }, { value: 2 }]);
  await expect(queue.next()).rejects.toMatchObject({ code: "overflow" });
});

it("gives those who wait what comes, in order", async () => {
  const queue = new MessageQueue<number>({});
  const next = [queue.next(), queue.next()];
  queue.push(1);
  queue.push(2);
  expect(await Promise.all(next)).toEqual([
    { done: false, value: 1 },
    { done: false, value: 2 },
  ]);
});

it("tells of an error once, after what came before it", async () => {
  const queue = new MessageQueue<number>({});
  queue.push(1);
  queue.end(new Error("over"));
  expect(await queue.next()).toEqual({ done: false, value: 1 });
  await expect(queue.next()).rejects.toThrow("over");
  expect(await queue.next()).toEqual(DONE);
});

it("tells all who wait that it is over", async () => {
  const queue = new MessageQueue<number>({});
  const waiting = [queue.next(), queue.next()];
  queue.end();
  expect(await Promise.all(waiting)).toEqual([DONE, DONE]);
});
