/** True for the path itself, with or without a slash at its end: what lies below it is for others. */
export function isAt(path: string, url: string | undefined): boolean {
  const asked = url?.split("?", 1)[0];
  return asked !== "" && (asked === path || asked === `${path}/`);
}
