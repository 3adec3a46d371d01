import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { dependenciesOf, violationsIn } from "./architecture/rules.ts";
import { readSources } from "./architecture/source-file.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const CORE_MANIFEST = new URL("../packages/core/package.json", import.meta.url);

describe("the sources of this repository", () => {
  const sources = readSources(ROOT);

  it("are all looked at, those of this test included", () => {
    const paths = sources.map(({ path }) => path);
    expect(paths).toContain("packages/core/src/index.ts");
    expect(paths).toContain("packages/adapter-express/src/index.ts");
    expect(paths).toContain("tests/architecture.test.ts");
    expect(paths.filter((path) => path.includes("node_modules"))).toEqual([]);
  });

  it("keep the import rule", () => {
    expect(sources.flatMap(violationsIn)).toEqual([]);
  });

  it("give core no dependency", () => {
    expect(dependenciesOf(JSON.parse(readFileSync(CORE_MANIFEST, "utf8")))).toEqual([]);
  });
});

interface Planted {
  readonly because: string;
  readonly path: string;
  readonly text: string;
  readonly fault: string;
}

const PLANTED: readonly Planted[] = [
  {
    because: "a relative path leads into another package",
    path: "packages/store-memory/src/feed.ts",
    text: 'import { chain } from "../../core/src/ports/awaitable.ts";',
    fault: "leaves its workspace for ../../core/src/ports/awaitable.ts",
  },
  {
    because: "a test reaches the sources of a package by a relative path",
    path: "tests/walk.test.ts",
    text: 'const core = await import("../packages/core/src/index.ts");',
    fault: "leaves its workspace for ../packages/core/src/index.ts",
  },
  {
    because: "an import goes deeper than a package's name",
    path: "examples/chat/src/server.ts",
    text: 'import type { Ports } from "@encke/core/src/ports/ports.ts";',
    fault: "reaches inside @encke/core/src/ports/ports.ts",
  },
  {
    because: "an adapter imports a store",
    path: "packages/adapter-node-http/src/handler.ts",
    text: 'import { MemoryStore } from "@encke/store-memory";',
    fault: "may not import @encke/store-memory",
  },
  {
    because: "a gateway imports a store",
    path: "packages/gateway-x/src/gateway.ts",
    text: 'import { MemoryStore } from "@encke/store-memory";',
    fault: "may not import @encke/store-memory",
  },
  {
    because: "a store imports an adapter, if only in a type",
    path: "packages/store-memory/src/memory-store.ts",
    text: 'export type Handler = import("@encke/adapter-node-http").Handler;',
    fault: "may not import @encke/adapter-node-http",
  },
  {
    because: "a store imports another store",
    path: "packages/store-redis/src/redis-store.ts",
    text: 'export { MemoryStore } from "@encke/store-memory";',
    fault: "may not import @encke/store-memory",
  },
  {
    because: "a test of core stands on another package",
    path: "packages/core/src/comet.test.ts",
    text: 'import { MemoryStore } from "@encke/store-memory";',
    fault: "may not import @encke/store-memory",
  },
  {
    because: "core depends on a package",
    path: "packages/core/src/bus/bus.ts",
    text: 'import { WebSocket } from "ws";',
    fault: "depends on ws",
  },
  {
    because: "core depends on Node, if only in a type",
    path: "packages/core/src/exchange/responder.ts",
    text: 'import type { ServerResponse } from "node:http";',
    fault: "depends on node:http",
  },
  {
    because: "a floor of core reaches up to the next",
    path: "packages/core/src/protocol/batch.ts",
    text: 'import type { Responder } from "../exchange/responder.ts";',
    fault: "on floor protocol reaches up to ../exchange/responder.ts",
  },
  {
    because: "a floor of core reaches up to the composition root",
    path: "packages/core/src/bus/bus.ts",
    text: 'import { SYSTEM } from "../system.ts";',
    fault: "on floor bus reaches up to ../system.ts",
  },
  {
    because: "a folder of core is no floor",
    path: "packages/core/src/utils/strings.ts",
    text: "export const EMPTY = 0;",
    fault: "stands on utils, which is no floor",
  },
  {
    because: "core reads the clock",
    path: "packages/core/src/clients/expiry.ts",
    text: "export const at = (): number => Date.now();",
    fault: "touches Date",
  },
  {
    because: "core makes a date",
    path: "packages/core/src/clients/expiry.ts",
    text: "export const at = (): unknown => new Date();",
    fault: "touches Date",
  },
  {
    because: "core draws a random number",
    path: "packages/core/src/clients/ids.ts",
    text: "export const id = (): number => Math.floor(Math.random() * 10);",
    fault: "touches Math.random",
  },
  ...["setTimeout", "queueMicrotask", "globalThis", "process", "console", "crypto"].map((name) => ({
    because: `core uses ${name}`,
    path: "packages/core/src/comet.ts",
    text: `export const world: unknown = { held: ${name} };`,
    fault: `touches ${name}`,
  })),
  {
    because: "an index re-exports everything",
    path: "packages/store-memory/src/index.ts",
    text: 'export * from "./memory-store.ts";',
    fault: "has ExportAllDeclaration beside re-exports by name",
  },
  {
    because: "an index re-exports a default",
    path: "packages/store-memory/src/index.ts",
    text: 'export { default as MemoryStore } from "./memory-store.ts";',
    fault: "has ExportNamedDeclaration beside re-exports by name",
  },
  {
    because: "an index has code of its own",
    path: "packages/store-memory/src/index.ts",
    text: "export const LIMIT = 5;",
    fault: "has ExportNamedDeclaration beside re-exports by name",
  },
];

describe("the checker of the import rule", () => {
  it.each(PLANTED.map((planted) => [planted.because, planted] as const))(
    "finds that %s",
    (_, planted) => {
      const { path, text, fault } = planted;
      expect(violationsIn({ path, text })).toContain(`${path} ${fault}`);
    },
  );

  it("finds a dependency of core, of whichever kind", () => {
    const manifest = {
      dependencies: { a: "1" },
      peerDependencies: { b: "1" },
      devDependencies: {},
    };
    expect(dependenciesOf(manifest)).toEqual(["a", "b"]);
  });

  it.each([
    ["packages/core/src/comet.ts", 'import { SYSTEM } from "./system.ts";'],
    ["packages/core/src/comet/settings.ts", 'import { Bus } from "../bus/bus.ts";'],
    ["packages/core/src/bus/bus.ts", 'import { kindOf } from "../protocol/channels.ts";'],
    [
      "packages/core/src/bus/bus.ts",
      "export const ask = (log: Log) => log.console(Math.max(1, 2));",
    ],
    ["packages/core/src/system.ts", "export const now = (): number => Date.now();"],
    ["packages/core/src/bus/bus.test.ts", 'import { expect } from "vitest";'],
    ["packages/core/src/index.ts", 'export type { A } from "./a.ts"; export { B } from "./b.ts";'],
    ["packages/adapter-express/src/middleware.ts", 'import { a } from "@encke/adapter-node-http";'],
    ["packages/gateway-x/src/gateway.ts", 'import { a } from "@encke/adapter-node-http";'],
    ["packages/adapter-node-http/src/handler.test.ts", 'import { M } from "@encke/store-memory";'],
    ["tests/walk.test.ts", 'import { M } from "@encke/store-memory";'],
  ])("lets %s have %s", (path, text) => {
    expect(violationsIn({ path, text })).toEqual([]);
  });

  it("refuses a file it cannot read", () => {
    expect(() => violationsIn({ path: "tests/x.ts", text: "const = 1;" })).toThrow(SyntaxError);
  });
});
