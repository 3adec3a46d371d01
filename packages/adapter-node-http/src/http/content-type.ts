import { headerOf, type NodeRequest } from "../node-messages.ts";

const FORM = "application/x-www-form-urlencoded";
const CHARSET = /;\s*charset\s*=\s*"?([^\s";]*)/i;

/** False for a body in another charset than UTF-8, or compressed: neither is ever read. */
export function isReadable(request: NodeRequest): boolean {
  const encoding = headerOf(request, "content-encoding");
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") return false;
  const charset = CHARSET.exec(headerOf(request, "content-type") ?? "")?.[1];
  return charset === undefined || /^utf-?8$/i.test(charset);
}

export function isForm(request: NodeRequest): boolean {
  const type = headerOf(request, "content-type");
  return type !== undefined && type.slice(0, FORM.length).toLowerCase() === FORM;
}
