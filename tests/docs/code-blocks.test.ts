import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { redisForTests } from "../support/redis-server.ts";
import { type Block, blocksOf } from "./support/markdown.ts";
import { type Page, readPages } from "./support/pages.ts";
import { Program } from "./support/program.ts";
import { Workshop } from "./support/workshop.ts";

/** Pages that show parts of an example's sources, and have a test of their own that compares the two. */
const EXCERPTS = /^docs\/(write-a.*)\.md$/;

/** Milliseconds in which a module may be run that is the first to need a large library. */
const LOADING = 60_000;

interface Sample extends Block {
  /** Tells the page and the line, and is the name of its file. */
  readonly name: string;
}

const pages = await readPages();
const samples = pages.filter(({ path }) => !EXCERPTS.test(path)).flatMap(samplesOf);
const modules = samples.filter(({ language }) => language === "ts" || language === "js");
const workshop = await Workshop.open();
for (const { name, text } of modules) await workshop.write(name, text);
const typeErrors = await workshop.typeCheck();
afterAll(() => workshop.close());
const redis = await redisForTests();
process.env.REDIS_URL = redis.url;
afterAll(() => redis.close());

function samplesOf({ path, text }: Page): readonly Sample[] {
  const page = path.replace(/\.md$/, "").replaceAll("/", ".");
  return blocksOf(text).map((block) => ({
    ...block,
    name: `${page}-line-${block.line}.${block.language}`,
  }));
}

/** What registers tests can only be run by a test runner, and one is running this. */
function isProgram({ text }: Sample): boolean {
  return !text.includes('from "vitest"');
}

function errorsIn(name: string): readonly string[] {
  return typeErrors.filter((error) => error.startsWith(`${name}(`));
}

async function failuresOf(file: URL): Promise<readonly unknown[]> {
  const program = await Program.start(file);
  await program.stop();
  return program.failures;
}

async function openWorkshop(): Promise<Workshop> {
  const opened = await Workshop.open();
  onTestFinished(() => opened.close());
  return opened;
}

function namesOf(some: readonly Sample[]): readonly string[] {
  return some.map(({ name }) => name);
}

function withLanguage(language: string): readonly Sample[] {
  return samples.filter((sample) => sample.language === language);
}

describe("code in the documentation", () => {
  it("is found", () => {
    expect(withLanguage("ts").length).toBeGreaterThan(20);
    expect(withLanguage("js").length).toBeGreaterThan(1);
    expect(withLanguage("sh").length).toBeGreaterThan(3);
  });

  it("is complete everywhere but on pages with a test of their own", () => {
    const names = pages.flatMap(({ path }) => EXCERPTS.exec(path)?.[1] ?? []);
    expect(names).toContain("write-a-store");
    for (const name of names) {
      expect(existsSync(new URL(`${name}.test.ts`, import.meta.url)), name).toBe(true);
    }
  });

  it.each(namesOf(modules))("has no error that the compiler can see in %s", (name) => {
    expect(errorsIn(name)).toEqual([]);
  });

  it.each(namesOf(withLanguage("ts").filter(isProgram)))(
    "runs in %s",
    { timeout: LOADING },
    async (name) => {
      expect(await failuresOf(new URL(name, workshop.url))).toEqual([]);
    },
  );

  it.each(withLanguage("sh"))("is a shell script in $name", async ({ text }) => {
    await expect(promisify(execFile)("sh", ["-n", "-c", text])).resolves.toBeDefined();
  });
});

describe("the test of the code in the documentation", () => {
  it.each([
    ["ts", "an error of types", 'export const port: number = "8080";\n'],
    ["js", "an error of syntax", "const = 1;\n"],
  ])("sees in %s %s", async (language, _what, text) => {
    const planted = await openWorkshop();
    await planted.write(`planted.${language}`, text);
    expect(await planted.typeCheck()).toContainEqual(expect.stringMatching(/^planted\.[tj]s\(1,/));
  });

  it.each([
    ["what is thrown", 'throw new Error("expected");\n'],
    ["what is rejected and left so", 'void Promise.reject(new Error("expected"));\n'],
    ["what is thrown later", 'setImmediate(() => { throw new Error("expected"); });\n'],
  ])("sees %s", async (_what, text) => {
    const planted = await openWorkshop();
    const file = await planted.write("planted.ts", text);
    expect(await failuresOf(file)).toEqual([expect.objectContaining({ message: "expected" })]);
  });
});
