// `npm start`: the chat example, from a clean clone. PORT chooses the port (default 8080).
import { constants } from "node:os";
import { join } from "node:path";
import { installPackages } from "./install.mjs";
import { capture, exitOf, ROOT, start } from "./run.mjs";

process.exitCode = (await prepare()) ? await serve() : 1;

async function prepare() {
  if (!(await installPackages())) return false;
  console.log("Building");
  const { code, output } = await capture("turbo", [
    "run",
    "build",
    "--filter=@encke/example-chat",
    "--output-logs=errors-only",
  ]);
  if (code !== 0) console.log(output);
  return code === 0;
}

async function serve() {
  const server = start(process.execPath, [join("dist", "server.js")], {
    cwd: join(ROOT, "examples", "chat"),
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
