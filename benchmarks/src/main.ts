import { runBench } from "./bench.ts";
import { serve } from "./server-process/serve.ts";

const [role, name] = process.argv.slice(2);
if (role === "serve") await serve(name);
else await runBench(process.argv.slice(2));
