import type { Site, SiteOptions } from "./site.ts";

/**
 * Opens a site at `PORT`, or at the port that is given here, says where it is, and closes it on a signal. Where it cannot
 * be opened, it says why.
 */
export async function runUntilSignal(
  name: string,
  port: number,
  open: (options: SiteOptions) => Promise<Site>,
): Promise<void> {
  const site = await open({ port: Number(process.env.PORT ?? port) }).catch(reportFailure);
  if (site === undefined) return;
  console.log(`The ${name} is at http://localhost:${site.port}`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // May come twice: from the terminal itself, and passed on by what started this process.
    process.on(signal, () => void site.close());
  }
}

function reportFailure(error: unknown): undefined {
  const { message, code } = error as Error & { readonly code?: string };
  const hint = code === "store_failed" ? ` Is there a Redis at ${process.env.REDIS_URL}?` : "";
  console.error(`Could not start: ${message}${hint}`);
  process.exitCode = 1;
}
