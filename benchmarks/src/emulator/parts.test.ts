import { describe, expect, it } from "vitest";
import { missingFrom, modulesOf } from "./parts.ts";

const DEPENDENCIES = `kernel/other.ko: kernel/virtio_pci.ko
kernel/virtio_pci.ko: kernel/virtio.ko kernel/virtio_ring.ko
kernel/9p.ko: kernel/9pnet.ko kernel/netfs.ko
kernel/9pnet_virtio.ko: kernel/9pnet.ko kernel/virtio.ko kernel/virtio_ring.ko
kernel/virtio_ring.ko:
`;

describe("the modules of a kernel", () => {
  it("are each once, after those that they need", () => {
    expect(modulesOf(DEPENDENCIES)).toEqual([
      "kernel/virtio_ring.ko",
      "kernel/virtio.ko",
      "kernel/virtio_pci.ko",
      "kernel/netfs.ko",
      "kernel/9pnet.ko",
      "kernel/9p.ko",
      "kernel/9pnet_virtio.ko",
    ]);
  });

  it("are not enough when one that the guest needs is missing", () => {
    expect(modulesOf(DEPENDENCIES.replaceAll("9pnet_virtio", "9pnet_other"))).toBeUndefined();
  });
});

describe("a machine that cannot be emulated", () => {
  it("is refused with the packages that are missing", () => {
    expect(missingFrom(["qemu-system-x86", "busybox-static"])).toBe(
      "No machine can be emulated here: these packages of Debian are missing: qemu-system-x86 busybox-static.",
    );
  });
});
