// Runs commands of this repository with its own tools first on the PATH.
import { spawn } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const WITHOUT_COLOUR = { FORCE_COLOR: "0", NO_COLOR: "1" };

const ENVIRONMENT = {
  ...process.env,
  PATH: `${join(ROOT, "node_modules", ".bin")}${delimiter}${process.env.PATH ?? ""}`,
  TURBO_TELEMETRY_DISABLED: "1",
  // A log file is read by people and by programs that want the plain lines.
  ...(process.stdout.isTTY ? {} : WITHOUT_COLOUR),
};

/** Starts a command in the repository's root and lets it write to this terminal. */
export function start(command, args, options = {}) {
  // Only Windows needs a shell: there the tools are .cmd files.
  const shell = process.platform === "win32";
  return spawn(command, args, { cwd: ROOT, env: ENVIRONMENT, shell, stdio: "inherit", ...options });
}

/** Resolves to the exit code; a command that cannot be started, or was killed, counts as 1. */
export function exitOf(child) {
  return new Promise((resolve) => {
    child.once("error", () => resolve(1));
    child.once("close", (code) => resolve(code ?? 1));
  });
}

/** Runs a command to its end and keeps what it wrote, to be shown only when that matters. */
export async function capture(command, args) {
  const child = start(command, args, {
    env: { ...ENVIRONMENT, ...WITHOUT_COLOUR },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks = [];
  child.stdout.on("data", (chunk) => chunks.push(chunk));
  child.stderr.on("data", (chunk) => chunks.push(chunk));
  child.once("error", (error) => chunks.push(Buffer.from(`${command}: ${error.message}\n`)));
  const code = await exitOf(child);
  return { code, output: Buffer.concat(chunks).toString("utf8") };
}
