export interface ArchivedFile {
  /** Relative; its folders are archived with it. */
  readonly path: string;
  readonly content: Uint8Array | string;
}

const FOLDER = 0o040755;
const EXECUTABLE = 0o100755;
const ALIGNMENT = 4;
const END = "TRAILER!!!";

/**
 * A cpio archive that the kernel unpacks before it starts: everything in it is executable and belongs to root.
 * @see https://docs.kernel.org/driver-api/early-userspace/buffer-format.html
 */
export function archiveOf(files: readonly ArchivedFile[]): Buffer {
  const folders = new Set(files.flatMap(({ path }) => foldersOf(path)));
  return Buffer.concat([
    ...[...folders].map((path, index) => entryOf(index + 1, path, FOLDER)),
    ...files.map(({ path, content }, index) =>
      entryOf(folders.size + index + 1, path, EXECUTABLE, Buffer.from(content)),
    ),
    entryOf(0, END, 0),
  ]);
}

/** `a` and `a/b` for `a/b/c`. */
function foldersOf(path: string): readonly string[] {
  const names = path.split("/").slice(0, -1);
  return names.map((_, index) => names.slice(0, index + 1).join("/"));
}

function entryOf(inode: number, path: string, mode: number, content = Buffer.alloc(0)): Buffer {
  const name = Buffer.from(`${path}\0`);
  const [owner, group, time, links] = [0, 0, 0, 1];
  const [major, minor, deviceMajor, deviceMinor, checksum] = [0, 0, 0, 0, 0];
  const fields = [inode, mode, owner, group, links, time, content.length, major, minor];
  const header = [...fields, deviceMajor, deviceMinor, name.length, checksum]
    .map((field) => field.toString(16).padStart(8, "0"))
    .join("");
  return Buffer.concat([padded(Buffer.from(`070701${header}`), name), padded(content)]);
}

function padded(...parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const rest = (ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT;
  return Buffer.concat([...parts, Buffer.alloc(rest)]);
}
