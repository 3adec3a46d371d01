// Run in a workspace before its build: what a renamed module left in dist would be published.
import { rmSync } from "node:fs";

rmSync("dist", { recursive: true, force: true });
