import { headerOf, type NodeRequest } from "../node-messages.ts";
import { allowsCredentials } from "../origins.ts";
import type { Settings } from "../settings.ts";

const NONE: readonly string[] = [];
const FOR_ALL: readonly string[] = ["Access-Control-Allow-Origin", "*"];
const VARY: readonly string[] = ["Vary", "Origin"];

/** What the clients there are send. */
const CLIENT_HEADERS = [
  "Content-Type",
  "Authorization",
  "Pragma",
  "X-Requested-With",
  "Last-Event-ID",
];

/** Seconds a browser may remember a preflight answer; none remembers it for longer than two hours. */
const PREFLIGHT_MAX_AGE = "7200";

/** The headers that let a page of another origin read an answer. Only for a request whose origin is allowed. */
export function corsHeaders(settings: Settings, request: NodeRequest): readonly string[] {
  if (settings.origins === "same-origin") return NONE;
  if (settings.origins === "*") return FOR_ALL;
  const origin = headerOf(request, "origin");
  if (origin === undefined) return VARY;
  const headers = [...VARY, "Access-Control-Allow-Origin", origin];
  if (allowsCredentials(settings)) headers.push("Access-Control-Allow-Credentials", "true");
  return headers;
}

/** Says to a preflight request what pages of other origins may send, whatever it asked for. */
export function preflightHeaders(settings: Settings, methods: string): readonly string[] {
  if (settings.origins === "same-origin") return NONE;
  return [
    "Access-Control-Allow-Methods",
    methods,
    "Access-Control-Allow-Headers",
    [...CLIENT_HEADERS, ...settings.allowedHeaders].join(", "),
    "Access-Control-Max-Age",
    PREFLIGHT_MAX_AGE,
  ];
}
