// Builds an example and runs it until a signal ends it.
import { constants } from "node:os";
import { join } from "node:path";
import { installPackages } from "./install.mjs";
import { capture, exitOf, ROOT, start } from "./run.mjs";

/** Resolves to the exit code for this process. */
export async function runExample(name) {
  return (await prepare(name)) ? await serve(name) : 1;
}

async function prepare(name) {
  if (!(await installPackages())) return false;
  console.log("Building");
  const { code, output } = await capture("turbo", [
    "run",
    "build",
    `--filter=@encke/example-${name}`,
    "--output-logs=errors-only",
  ]);
  if (code !== 0) console.log(output);
  return code === 0;
}

async function serve(name) {
  const server = start(process.execPath, [join("dist", "server.js")], {
    cwd: join(ROOT, "examples", name),
    shell: false,
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => server.kill(signal));
  }
  onOrphaned(() => server.kill("SIGTERM"));
  const code = await exitOf(server);
  return server.signalCode === null ? code : 128 + constants.signals[server.signalCode];
}

/** npm passes a signal to the shell between itself and this process, and that shell dies of it silently. */
function onOrphaned(callback) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    callback();
  }, 250);
  watch.unref();
}
