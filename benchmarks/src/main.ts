import { runBench } from "./bench.ts";
import { serve } from "./server-process/serve.ts";

const [role, name, redisPort] = process.argv.slice(2);
if (role === "serve") await serve(name, Number(redisPort));
else await runBench(process.argv.slice(2));
