/** True for the path itself, with or without a slash at its end: what lies below it is for others. */
export function isAt(path: string, url: string | undefined): boolean {
  const query = url?.indexOf("?") ?? -1;
  const asked = query === -1 ? url : url?.slice(0, query);
  return asked !== "" && (asked === path || asked === `${path}/`);
}
