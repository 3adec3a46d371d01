import { describe, expect, it } from "vitest";
import { Extensions, type IExtension } from "./extensions.ts";

const MESSAGE = { channel: "/a" };

/** An extension that notes when it is asked, and answers what it is told to. */
function noting(name: string, seen: string[], answer?: unknown): IExtension {
  const note = (): unknown => {
    seen.push(name);
    return answer;
  };
  return { name, incoming: note, outgoing: note };
}

describe("extensions", () => {
  it("see incoming messages in the order they were added, and outgoing ones in reverse", () => {
    const extensions = new Extensions(() => undefined);
    const seen: string[] = [];
    for (const name of ["one", "two"]) extensions.use(noting(name, seen));
    expect(extensions.incoming(MESSAGE, {})).toBe(true);
    expect(extensions.outgoing(MESSAGE, {})).toBe(true);
    expect(seen).toEqual(["one", "two", "two", "one"]);
  });

  it("are each asked when the one before has answered", async () => {
    const extensions = new Extensions(() => undefined);
    const seen: string[] = [];
    extensions.use({
      name: "slow",
      incoming: async () => {
        await Promise.resolve();
        seen.push("slow");
      },
    });
    extensions.use(noting("quick", seen));
    expect(await extensions.incoming(MESSAGE, {})).toBe(true);
    expect(seen).toEqual(["slow", "quick"]);
  });

  it.each([
    ["at once", false],
    ["later", Promise.resolve(false)],
  ])("delete a message by false, %s, and the others do not see it", async (_, answer) => {
    const extensions = new Extensions(() => undefined);
    const seen: string[] = [];
    extensions.use(noting("first", seen, answer));
    extensions.use(noting("second", seen));
    expect(await extensions.incoming(MESSAGE, {})).toBe(false);
    expect(seen).toEqual(["first"]);
  });

  it.each([undefined, null, 0, "", true])("keep a message by %j", (answer) => {
    const extensions = new Extensions(() => undefined);
    extensions.use(noting("one", [], answer));
    expect(extensions.incoming(MESSAGE, {})).toBe(true);
  });

  it("may have one side only", () => {
    const extensions = new Extensions(() => undefined);
    extensions.use({ name: "in", incoming: () => false });
    expect(extensions.hasOutgoing).toBe(false);
    extensions.use({ name: "out", outgoing: () => true });
    expect(extensions.hasOutgoing).toBe(true);
    expect(extensions.outgoing(MESSAGE, {})).toBe(true);
    expect(extensions.incoming(MESSAGE, {})).toBe(false);
  });

  it("see nothing any more once they are removed", () => {
    const extensions = new Extensions(() => undefined);
    const seen: string[] = [];
    const remove = extensions.use(noting("one", seen));
    extensions.use(noting("two", seen));
    remove();
    remove();
    expect(extensions.incoming(MESSAGE, {})).toBe(true);
    expect(extensions.outgoing(MESSAGE, {})).toBe(true);
    expect(seen).toEqual(["two", "two"]);
  });

  it("keep their own `this`", () => {
    const extensions = new Extensions(() => undefined);
    const counting = {
      name: "counting",
      count: 0,
      incoming(): void {
        this.count++;
      },
    };
    extensions.use(counting);
    expect(extensions.incoming(MESSAGE, {})).toBe(true);
    expect(counting.count).toBe(1);
  });
});
