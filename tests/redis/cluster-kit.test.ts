import { afterAll } from "vitest";
import { RedisCluster } from "../support/redis-cluster.ts";
import { kitFor } from "./support/kit-for.ts";
import { CHOSEN_LIBRARIES } from "./support/of-libraries.ts";

const cluster = await RedisCluster.start();
afterAll(() => cluster.close());

for (const [name, portTo] of CHOSEN_LIBRARIES) kitFor(`a cluster of ${name}`, portTo(cluster), 3);
