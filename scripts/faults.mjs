// `npm run test:faults`: the faults of Redis, the network and the nodes, each long enough to matter, and then all that is
// tested of Redis at its full length. With arguments, only what they choose. What was measured is in .reports/faults, from
// where `node scripts/faults-page.mjs` takes it into docs/reference/faults.md.
process.env.FAULTS = "long";
const { exitOf, start } = await import("./run.mjs");
const chosen = process.argv.slice(2);
const parts =
  chosen.length > 0
    ? [["tests/faults", "tests/redis", ...chosen]]
    : [["tests/faults"], ["tests/redis"]];
let failed = 0;
for (const part of parts) {
  failed += await exitOf(start("vitest", ["run", ...part, "--disable-console-intercept"]));
}
process.exitCode = failed === 0 ? 0 : 1;
