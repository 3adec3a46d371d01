import { runUntilSignal } from "@encke/example-site";
import { createCluster } from "./cluster.ts";

await runUntilSignal("cluster", 8084, createCluster);
