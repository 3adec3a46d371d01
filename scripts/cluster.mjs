// `npm run cluster`: the cluster example, from a clean clone. PORT chooses the port (default 8084), REDIS_URL the Redis.
import { runExample } from "./example.mjs";
import { installSystemPackages, REDIS } from "./system-packages.mjs";

const missing = await installSystemPackages([REDIS]);
if (missing.length === 0) {
  process.exitCode = await runExample("cluster");
} else {
  console.log(
    `There is no Redis. Install one (on Debian: apt-get install ${REDIS.debian}), or name one in REDIS_URL.`,
  );
  process.exitCode = 1;
}
