import { firstOf, type NodeRequest } from "../node-messages.ts";

const FORM = "application/x-www-form-urlencoded";
const CHARSET = /;\s*charset\s*=\s*"?([^\s";]*)/i;

/** What clients send, and need not be taken apart: that costs more than all else that is asked of a request. */
function isUsual(type: string): boolean {
  return (
    type === "application/json;charset=UTF-8" ||
    type === "application/json" ||
    type === "application/json; charset=utf-8"
  );
}

/** False for a body in another charset than UTF-8, or compressed: neither is ever read. */
export function isReadable(request: NodeRequest): boolean {
  const encoding = firstOf(request.headers["content-encoding"]);
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") return false;
  const type = firstOf(request.headers["content-type"]);
  if (type === undefined || isUsual(type)) return true;
  const charset = CHARSET.exec(type)?.[1];
  return charset === undefined || /^utf-?8$/i.test(charset);
}

export function isForm(request: NodeRequest): boolean {
  const type = firstOf(request.headers["content-type"]);
  return type !== undefined && !isUsual(type) && type.slice(0, FORM.length).toLowerCase() === FORM;
}
