// `npm run test:packed`: what is published, installed from tarballs into fresh applications of Nest, runs the guide's code.
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { capture, exitOf, ROOT } from "./run.mjs";

const PACKAGES = ["core", "adapter-node-http", "adapter-nest", "client", "store-memory"];
const GUIDE = join(ROOT, "docs", "guide", "nest.md");
const CODE = /^```ts\n(.*?)^```$/ms;
const LISTEN = "await app.listen(3000);";
/** The first statement of the guide's code that waits for something. */
const FIRST_AWAIT = "const app = await";

const NEST_12 = {
  "@nestjs/common": "12.5.1",
  "@nestjs/core": "12.5.1",
  "@nestjs/platform-express": "12.5.1",
};
const NEST_11 = {
  "@nestjs/common": "11.2.10",
  "@nestjs/core": "11.2.10",
  "@nestjs/platform-express": "11.2.10",
};
const OTHERS = {
  "class-transformer": "0.5.1",
  "class-validator": "0.15.1",
  "reflect-metadata": "0.2.2",
  rxjs: "7.8.2",
};

/** `compilers` are the module settings under which the application is compiled and run. */
const APPLICATIONS = [
  { name: "Nest 12, ESM", nest: NEST_12, type: "module", compilers: [{ module: "nodenext" }] },
  {
    name: "Nest 11, CommonJS",
    nest: NEST_11,
    type: "commonjs",
    compilers: [
      { module: "nodenext" },
      { module: "node20" },
      { module: "commonjs", moduleResolution: "bundler" },
    ],
  },
];

const folder = await mkdtemp(join(tmpdir(), "encke-packed-"));
try {
  const tarballs = await pack();
  let failed = 0;
  for (const application of APPLICATIONS) failed += await tryOut(application, tarballs);
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Resolves to the dependencies on what was packed. */
async function pack() {
  const filters = PACKAGES.map((name) => `--filter=@encke/${name}`);
  await succeed("turbo", ["run", "build", ...filters, "--output-logs=errors-only"]);
  const workspaces = PACKAGES.map((name) => `--workspace=@encke/${name}`);
  await succeed("npm", ["pack", ...workspaces, `--pack-destination=${folder}`]);
  const files = (await readdir(folder)).filter((name) => name.endsWith(".tgz"));
  return Object.fromEntries(
    PACKAGES.map((name) => {
      const file = files.find((candidate) => candidate.startsWith(`encke-${name}-`));
      return [`@encke/${name}`, `file:${join(folder, file)}`];
    }),
  );
}

/** Resolves to how many of its compilers failed. */
async function tryOut({ name, nest, type, compilers }, tarballs) {
  const home = join(folder, name.replaceAll(/\W+/g, "-"));
  await mkdir(join(home, "src"), { recursive: true });
  const manifest = { type, private: true, dependencies: { ...tarballs, ...nest, ...OTHERS } };
  await writeFile(join(home, "package.json"), JSON.stringify(manifest));
  await writeFile(join(home, "src", "main.ts"), await codeFor(type));
  await succeed("npm", ["install", "--no-audit", "--no-fund", "--prefix", home]);
  let failed = 0;
  for (const compiler of compilers) {
    const title = `${name}, ${Object.values(compiler).join(" + ")}`;
    const problem = await compileAndRun(home, compiler).catch((error) => error);
    console.log(problem === undefined ? `passed  ${title}` : `FAILED  ${title}: ${problem}`);
    failed += problem === undefined ? 0 : 1;
  }
  return failed;
}

async function codeFor(type) {
  const [, guide] = CODE.exec(await readFile(GUIDE, "utf8"));
  const code = guide.replace(
    LISTEN,
    `await app.listen(0, "127.0.0.1");\nconsole.log("at", await app.getUrl());`,
  );
  if (type === "module") return code;
  const at = code.indexOf(FIRST_AWAIT);
  return `${code.slice(0, at)}async function main() {\n${code.slice(at)}}\nvoid main();\n`;
}

async function compileAndRun(home, compiler) {
  const compilerOptions = {
    ...compiler,
    target: "ES2023",
    strict: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    types: ["node"],
    typeRoots: [join(ROOT, "node_modules", "@types")],
    rootDir: "src",
    outDir: "dist",
    skipLibCheck: true,
  };
  const config = join(home, "tsconfig.json");
  await writeFile(config, JSON.stringify({ compilerOptions, include: ["src"] }));
  await succeed("tsc", ["-p", config]);
  const server = spawn(process.execPath, [join("dist", "main.js")], {
    cwd: home,
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    await talkTo(await originOf(server));
  } finally {
    server.kill("SIGTERM");
    await exitOf(server);
  }
}

/** Where the application says that it is. Rejects when it ends before. */
function originOf(server) {
  let output = "";
  return new Promise((resolve, reject) => {
    server.stdout.on("data", (chunk) => {
      output += chunk;
      const [, origin] = /^at (\S+)$/m.exec(output) ?? [];
      if (origin !== undefined) resolve(origin);
    });
    server.once("close", () => reject(new Error(`It has ended. ${output}`)));
  });
}

/** What somebody says in the guide's chat comes to them as the guide's service has made it. */
async function talkTo(origin) {
  const page = await fetch(`${origin}/client/index.js`);
  if (!page.ok) throw new Error(`The client is answered with ${page.status}.`);
  const handshake = { version: "1.0", supportedConnectionTypes: ["long-polling"] };
  const [{ clientId }] = await send(origin, { channel: "/meta/handshake", ...handshake });
  await send(origin, { channel: "/meta/subscribe", subscription: "/chat/lobby", clientId });
  await send(origin, { channel: "/chat/lobby", data: { text: "hello" }, clientId });
  const [refused] = await send(origin, { channel: "/chat/lobby", data: { text: "" }, clientId });
  if (refused.successful !== false) throw new Error("What is no message was not refused.");
  const connect = { channel: "/meta/connect", connectionType: "long-polling", clientId };
  const heard = await send(origin, connect);
  if (!heard.some(({ data }) => data?.text === "hello (said in lobby)")) {
    throw new Error(`The message did not come: ${JSON.stringify(heard)}`);
  }
}

async function send(origin, message) {
  const response = await fetch(`${origin}/comet`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify([message]),
  });
  return response.json();
}

async function succeed(command, args) {
  const { code, output } = await capture(command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")}\n${output}`);
}
