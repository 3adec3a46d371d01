import { headerOf, type NodeRequest } from "../node-messages.ts";

const FORM = "application/x-www-form-urlencoded";
const CHARSET = /;\s*charset\s*=\s*"?([^\s";]*)/i;

/** What clients send: looked up, because taking every type apart costs more than all else that is asked of a request. */
const USUAL: ReadonlySet<string> = new Set([
  "application/json",
  "application/json;charset=UTF-8",
  "application/json; charset=utf-8",
]);

/** False for a body in another charset than UTF-8, or compressed: neither is ever read. */
export function isReadable(request: NodeRequest): boolean {
  const encoding = headerOf(request, "content-encoding");
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") return false;
  const type = headerOf(request, "content-type");
  if (type === undefined || USUAL.has(type)) return true;
  const charset = CHARSET.exec(type)?.[1];
  return charset === undefined || /^utf-?8$/i.test(charset);
}

export function isForm(request: NodeRequest): boolean {
  const type = headerOf(request, "content-type");
  return type !== undefined && type.slice(0, FORM.length).toLowerCase() === FORM;
}
