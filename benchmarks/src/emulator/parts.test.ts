import { afterEach, describe, expect, it, vi } from "vitest";
import { machineParts, modulesOf, refusalFor } from "./parts.ts";

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
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("is refused where there is no emulator, nor a way to install one", () => {
    vi.stubEnv("PATH", "");
    expect(machineParts).toThrow(/^No machine can be emulated here.*qemu-system-x86/);
  });

  it("is refused with the packages that are missing", () => {
    expect(refusalFor(["qemu-system-x86", "busybox-static"])).toBe(
      "No machine can be emulated here. On Debian: apt-get install --no-install-recommends qemu-system-x86 busybox-static",
    );
  });
});
