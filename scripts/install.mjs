// Brings node_modules up to the lock file; shared by `npm start` and `npm test`.
import { statSync } from "node:fs";
import { join } from "node:path";
import { exitOf, ROOT, start } from "./run.mjs";

/** Installs from the lock file unless that has been done; false when npm failed. */
export async function installPackages() {
  if (isInstalled()) return true;
  console.log("Installing packages from the lock file");
  return (await exitOf(start("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]))) === 0;
}

/** npm writes its own copy of the lock file last, so a copy older than the lock is stale or half done. */
function isInstalled() {
  const installed = modifiedAt("node_modules/.package-lock.json");
  return installed !== undefined && installed >= modifiedAt("package-lock.json");
}

function modifiedAt(path) {
  return statSync(join(ROOT, path), { throwIfNoEntry: false })?.mtimeMs;
}
