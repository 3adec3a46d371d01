import { spawn } from "node:child_process";
import { once } from "node:events";
import { SHARE } from "./guest-files.ts";
import { EMULATOR } from "./parts.ts";

/** Of the console, which says little before something goes wrong. */
const MOST_CHARACTERS = 100_000;
/** So that no machine outlives the harness, however that ends. */
const DIES_WITH_PARENT = ["setpriv", "--pdeathsig", "KILL", "--"];

/**
 * `shift=0` lets the clock of the guest move by one nanosecond for each instruction that it executes; while it waits, its
 * clock goes with the real one (`sleep=on`). What the kernel does only for safety is switched off, as it would be counted: `lsm`
 * names the one guard that stays, which looks at nothing that a server does.
 * @see https://www.qemu.org/docs/master/devel/tcg-icount.html
 */
export function machineCommand(kernelImage: string, initialFiles: string): readonly string[] {
  const system =
    "console=ttyS0 quiet mitigations=off nopti init_on_alloc=0 lsm=yama tsc=reliable panic=-1";
  return [
    EMULATOR,
    ...["-machine", "q35", "-cpu", "max", "-smp", "1", "-m", "4G"],
    ...["-accel", "tcg,tb-size=1024", "-icount", "shift=0,sleep=on"],
    ...["-display", "none", "-monitor", "none", "-serial", "stdio", "-no-reboot", "-net", "none"],
    ...["-kernel", kernelImage, "-initrd", initialFiles, "-append", system],
    ...["-fsdev", "local,id=files,path=/,security_model=none,readonly=on,multidevs=remap"],
    ...["-device", `virtio-9p-pci,fsdev=files,mount_tag=${SHARE}`],
  ];
}

/**
 * Resolves with what the machine wrote to its console, when it has been switched off. Rejects when that takes longer than
 * `limit` milliseconds.
 */
export async function consoleOf(command: readonly string[], limit: number): Promise<string> {
  const [program = "", ...args] = [...DIES_WITH_PARENT, ...command];
  const machine = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  const show = (more: string) => {
    text = (text + more).slice(-MOST_CHARACTERS);
  };
  machine.stdout.setEncoding("utf8").on("data", show);
  machine.stderr.setEncoding("utf8").on("data", show);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    machine.kill("SIGKILL");
  }, limit);
  await once(machine, "close").finally(() => clearTimeout(timer));
  if (isLate) throw new Error(`Nothing came of it in ${limit / 60_000} minutes. ${tailOf(text)}`);
  return text;
}

/** The end of a console, in one line. */
export function tailOf(console: string): string {
  const lines = console.split(/[\r\n]+/).map((line) => line.trim());
  const last = lines.filter((line) => line !== "").slice(-10);
  return `Its console ended with: ${last.join(" | ") || "nothing"}`;
}
