// `npm test`: everything that must hold, from a clean clone. The last line counts.
import { installPackages } from "./install.mjs";
import { runSteps } from "./steps.mjs";
import { installSystemPackages } from "./system-packages.mjs";
import { runUnitTests } from "./unit-tests.mjs";

const total = { passed: 0, failed: 0 };
if (await installPackages()) {
  total.failed += await missingPrograms();
  total.failed += await runSteps();
  const tests = await runUnitTests();
  total.passed += tests.passed;
  total.failed += tests.failed;
} else {
  console.log("FAILED  npm ci");
  total.failed += 1;
}
process.exitCode = total.failed === 0 ? 0 : 1;
console.log(`${total.passed} passed, ${total.failed} failed`);

async function missingPrograms() {
  const missing = await installSystemPackages();
  for (const { command, debian, reason } of missing) {
    console.log(`FAILED  ${command} is missing (${reason}); on Debian: apt-get install ${debian}`);
  }
  return missing.length;
}
