import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { guestFiles } from "./guest-files.ts";

const JOB = {
  workload: "w",
  server: "s",
  settings: { warmUp: 1, duration: 1, nodeFlags: [], counting: "emulated" },
} as const;

describe("the files of a guest", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "encke-guest-"));
    for (const name of ["busybox", "a.ko", "b.ko"]) writeFileSync(join(folder, name), name);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function filesFor(command: readonly string[]): ReadonlyMap<string, string> {
    const kernel = {
      release: "1",
      image: "/i",
      modules: ["a.ko", "b.ko"].map((n) => join(folder, n)),
    };
    const parts = { emulator: "1", busybox: join(folder, "busybox"), kernel };
    return new Map(
      guestFiles(parts, command, JOB).map(({ path, content }) => [
        path,
        Buffer.from(content).toString(),
      ]),
    );
  }

  it("are busybox, the modules, the job, and a program that does it", () => {
    const files = filesFor(["node"]);
    expect([...files.keys()]).toEqual([
      "bin/busybox",
      "modules/a.ko",
      "modules/b.ko",
      "init",
      "job.json",
    ]);
    expect(files.get("bin/busybox")).toBe("busybox");
    expect(JSON.parse(files.get("job.json") ?? "")).toEqual(JOB);
  });

  it("load the modules in order before the files of the real machine are mounted", () => {
    const init = filesFor(["node"]).get("init") ?? "";
    const steps = ["insmod /modules/a.ko", "insmod /modules/b.ko", "mount -t 9p", "chroot"];
    const places = steps.map((step) => init.indexOf(step));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
  });

  it("pass each word of the command as it is", () => {
    const init = filesFor(["/usr/bin/node", "it's here", "$HOME"]).get("init");
    expect(init).toContain(`chroot /root '/usr/bin/node' 'it'\\''s here' '$HOME' < /job.json`);
  });
});
