// `npm run soak`: clients of all kinds for ten minutes, or SOAK_MINUTES, with one fault after the other; nothing may grow.
process.env.FAULTS = "long";
process.env.SOAK_MINUTES ??= "10";
const { exitOf, start } = await import("./run.mjs");
process.exitCode = await exitOf(
  start("vitest", ["run", "tests/faults/soak.test.ts", "--disable-console-intercept"]),
);
