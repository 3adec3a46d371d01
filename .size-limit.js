// `npm run size`: what the client costs a page, minified and compressed. Everything has to be built.
import { readFileSync } from "node:fs";

const CLIENT = "packages/client";
/** For applications that come from another library. It may be as large as that. */
const UNCOUNTED = ["./compat", "./package.json"];

const { exports } = JSON.parse(readFileSync(`${CLIENT}/package.json`, "utf8"));

const counted = Object.entries(exports)
  .filter(([path]) => !UNCOUNTED.includes(path))
  .map(([, target]) => `./${CLIENT}/${target.default.slice(2)}`);

async function allOf(files) {
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, await namesIn(file)])),
  );
}

/** All names that a module exports, as an import has them. */
async function namesIn(file) {
  return `{ ${Object.keys(await import(file)).join(", ")} }`;
}

// biome-ignore lint/style/noDefaultExport: size-limit looks for it
export default [
  {
    name: "@encke/client with one transport",
    import: { [`./${CLIENT}/dist/index.js`]: "{ CometClient }" },
    limit: "6 kB",
    gzip: true,
  },
  {
    name: "@encke/client, all but compat",
    import: await allOf(counted),
    limit: "8.6 kB",
    gzip: true,
  },
];
