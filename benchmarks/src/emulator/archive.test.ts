import { describe, expect, it } from "vitest";
import { archiveOf } from "./archive.ts";

const FILES = [
  { path: "init", content: "#!/bin/sh\n" },
  { path: "bin/deep/tool", content: Buffer.from([1, 2, 3]) },
];

describe("an archive of the first files", () => {
  const archive = archiveOf(FILES);
  const text = archive.toString("latin1");

  it("has all of its parts at multiples of four bytes, and an end", () => {
    expect(archive.length % 4).toBe(0);
    for (const { index } of text.matchAll(/070701/g)) expect(index % 4).toBe(0);
    expect(text.trimEnd()).toContain("TRAILER!!!");
  });

  it("has each folder once, before what is in it", () => {
    const names = [...text.matchAll(/070701[0-9a-f]{104}([^\0]+)\0/g)].map(([, name]) => name);
    expect(names).toEqual(["bin", "bin/deep", "init", "bin/deep/tool", "TRAILER!!!"]);
  });

  it("says the length of each file and that it can be executed", () => {
    const [, mode, size] =
      /070701[0-9a-f]{8}([0-9a-f]{8})[0-9a-f]{32}([0-9a-f]{8})[0-9a-f]{48}init/.exec(text) ?? [];
    expect(Number.parseInt(mode ?? "", 16)).toBe(0o100755);
    expect(Number.parseInt(size ?? "", 16)).toBe("#!/bin/sh\n".length);
  });
});
