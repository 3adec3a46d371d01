import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { NestFactory } from "@nestjs/core";
import { expect, it } from "vitest";
import { rootOf } from "../tests/nest/support/stage.ts";

it("is Nest 11 on which these tests are run", async () => {
  const manifest = new URL("node_modules/@nestjs/core/package.json", import.meta.url);
  expect(JSON.parse(readFileSync(manifest, "utf8")).version).toMatch(/^11\./);
  const context = await NestFactory.createApplicationContext(rootOf({}), { logger: false });
  const nest = (await import(`${fileURLToPath(new URL(".", manifest))}index.js`)) as object;
  expect(Reflect.get(nest, "NestFactory")).toBe(NestFactory);
  await context.close();
});
