import { type ModuleFacts, readFacts } from "./module-facts.ts";
import { type Place, placeImported, placeOf } from "./place.ts";
import type { SourceFile } from "./source-file.ts";

/** What a rule finds wrong in a module; empty when nothing is. */
type Rule = (place: Place, facts: ModuleFacts) => readonly string[];

/** The breaches of the import rule in one file, each as a line that names the file and what it does. */
export function violationsIn(file: SourceFile): string[] {
  const place = placeOf(file.path);
  const facts = readFacts(file);
  return RULES.flatMap((rule) => rule(place, facts)).map((fault) => `${file.path} ${fault}`);
}

/** What core's manifest must not have: anything that is installed together with it. */
export function dependenciesOf(manifest: Readonly<Record<string, unknown>>): string[] {
  return ["dependencies", "peerDependencies", "optionalDependencies"].flatMap((kind) =>
    Object.keys((manifest[kind] as object | undefined) ?? {}),
  );
}

/** From the top down; a floor may use itself and every later one. */
const FLOORS = [
  "comet",
  "bus",
  "handlers",
  "events",
  "clients",
  "store",
  "exchange",
  "protocol",
  "collections",
  "ports",
];

/** The world that core is given by `Ports` instead. */
const GLOBALS = [
  "Date",
  "Math.random",
  "crypto",
  "performance",
  "setTimeout",
  "clearTimeout",
  "setInterval",
  "clearInterval",
  "setImmediate",
  "clearImmediate",
  "queueMicrotask",
  "globalThis",
  "global",
  "window",
  "self",
  "process",
  "console",
  "fetch",
  "Buffer",
  "require",
];

const RULES: readonly Rule[] = [
  staysInItsWorkspace,
  namesNoInsides,
  keepsToItsPackages,
  coreImportsNothing,
  coreKeepsToItsFloors,
  coreTouchesNoGlobal,
  indexReExportsByName,
];

function staysInItsWorkspace(place: Place, { imports }: ModuleFacts): string[] {
  return imports
    .filter(isRelative)
    .filter((specifier) => placeImported(place, specifier).workspace !== place.workspace)
    .map((specifier) => `leaves its workspace for ${specifier}`);
}

/** Ways into packages beside their index, as their `exports` say. */
const SUBPATHS: ReadonlySet<string> = new Set([
  "@encke/client/long-polling",
  "@encke/client/callback-polling",
  "@encke/client/compat",
  "@encke/client/streaming",
  "@encke/client/tabs",
  "@encke/client/tabs-worker",
  "@encke/client/websocket",
  "@encke/metrics/tracing",
]);

function namesNoInsides(_place: Place, { imports }: ModuleFacts): string[] {
  return imports
    .filter((specifier) => /^@encke\/[^/]+\/(?!package\.json$)/.test(specifier))
    .filter((specifier) => !SUBPATHS.has(specifier))
    .map((specifier) => `reaches inside ${specifier}`);
}

function keepsToItsPackages(place: Place, { imports }: ModuleFacts): string[] {
  return imports
    .map((specifier) => /^@encke\/([^/]+)/.exec(specifier)?.[1])
    .filter((name) => name !== undefined)
    .filter((name) => !mayUse(place, name))
    .map((name) => `may not import @encke/${name}`);
}

/** A gateway comes in by the adapter's door, and reads the forms of extensions. */
const BELOW_GATEWAYS: ReadonlySet<string> = new Set(["adapter-node-http", "extensions"]);

function mayUse({ package: user, isTest }: Place, used: string): boolean {
  if (user === undefined) return true;
  // Core is built before all others, so not even its tests can stand on one of them.
  if (user === "core") return false;
  if (isTest || used === "core") return true;
  if (user === "call-stream") return used === "client";
  if (user.startsWith("gateway-")) return BELOW_GATEWAYS.has(used);
  return user.startsWith("adapter-") && !user.endsWith("-testkit") && used === "adapter-node-http";
}

function coreImportsNothing(place: Place, { imports }: ModuleFacts): string[] {
  if (place.package !== "core" || place.isTest) return [];
  return imports
    .filter((specifier) => !isRelative(specifier))
    .map((specifier) => `depends on ${specifier}`);
}

function coreKeepsToItsFloors(place: Place, { imports }: ModuleFacts): string[] {
  if (place.floor === undefined || place.isTest) return [];
  const own = FLOORS.indexOf(place.floor);
  if (own === -1) return [`stands on ${place.floor}, which is no floor`];
  return imports
    .filter(isRelative)
    .filter((specifier) => FLOORS.indexOf(placeImported(place, specifier).floor ?? "") < own)
    .map((specifier) => `on floor ${place.floor} reaches up to ${specifier}`);
}

function coreTouchesNoGlobal(place: Place, { names }: ModuleFacts): string[] {
  const isExempt = place.isTest || place.path === "packages/core/src/system.ts";
  if (place.package !== "core" || isExempt) return [];
  return GLOBALS.filter((name) => names.has(name)).map((name) => `touches ${name}`);
}

function indexReExportsByName(place: Place, { otherThanReExports }: ModuleFacts): string[] {
  if (place.path !== `packages/${place.package}/src/index.ts`) return [];
  return otherThanReExports.map((statement) => `has ${statement} beside re-exports by name`);
}

function isRelative(specifier: string): boolean {
  return specifier.startsWith(".");
}
