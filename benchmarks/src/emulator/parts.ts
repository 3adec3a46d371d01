import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** What an emulated machine is made of, as the real machine has it. */
export interface MachineParts {
  /** The version of the emulator. */
  readonly emulator: string;
  /** A static busybox: the only program that the guest needs before it sees the files of the real machine. */
  readonly busybox: string;
  readonly kernel: Kernel;
}

interface Kernel {
  readonly release: string;
  readonly image: string;
  /** Paths, each after those that it needs. */
  readonly modules: readonly string[];
}

export const EMULATOR = "qemu-system-x86_64";
const BUSYBOX = "/usr/bin/busybox";
const IMAGES = "/boot";
const IMAGE = "vmlinuz-";
const MODULES = "/lib/modules";
/** With these the guest sees the files of the real machine. */
const NEEDED = ["virtio_pci.ko", "9p.ko", "9pnet_virtio.ko"];

/** As root on Debian, installs what is missing. Throws, and says what that is, where no machine can be emulated. */
export function machineParts(): MachineParts {
  const missing = missingPackages();
  if (missing.length > 0) installPackages(missing);
  const emulator = versionOf(EMULATOR);
  const kernel = kernelHere();
  if (emulator !== undefined && kernel !== undefined && isStatic(BUSYBOX)) {
    return { emulator, busybox: BUSYBOX, kernel };
  }
  throw new Error(refusalFor(missingPackages()));
}

/** Of Debian. */
function missingPackages(): readonly string[] {
  return [
    ...(versionOf(EMULATOR) === undefined ? ["qemu-system-x86"] : []),
    ...(isStatic(BUSYBOX) ? [] : ["busybox-static"]),
    ...(kernelHere() === undefined ? ["linux-image-amd64"] : []),
  ];
}

function installPackages(names: readonly string[]): void {
  if (process.getuid?.() !== 0 || versionOf("apt-get") === undefined) return;
  console.log(`Installing with apt-get: ${names.join(", ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  spawnSync("apt-get", ["--quiet", "update"], { env });
  spawnSync("apt-get", ["--quiet", "install", "--yes", "--no-install-recommends", ...names], {
    env,
  });
}

/** What to say where these packages are missing. */
export function refusalFor(packages: readonly string[]): string {
  return `No machine can be emulated here. On Debian: apt-get install --no-install-recommends ${packages.join(" ")}`;
}

/** The modules in the order in which they are to be loaded, by `modules.dep`; undefined when one is missing. */
export function modulesOf(dependencies: string): readonly string[] | undefined {
  const lines = dependencies.split("\n").map((line) => line.replace(":", "").trim().split(" "));
  const found = NEEDED.map((name) => lines.find(([path]) => path?.endsWith(`/${name}`)));
  if (found.includes(undefined)) return undefined;
  // A line names a module, then what that needs, from right to left.
  return [...new Set(found.flatMap((line = []) => line.toReversed()))];
}

/** The newest that has the modules. */
function kernelHere(): Kernel | undefined {
  return namesIn(IMAGES)
    .filter((name) => name.startsWith(IMAGE))
    .map((name) => name.slice(IMAGE.length))
    .toSorted((one, other) => other.localeCompare(one, "en", { numeric: true }))
    .map(kernelOf)
    .find((kernel) => kernel !== undefined);
}

function kernelOf(release: string): Kernel | undefined {
  const folder = `${MODULES}/${release}`;
  const list = `${folder}/modules.dep`;
  const modules = existsSync(list) ? modulesOf(readFileSync(list, "utf8")) : undefined;
  if (modules === undefined) return undefined;
  const image = `${IMAGES}/${IMAGE}${release}`;
  return { release, image, modules: modules.map((path) => `${folder}/${path}`) };
}

function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function versionOf(program: string): string | undefined {
  const { status, stdout } = spawnSync(program, ["--version"], { encoding: "utf8" });
  return status === 0 ? /\d+(\.\d+)+/.exec(stdout)?.[0] : undefined;
}

/** A program that names no loader, as others do near their beginning. */
function isStatic(path: string): boolean {
  return existsSync(path) && !readFileSync(path).subarray(0, 4_096).includes("/ld-linux");
}
