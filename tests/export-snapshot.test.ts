import { readdirSync } from "node:fs";
import { expect, it } from "vitest";

const PACKAGES = readdirSync(new URL("../packages", import.meta.url)).sort();
/** What is exported beside the index of a package. */
const SUBPATHS = [
  "client/callback-polling",
  "client/compat",
  "client/long-polling",
  "client/streaming",
  "client/tabs",
  "client/tabs-worker",
  "client/websocket",
  "metrics/tracing",
];

it("looks at every package", () => {
  expect(PACKAGES).toContain("core");
});

it.each([...PACKAGES, ...SUBPATHS])(
  "@encke/%s exports the recorded names and no others",
  async (name) => {
    const exported: object = await import(`@encke/${name}`);
    await expect(`${Object.keys(exported).sort().join("\n")}\n`).toMatchFileSnapshot(
      `export-snapshot/${name.replace("/", "-")}.txt`,
    );
  },
);
