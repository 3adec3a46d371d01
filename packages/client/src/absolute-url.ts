/** What the URL is where this runs: in a page, and in a worker, it may be relative. */
export function absoluteUrl(url: string): string {
  const { location } = globalThis as { readonly location?: { readonly href: string } };
  return new URL(url, location?.href).href;
}
