import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { constantIn, evaluate } from "./support/literal.ts";
import { codeIn, codesIn, namesIn, tablesOf, tableUnder } from "./support/markdown.ts";
import { CheckedClaims, type NameClaim } from "./support/name-claims.ts";
import { ROOT, readPage } from "./support/pages.ts";

const CLIENT = "@encke/client";

/** The sections that list the members of the type that they are called after. */
const MEMBERS = [
  "CometClient",
  "ClientOptions",
  "SubscribeOptions",
  "QueueOptions",
  "MessageOptions",
  "CallOptions",
  "CometError",
  "Subscription",
  "Delivery",
  "ClientExtension",
  "TransportRegistry",
  "TransportFactory",
  "ITransport",
  "TransportHost",
  "World",
] as const;

/** Stand for themselves where defaults are compared. */
const NAMES = { backoff: undefined, longPolling: "longPolling" };

/** Where the defaults are that are no constant of their own. */
const INLINE = [
  { section: "QueueOptions", file: "subscriptions/message-queue.ts" },
  { section: "CallOptions", file: "remote-call.ts" },
  { section: "CallOptions", file: "../../call-stream/src/stream.ts" },
] as const;

const { text } = await readPage("docs/reference/client.md");
const tables = tablesOf(text);
const events = tableUnder(tables, "Events");

const claims: readonly NameClaim[] = [
  ...MEMBERS.map((type) => ({
    name: type,
    from: CLIENT,
    imports: [type],
    type: `keyof ${type} & string`,
    names: namesIn(tableUnder(tables, type)),
  })),
  {
    name: "codes",
    from: CLIENT,
    imports: ["ClientErrorCode"],
    type: "ClientErrorCode",
    names: namesIn(tableUnder(tables, "Codes")),
  },
  {
    name: "events",
    from: CLIENT,
    imports: ["ClientEvents"],
    type: "keyof ClientEvents",
    names: namesIn(events),
  },
  ...events.rows.map(([event, , fields]) => ({
    name: `fields-of-${codeIn(event)}`,
    from: CLIENT,
    imports: ["ClientEvents"],
    type: `Exclude<keyof ClientEvents["${codeIn(event)}"], keyof Event>`,
    names: codesIn(fields),
  })),
];
const checked = await CheckedClaims.of(claims);

/** The defaults that a section states as a value, and not in words. */
function defaultsIn(section: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    tableUnder(tables, section).rows.flatMap(([name, value]) => {
      const code = codeIn(value);
      return code === undefined ? [] : [[codeIn(name), evaluate(code, NAMES)]];
    }),
  );
}

/** What a module passes on, types included. */
function exportsIn(source: string): readonly string[] {
  const lists = source.matchAll(/^export (?:type )?\{(.*?)\} from/gms);
  return Array.from(lists, ([, list = ""]) => list)
    .flatMap((list) => list.split(","))
    .map((name) => name.replace(/\btype\b/, "").trim())
    .filter((name) => name !== "");
}

/** Those that the page does not name. */
function unnamed(names: readonly string[]): readonly string[] {
  const named = new Set([...codesIn(text).flatMap((code) => code.split(/\W/)), ...headings()]);
  return names.filter((name) => !named.has(name));
}

function headings(): readonly string[] {
  return Array.from(text.matchAll(/^#+ (\w+)$/gm), ([, heading = ""]) => heading);
}

describe("the reference of the client", () => {
  it.each(claims.map(({ name }) => name))("names what there is, all of it: %s", (name) => {
    expect(checked.errorsIn(name)).toEqual([]);
  });

  it("names each export", async () => {
    const source = await readFile(new URL("packages/client/src/index.ts", ROOT), "utf8");
    const names = exportsIn(source);
    expect(names).toEqual(expect.arrayContaining(["CometClient", "State", "TransportRegistry"]));
    expect(unnamed(names)).toEqual([]);
    expect(unnamed(["CometClient", "Invented"])).toEqual(["Invented"]);
  });

  it.each(
    tableUnder(tables, "The client")
      .rows.slice(1)
      .map(([entry, names, type]) => [codeIn(entry), codesIn(names), codeIn(type)] as const),
  )("names what %s exports", async (entry, names, type) => {
    const exported: Record<string, { readonly type?: string }> = await import(entry ?? "");
    expect(Object.keys(exported).toSorted()).toEqual(names);
    expect(exported[names[0] ?? ""]?.type).toBe(type);
  });

  it("has all entry points", async () => {
    const { exports } = JSON.parse(
      await readFile(new URL("packages/client/package.json", ROOT), "utf8"),
    ) as { readonly exports: object };
    const entries = Object.keys(exports).filter((path) => path !== "./package.json");
    expect(namesIn(tableUnder(tables, "The client")).toSorted()).toEqual(
      entries.map((path) => path.replace(".", CLIENT)).toSorted(),
    );
  });

  it("states the defaults of the client", async () => {
    const defaults = await constantIn("packages/client/src/settings.ts", "DEFAULTS", NAMES);
    expect(defaultsIn("ClientOptions")).toEqual(defaults);
  });

  it.each(INLINE)("states the defaults of $section in $file", async ({ section, file }) => {
    const source = await readFile(new URL(`packages/client/src/${file}`, ROOT), "utf8");
    const stated = tableUnder(tables, section).rows.flatMap(([name, value]) => {
      const code = codeIn(value);
      return code === undefined ? [] : [`${codeIn(name)} = ${code}`];
    });
    expect(stated).not.toEqual([]);
    for (const assignment of stated) expect(source).toContain(assignment);
  });
});
