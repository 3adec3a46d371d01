import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

describe("what is depended on", () => {
  it("S20 core depends on nothing at all", () => {
    const { dependencies, peerDependencies, optionalDependencies } = manifestOf("core");
    expect({ dependencies, peerDependencies, optionalDependencies }).toEqual({});
  });

  it("S20 the adapter takes no ws below 8.23.0, which bounds unread pongs, and nothing else", () => {
    const { dependencies = {} } = manifestOf("adapter-node-http");
    expect(Object.keys(dependencies)).toEqual(["ws"]);
    const [, ...version] = /^\^(\d+)\.(\d+)\.(\d+)$/.exec(dependencies.ws ?? "") ?? [];
    const [major = 0, minor = 0, patch = 0] = version.map(Number);
    expect(major * 1e6 + minor * 1e3 + patch).toBeGreaterThanOrEqual(8_023_000);
    expect(major).toBe(8);
  });
});

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function manifestOf(name: string): Manifest {
  const path = new URL(`../../../packages/${name}/package.json`, import.meta.url);
  return JSON.parse(readFileSync(path, "utf8")) as Manifest;
}
