// `npm run bench:redis`: what Redis pays for messages and clients, and how long a message takes from node to node.
import { parseArgs } from "node:util";
import { serveLog } from "./log-node.ts";
import { type LogFigures, LogRun } from "./log-run.ts";
import { MeasuredRedis } from "./measured-redis.ts";
import { measureMemory } from "./memory.ts";
import { type Row, reportOf } from "./report.ts";
import type { LogName } from "./shared-log.ts";

const RATES = [300, 5_000, 20_000, 0];
const NAMES = ["encke", "lean"] as const;

const [role, name = "", url = ""] = process.argv.slice(2);
if (role === "node") await serveLog(name as LogName, url);
else await bench();

async function bench(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "3" },
      seconds: { type: "string", default: "4" },
    },
  });
  const redis = await MeasuredRedis.start();
  try {
    const rows = RATES.map((rate) => ({
      rate,
      title: rate === 0 ? "as many as go" : `${rate}/s`,
      figures: { encke: [] as LogFigures[], lean: [] as LogFigures[] },
    }));
    for (let round = 0; round < Number(values.rounds); round++) {
      await measureRound(redis, rows, Number(values.seconds));
    }
    console.log(reportOf(rows satisfies Row[], await measureMemory(redis)));
  } finally {
    await redis.close();
  }
}

/** Both take turns, so that whatever else the machine does is there for both. */
async function measureRound(
  redis: MeasuredRedis,
  rows: readonly { readonly rate: number; readonly figures: Record<LogName, LogFigures[]> }[],
  seconds: number,
): Promise<void> {
  await redis.empty();
  const runs = {
    encke: await LogRun.start("encke", redis),
    lean: await LogRun.start("lean", redis),
  };
  for (const log of NAMES) await runs[log].measure({ rate: 5_000, seconds: 1 });
  for (const { rate, figures } of rows) {
    for (const log of NAMES) figures[log].push(await runs[log].measure({ rate, seconds }));
  }
  for (const log of NAMES) await runs[log].close();
}
