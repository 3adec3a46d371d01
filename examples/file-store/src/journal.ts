import { type FileHandle, open, rename } from "node:fs/promises";

const LINE_END = 0x0a;

/** A file that only grows, line by line, until it is replaced by a shorter one that says the same. */
export class Journal {
  readonly #path: string;
  readonly #waiting: string[] = [];
  #file: FileHandle;
  #lineCount: number;
  /** The task that runs or waits last. One that fails lets all that come after it fail, too. */
  #last: Promise<void> = Promise.resolve();
  #batch: Promise<void> | undefined;

  private constructor(path: string, file: FileHandle, lineCount: number) {
    this.#path = path;
    this.#file = file;
    this.#lineCount = lineCount;
  }

  /** Also returns the complete lines that the file has. What a crash left of a line is cut off. */
  static async open(path: string): Promise<{ journal: Journal; lines: readonly string[] }> {
    const file = await open(path, "a+");
    const content = await file.readFile();
    const end = content.lastIndexOf(LINE_END) + 1;
    if (end < content.length) await file.truncate(end);
    const lines = content.toString("utf8", 0, end).split("\n").slice(0, -1);
    return { journal: new Journal(path, file, lines.length), lines };
  }

  /** Lines in the file and on their way into it. */
  get lineCount(): number {
    return this.#lineCount;
  }

  /** Settles when the line is on the disk. Lines that come while another write runs share the next one. */
  append(line: string): Promise<void> {
    this.#waiting.push(line);
    this.#lineCount++;
    this.#batch ??= this.#inTurn(() => this.#writeWaiting());
    return this.#batch;
  }

  /** Puts a file with these lines in the place of this one. They are asked for when it is their turn. */
  replace(content: () => readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      const lines = content();
      const shorter = `${this.#path}.new`;
      const file = await open(shorter, "w");
      await file.writeFile(`${lines.join("\n")}\n`);
      await file.datasync();
      await file.close();
      // Whoever crashes before this has the old file, and afterwards the new one.
      await rename(shorter, this.#path);
      await this.#file.close();
      this.#file = await open(this.#path, "a");
      this.#lineCount = lines.length + this.#waiting.length;
    });
  }

  /** Lets go of the file when everything has been written or has failed. */
  async close(): Promise<void> {
    await Promise.allSettled([this.#last]);
    await this.#file.close();
  }

  async #writeWaiting(): Promise<void> {
    this.#batch = undefined;
    const lines = this.#waiting.splice(0);
    await this.#file.appendFile(`${lines.join("\n")}\n`);
    await this.#file.datasync();
  }

  #inTurn(task: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(task);
    return this.#last;
  }
}
