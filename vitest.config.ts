import { defineConfig } from "vitest/config";

export default defineConfig({
  // The decorators of Nest: what tsc makes of them by `experimentalDecorators` and `emitDecoratorMetadata`.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  resolve: {
    alias: [
      {
        find: /^@encke\/example-([a-z-]+)$/,
        replacement: new URL("./examples/$1/src/$1.ts", import.meta.url).pathname,
      },
      {
        find: /^@encke\/client\/([a-z-]+)$/,
        replacement: new URL("./packages/client/src/$1.ts", import.meta.url).pathname,
      },
      {
        find: /^@encke\/client$/,
        replacement: new URL("./packages/client/src/node.ts", import.meta.url).pathname,
      },
      {
        find: "@encke/metrics/tracing",
        replacement: new URL("./packages/metrics/src/tracing.ts", import.meta.url).pathname,
      },
      {
        find: /^@encke\/([a-z-]+)$/,
        replacement: new URL("./packages/$1/src/index.ts", import.meta.url).pathname,
      },
    ],
  },
  test: {
    include: [
      "packages/**/*.test.ts",
      "tests/**/*.test.ts",
      "examples/**/*.test.ts",
      "benchmarks/**/*.test.ts",
    ],
    exclude: ["**/node_modules/**", "**/dist/**"],
    pool: "forks",
    maxWorkers: 2,
    // Only what never comes takes this long. On a machine that has other work, everything else may take its time.
    testTimeout: 40_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
    allowOnly: false,
    passWithNoTests: false,
  },
});
