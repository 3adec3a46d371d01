import { Batch } from "@encke/core";
import { describe, expect, it } from "vitest";
import { EventForm, readEventId } from "./event-form.ts";

function batchAt(...positions: readonly (number | undefined)[]): Batch {
  return new Batch(
    positions.map((position) => ({
      json: `{"at":${position ?? null}}`,
      ...(position !== undefined && { position }),
    })),
  );
}

function lastWord(advice?: object): string {
  const json = JSON.stringify({ channel: "/meta/connect", ...(advice && { advice }) });
  return String(new EventForm().lastBytesOf(new Batch([{ json }]))).split("data:")[0] as string;
}

describe("events", () => {
  it("are made once for all who are sent the same", () => {
    const batch = batchAt(7);
    const event = new EventForm().bytesOf(batch);
    expect(String(event)).toBe('id: 7\ndata: [{"at":7}]\n\n');
    expect(new EventForm().bytesOf(batch)).toBe(event);
  });

  it("say how far the newest of their messages brings the reader", () => {
    const form = new EventForm();
    expect(String(form.bytesOf(batchAt(7, 3, undefined)))).toMatch(/^id: 7\n/);
    expect(String(form.bytesOf(batchAt(undefined)))).toMatch(/^data: /);
  });

  it("never lead a reader back, whose history comes after what is newer", () => {
    const form = new EventForm();
    form.bytesOf(batchAt(7));
    expect(String(form.bytesOf(batchAt(2, 3)))).toBe('data: [{"at":2},{"at":3}]\n\n');
    expect(String(form.bytesOf(batchAt(8)))).toMatch(/^id: 8\n/);
  });

  it("begin with a position, unless one was sent that is newer", () => {
    const form = new EventForm();
    expect(String(form.startAt(4))).toBe("id: 4\n\n");
    expect(String(form.bytesOf(batchAt(4)))).toMatch(/^data: /);
    const late = new EventForm();
    late.bytesOf(batchAt(5));
    expect(String(late.startAt(4))).toBe("");
  });

  it.each([
    ["is to come back later", { reconnect: "retry", interval: 4_321 }, "retry: 4321\n"],
    ["is to come back at once", { reconnect: "retry", interval: 0 }, "retry: 1000\n"],
    ["is told nothing about that", undefined, "retry: 1000\n"],
    ["has had its stream taken", { reconnect: "retry", "multiple-clients": true }, "id: over\n"],
    ["is to go away", { reconnect: "none" }, "id: over\n"],
    ["is to shake hands", { reconnect: "handshake", interval: 0 }, "id: over\n"],
  ])("end for a reader that %s", (_, advice, expected) => {
    expect(lastWord(advice)).toContain(expected);
    expect(lastWord(advice).includes("over")).toBe(expected.includes("over"));
  });

  it("name their client, too, where the reader does not know it, and let it shake hands again", () => {
    const form = new EventForm({ clientId: "abc", replies: batchAt(undefined) });
    expect(String(form.start)).toBe('retry: 2000\n\ndata: [{"at":null}]\n\n');
    expect(String(form.startAt(6))).toBe("id: abc:6\n\n");
    expect(String(form.bytesOf(batchAt(7)))).toBe('id: abc:7\ndata: [{"at":7}]\n\n');
    const json = '{"advice":{"reconnect":"handshake","interval":3000}}';
    expect(String(form.lastBytesOf(new Batch([{ json }])))).toBe(
      `retry: 3000\ndata: [${json}]\n\n`,
    );
  });
});

describe("the id of an event", () => {
  it.each([
    ["17", { position: 17 }],
    ["abc:17", { position: 17, clientId: "abc" }],
    ["a:b:17", { position: 17, clientId: "a:b" }],
    [":17", { position: 17 }],
    ["over", {}],
    ["", {}],
    ["abc:", {}],
    ["-1", {}],
    ["1e3", {}],
    ["9".repeat(16), {}],
  ])("is read: %j", (id, expected) => {
    expect(readEventId(id)).toEqual(expected);
  });
});
