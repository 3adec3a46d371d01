// `npm run test:faults`: the faults of Redis, the network and the nodes, each long enough to matter.
process.env.FAULTS = "long";
const { exitOf, start } = await import("./run.mjs");
process.exitCode = await exitOf(
  start("vitest", [
    "run",
    "tests/faults",
    "tests/redis",
    "--disable-console-intercept",
    ...process.argv.slice(2),
  ]),
);
