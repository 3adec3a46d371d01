import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readTemperature } from "./temperature.ts";

describe("the temperature", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "encke-ticker-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("is that of the sensor, which counts in thousandths", async () => {
    const sensor = join(folder, "temp");
    await writeFile(sensor, "48250\n");
    expect(await readTemperature(sensor)).toMatchObject({ celsius: 48.3, isMeasured: true });
  });

  it.each(["", "none", "0"])("is guessed where the sensor says %j", async (text) => {
    const sensor = join(folder, "temp");
    await writeFile(sensor, text);
    expect(await readTemperature(sensor)).toMatchObject({ isMeasured: false });
  });

  it("is guessed where there is no sensor", async () => {
    const { celsius, isMeasured } = await readTemperature(join(folder, "nothing"));
    expect(isMeasured).toBe(false);
    expect(celsius).toBeGreaterThanOrEqual(38);
    expect(celsius).toBeLessThanOrEqual(83);
  });
});
