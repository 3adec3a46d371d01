import type { Page } from "playwright-core";

/** A client that polls is leaving, and nobody has heard of it yet. */
export interface HeldFarewell {
  readonly isSaid: Promise<unknown>;
  release(): void;
}

/** Holds the request in which the page tells the server that it leaves. */
export async function heldFarewell(page: Page): Promise<HeldFarewell> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const isFarewell = (body: string | null): boolean => body?.includes("/meta/disconnect") === true;
  const isSaid = page.waitForRequest((request) => isFarewell(request.postData()));
  await page.route(/\/comet/, async (route) => {
    if (isFarewell(route.request().postData())) await released;
    await route.continue();
  });
  return { isSaid, release };
}
