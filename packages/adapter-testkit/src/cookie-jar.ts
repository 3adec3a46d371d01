/** The cookies of one browser. It forgets none and does not look where one is for. */
export class CookieJar {
  readonly #cookies = new Map<string, string>();

  /** The value of the `Cookie` header; undefined when there are none. */
  get header(): string | undefined {
    if (this.#cookies.size === 0) return undefined;
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  /** Keeps what the `Set-Cookie` headers of an answer ask for. */
  keep(setCookies: readonly string[] | undefined): void {
    for (const line of setCookies ?? []) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      this.#cookies.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
    }
  }
}
