/** A peer that speaks Bayeux by hand, with the cookie of its own browser. */
export class Thief {
  readonly #url: string;
  #cookie = "";

  private constructor(url: string) {
    this.#url = url;
  }

  /** Comes as everybody does, by a handshake of its own. */
  static async arrive(url: string): Promise<Thief> {
    const thief = new Thief(url);
    await thief.send({
      channel: "/meta/handshake",
      version: "1.0",
      supportedConnectionTypes: ["long-polling"],
    });
    if (thief.#cookie === "") throw new Error("The server has set no cookie.");
    return thief;
  }

  async send(...messages: readonly object[]): Promise<unknown> {
    const response = await fetch(this.#url, {
      method: "POST",
      headers: { "Content-Type": "application/json", Cookie: this.#cookie },
      body: JSON.stringify(messages),
    });
    const [cookie] = response.headers.getSetCookie();
    if (cookie !== undefined) this.#cookie = cookie.split(";", 1)[0] ?? "";
    return response.json();
  }
}
