// Programs the tests need that npm does not bring.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { capture } from "./run.mjs";

export const REDIS = {
  command: "redis-server",
  orElse: "valkey-server",
  unlessSet: "REDIS_URL",
  debian: "redis-server",
  reason: "the tests of the store start their own",
};

/**
 * To need another program, add a line: the command looked for, the Debian package that has it, and why. Where there is
 * one, the command that does as well, and the variable of the environment that makes the program unnecessary.
 */
const SYSTEM_PACKAGES = [
  { command: "chromium", debian: "chromium", reason: "a real browser runs the client in tests" },
  REDIS,
];

/** Installs what is missing where that is possible: as root, with apt-get. Resolves to what is still missing. */
export async function installSystemPackages(programs = SYSTEM_PACKAGES) {
  const wanted = missingOf(programs);
  if (wanted.length === 0) return [];
  if (!canInstall()) return wanted;
  const names = wanted.map(({ debian }) => debian);
  console.log(`Installing with apt-get: ${names.join(", ")}`);
  await aptGet(["update"]);
  const { code, output } = await aptGet(["install", "--yes", "--no-install-recommends", ...names]);
  if (code !== 0) console.log(output);
  return missingOf(programs);
}

function missingOf(programs) {
  return programs.filter((program) => !isThere(program));
}

function isThere({ command, orElse, unlessSet }) {
  if (unlessSet !== undefined && process.env[unlessSet]) return true;
  return isOnPath(command) || (orElse !== undefined && isOnPath(orElse));
}

function canInstall() {
  return process.getuid?.() === 0 && isOnPath("apt-get");
}

function aptGet(args) {
  return capture("env", ["DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", ...args]);
}

function isOnPath(command) {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
