import { createComet } from "@encke/core";
import { MemoryStore } from "@encke/store-memory";
import { describe, expect, it } from "vitest";
import { constantIn, evaluate } from "./support/literal.ts";
import { codeIn, codesIn, namesIn, tablesOf, tableUnder } from "./support/markdown.ts";
import { CheckedClaims, type NameClaim } from "./support/name-claims.ts";
import { readPage } from "./support/pages.ts";

const CORE = "@encke/core";
const HTTP = "@encke/adapter-node-http";
const EXTENSIONS = "@encke/extensions";
const NEST = "@encke/adapter-nest";

/** The sections of the pages about options, and the types that they describe. */
const OPTIONS = [
  { section: "createComet", from: CORE, type: "CometOptions" },
  { section: "limits", from: CORE, type: "Limits" },
  { section: "policies", from: CORE, type: "Policies" },
  { section: "traits of a client", from: CORE, type: "ClientTraits" },
  { section: "comet.createClient", from: CORE, type: "ClientOptions" },
  { section: "comet.channel", from: CORE, type: "ChannelOptions" },
  { section: "history", from: CORE, type: "HistoryOptions" },
  { section: "comet.remote", from: CORE, type: "RemoteOptions" },
  { section: "comet.announce", from: CORE, type: "ConnectionTypeOptions" },
  { section: "comet.publish", from: CORE, type: "PublishOptions" },
  { section: "comet.close", from: CORE, type: "CloseOptions" },
  { section: "adapter-node-http", from: HTTP, type: "CometHttpOptions" },
  { section: "cookie", from: HTTP, type: "CookieOptions" },
  { section: "adapter-nest", from: NEST, type: "CometNestOptions" },
  { section: "CometModule", from: NEST, type: "CometModuleExtras" },
  { section: "gateway-socket-io", from: "@encke/gateway-socket-io", type: "SocketIoOptions" },
  { section: "MemoryStore", from: "@encke/store-memory", type: "MemoryStoreOptions" },
  { section: "RedisStore", from: "@encke/store-redis", type: "RedisStoreOptions" },
  { section: "replay", from: EXTENSIONS, type: "ReplayOptions" },
  { section: "timesync", from: EXTENSIONS, type: "TimesyncOptions" },
  { section: "timestamp", from: EXTENSIONS, type: "TimestampOptions" },
  { section: "activity", from: EXTENSIONS, type: "ActivityOptions" },
  { section: "presence", from: EXTENSIONS, type: "PresenceOptions" },
] as const;

const DEFAULTS: readonly (readonly [section: string, file: string, constant: string])[] = [
  ["createComet", "packages/core/src/comet/options.ts", "DEFAULTS"],
  ["adapter-node-http", "packages/adapter-node-http/src/settings.ts", "DEFAULTS"],
  ["cookie", "packages/adapter-node-http/src/browser-cookie.ts", "COOKIE_DEFAULTS"],
  ["adapter-nest", "packages/adapter-nest/src/module-options.ts", "NEST_DEFAULTS"],
  ["gateway-socket-io", "packages/gateway-socket-io/src/options.ts", "DEFAULTS"],
  ["MemoryStore", "packages/store-memory/src/settings.ts", "DEFAULTS"],
  ["RedisStore", "packages/store-redis/src/settings.ts", "DEFAULTS"],
  ["replay", "packages/extensions/src/replay.ts", "DEFAULTS"],
  ["timesync", "packages/extensions/src/timesync.ts", "DEFAULTS"],
  ["timestamp", "packages/extensions/src/timestamp.ts", "DEFAULTS"],
  ["activity", "packages/extensions/src/activity.ts", "DEFAULTS"],
  ["presence", "packages/extensions/src/presence/presence-options.ts", "DEFAULTS"],
];

/** What must be found wrong: a name that is left out, and one that is made up. */
const PLANTED: NameClaim = {
  name: "planted",
  from: CORE,
  imports: ["CloseOptions"],
  type: 'keyof CloseOptions | "grace"',
  names: ["deadline", "patience"],
};

const options = [
  ...tablesOf((await readPage("docs/reference/options.md")).text),
  ...tablesOf((await readPage("docs/reference/extensions.md")).text),
];
const events = tablesOf((await readPage("docs/reference/events.md")).text);
const deployment = tablesOf((await readPage("docs/guide/deployment.md")).text);

const questions = tableUnder(events, "Events that can be cancelled");
const facts = tableUnder(events, "Facts");

const claims: readonly NameClaim[] = [
  ...OPTIONS.map(({ section, from, type }) => ({
    name: section,
    from,
    imports: [type],
    type: `keyof ${type}`,
    names: namesIn(tableUnder(options, section)),
  })),
  {
    name: "attachComet",
    from: HTTP,
    imports: ["AttachOptions", "CometHttpOptions"],
    type: "Exclude<keyof AttachOptions, keyof CometHttpOptions>",
    names: namesIn(tableUnder(options, "attachComet")),
  },
  {
    name: "events",
    from: CORE,
    imports: ["CometEvents"],
    type: "keyof CometEvents",
    names: [...namesIn(questions), ...namesIn(facts)],
  },
  {
    name: "events-that-can-be-cancelled",
    from: CORE,
    imports: ["CancellableEvent", "CometEvents"],
    type: `{ [Name in keyof CometEvents]:
      CometEvents[Name] extends CancellableEvent ? Name : never }[keyof CometEvents]`,
    names: namesIn(questions),
  },
  ...[...questions.rows, ...facts.rows].map(([event, , payload]) => ({
    name: `payload-of-${codeIn(event)}`,
    from: CORE,
    imports: ["CancellableEvent", "CometEvents"],
    type: `Exclude<keyof CometEvents["${codeIn(event)}"], keyof CancellableEvent>`,
    names: codesIn(payload),
  })),
  {
    name: "stats",
    from: CORE,
    imports: ["CometStats"],
    type: "keyof CometStats",
    names: tableUnder(deployment, "What to watch").rows.flatMap(([figure]) => codesIn(figure)),
  },
];

const checked = await CheckedClaims.of([...claims, PLANTED]);

/** The defaults that a section states as a value, and not in words. */
function defaultsIn(section: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    tableUnder(options, section).rows.flatMap(([name, value]) => {
      const code = codeIn(value);
      return code === undefined ? [] : [[codeIn(name), evaluate(code)]];
    }),
  );
}

describe("the reference", () => {
  it.each(claims.map(({ name }) => name))("names what there is, all of it: %s", (name) => {
    expect(checked.errorsIn(name)).toEqual([]);
  });

  it("would be found wrong if it left out a name or made one up", () => {
    const drift = checked.errorsIn("planted").join("\n");
    expect(drift).toContain('"grace"');
    expect(drift).toContain('"patience"');
    expect(drift).not.toContain('"deadline"');
  });

  it.each(DEFAULTS)("states the defaults of %s", async (section, file, constant) => {
    expect(defaultsIn(section)).toEqual(await constantIn(file, constant));
  });

  it("states the default limits", () => {
    const comet = createComet({ store: new MemoryStore() });
    expect(defaultsIn("limits")).toEqual(comet.limits);
  });
});
