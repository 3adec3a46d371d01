import { describe, expect, it } from "vitest";
import { consoleOf, machineCommand, tailOf } from "./machine.ts";

describe("an emulated machine", () => {
  const args = machineCommand("/boot/vmlinuz-1", "/somewhere/initial-files");

  it("has one processor, which takes a nanosecond for each instruction", () => {
    expect(args.join(" ")).toContain("-smp 1");
    expect(args.join(" ")).toContain("-icount shift=0,sleep=on");
  });

  it("starts the kernel with the initial files", () => {
    expect(args.join(" ")).toContain("-kernel /boot/vmlinuz-1 -initrd /somewhere/initial-files");
  });

  it("can read the files of the real machine, and write to none", () => {
    expect(args.find((arg) => arg.includes("path=/"))).toContain("readonly=on");
  });

  it("has no network", () => {
    expect(args.join(" ")).toContain("-net none");
  });
});

describe("the console of a machine", () => {
  it("is all that it wrote until it was switched off", async () => {
    const command = [process.execPath, "-e", "console.log('Booting'); console.error('Oh')"];
    const console = await consoleOf(command, 60_000);
    expect(console).toContain("Booting");
    expect(console).toContain("Oh");
  });

  it("is given up when the machine takes longer than it may", async () => {
    const command = [process.execPath, "-e", "console.log('Booting'); setInterval(() => {}, 1000)"];
    await expect(consoleOf(command, 600)).rejects.toThrow("Nothing came of it in 0.01 minutes.");
  });

  it("says when there is no such program", async () => {
    await expect(consoleOf(["there-is-no-such-program"], 60_000)).resolves.toContain(
      "there-is-no-such-program",
    );
  });
});

describe("the tail of a console", () => {
  it("is what it showed last, in one line", () => {
    const console = Array.from({ length: 30 }, (_, index) => `line ${index}\r\n`).join("\r\n");
    const tail = tailOf(console);
    expect(tail).toContain("line 28 | line 29");
    expect(tail).not.toContain("line 9 ");
    expect(tail).not.toMatch(/[\r\n]/);
  });

  it("says when there was nothing", () => {
    expect(tailOf("\r\n")).toBe("Its console ended with: nothing");
  });
});
