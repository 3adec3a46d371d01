import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { ArchivedFile } from "./archive.ts";
import type { Job } from "./job.ts";
import type { MachineParts } from "./parts.ts";

/** The name by which the guest knows the files of the real machine. */
export const SHARE = "real";
const JOB = "job.json";
const MODULES = "modules";

/** All that the guest has of its own: how it starts, and what it is to do. */
export function guestFiles(
  { busybox, kernel }: MachineParts,
  command: readonly string[],
  job: Job,
): readonly ArchivedFile[] {
  const modules = kernel.modules.map((path) => ({
    path: `${MODULES}/${basename(path)}`,
    content: readFileSync(path),
  }));
  return [
    { path: "bin/busybox", content: readFileSync(busybox) },
    ...modules,
    { path: "init", content: initOf(modules, command) },
    { path: JOB, content: JSON.stringify(job) },
  ];
}

/** The first program of the guest. The files of the real machine are its own, but it cannot write to them. */
function initOf(modules: readonly ArchivedFile[], command: readonly string[]): string {
  return `#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /root
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
${modules.map(({ path }) => `insmod /${path}\n`).join("")}
mount -t 9p -o ro,trans=virtio,version=9p2000.L,cache=loose,msize=1048576 ${SHARE} /root
for folder in proc sys dev; do mount --bind /$folder /root/$folder; done
mkdir -p /dev/shm
mount -t tmpfs shm /dev/shm
ip link set lo up
ulimit -n 65536
echo 65536 > /proc/sys/net/core/somaxconn
export HOME=/root TMPDIR=/dev/shm PATH=${quoted(process.env.PATH ?? "")}
chroot /root ${command.map(quoted).join(" ")} < /${JOB}
poweroff -f
`;
}

/** As one word of a shell. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
