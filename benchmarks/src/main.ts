import { runBench } from "./bench.ts";
import { serveAsGuest } from "./emulator/guest.ts";
import { serve } from "./server-process/serve.ts";

const [role, name, redisPort] = process.argv.slice(2);
if (role === "serve") await serve(name, Number(redisPort));
else if (role === "guest") await serveAsGuest();
else await runBench(process.argv.slice(2));
