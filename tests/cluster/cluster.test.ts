import { fileURLToPath } from "node:url";
import { type ClusterOptions, createCluster } from "@encke/example-cluster";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { heldFarewell } from "../browser/held-farewell.ts";
import { Stage } from "../browser/stage.ts";
import { PATIENCE } from "../browser/watched-window.ts";
import { redisForTests } from "../support/redis-server.ts";
import { ClusterWindow } from "./cluster-window.ts";

const DESKTOP = { viewport: { width: 1200, height: 900 } };
const PHONE = { viewport: { width: 375, height: 667 }, hasTouch: true, isMobile: true };
/** Milliseconds in which a page sends some numbers, unless it pauses. */
const SOME = 600;
/** Not under version control; to be looked at. */
const PICTURES = fileURLToPath(new URL("../../.reports/cluster", import.meta.url));

describe("the cluster in a browser", { timeout: 90_000 }, () => {
  let redis: Awaited<ReturnType<typeof redisForTests>>;
  const stage = new Stage<ClusterOptions, ClusterWindow>({
    open: createCluster,
    watch: (page) => new ClusterWindow(page),
  }).set();

  beforeAll(async () => {
    redis = await redisForTests();
  });

  afterAll(() => redis.close());

  it.each(["websocket", "long-polling"])(
    "loses no number when nodes are killed, over %s",
    async (transport) => {
      await stage.start({ redisUrl: redis.url, pause: 500 });
      const window = await stage.window(DESKTOP);
      const other = await stage.window(DESKTOP);
      if (transport !== "websocket") await window.choose(transport);
      await window.receives(20);
      for (let kills = 0; kills < 2; kills++) {
        const node = await window.answering();
        await window.kill(node);
        await window.receives(20);
        await window.seesBack(node);
      }
      await window.receives(20);
      await window.page.screenshot({ path: `${PICTURES}/${transport}.png`, fullPage: true });
      expect(await window.faults()).toEqual([0, 0, 0]);
      expect(await other.faults()).toEqual([0, 0, 0]);
      expect((await window.answered()).length).toBeGreaterThan(1);
      expect(await window.page.locator("#problem").textContent()).toBe("");
      for (const each of [window, other]) each.forgetBrokenConnections();
    },
  );

  it("gives polls to all nodes in turn, and shows which answered", async () => {
    await stage.start({ redisUrl: redis.url });
    const window = await stage.window({ ...PHONE, colorScheme: "dark" });
    await window.choose("long-polling");
    await expect.poll(() => window.answered(), { timeout: PATIENCE }).toEqual(["a", "b", "c"]);
    await window.page.screenshot({ path: `${PICTURES}/phone.png`, fullPage: true });
    expect(await window.overhang()).toBe(0);
  });

  it("goes on when its transport is changed faster than it can", async () => {
    await stage.start({ redisUrl: redis.url });
    const window = await stage.window();
    await window.receives(5);
    for (const transport of ["long-polling", "websocket", "long-polling"]) {
      await window.choose(transport);
    }
    await window.receives(20);
    expect(await window.faults()).toEqual([0, 0, 0]);
    expect(await window.page.locator("#problem").textContent()).toBe("");
  });

  it("sends nothing while its transport is changed, and pauses when it is told so meanwhile", async () => {
    await stage.start({ redisUrl: redis.url });
    const window = await stage.window();
    await window.choose("long-polling");
    await window.receives(5);
    const farewell = await heldFarewell(window.page);
    await window.choose("websocket");
    await farewell.isSaid;
    const sent = await window.figure("sent");
    await window.page.waitForTimeout(SOME);
    await window.page.getByRole("button", { name: "Pause" }).click();
    const isBack = window.page.waitForEvent("websocket");
    farewell.release();
    await isBack;
    await window.page.waitForTimeout(SOME);
    expect(await window.figure("sent")).toBe(sent);
    await window.page.getByRole("button", { name: "Go on" }).click();
    await window.receives(20);
    expect(await window.faults()).toEqual([0, 0, 0]);
    expect(await window.page.locator("#problem").textContent()).toBe("");
  });

  it("would show what is missing, what comes twice, and what comes late", async () => {
    await stage.start({ redisUrl: redis.url });
    const window = await stage.window();
    // Chromium complains of a page that goes while it connects.
    await window.receives(1);
    // As text: the tests are no pages, and know of no `location`.
    const counted = await window.page.evaluate(`import("/ledger.js").then(({ Ledger }) => {
      const ledger = new Ledger();
      for (const number of [7, 8, 8, 12, 10]) ledger.add(number);
      const { last, received, missing, doubled, late } = ledger;
      return { last, received, missing, doubled, late };
    })`);
    expect(counted).toEqual({ last: 12, received: 5, missing: 2, doubled: 1, late: 1 });
  });

  it("lets no page of another site kill a node", async () => {
    const { port } = await stage.start({ redisUrl: redis.url });
    const url = `http://127.0.0.1:${port}/nodes/a/kill`;
    const { status } = await fetch(url, { method: "POST" });
    expect(status).toBe(403);
  });
});
