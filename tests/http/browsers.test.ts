import { type Comet, type CometOptions, createComet, type Message } from "@encke/core";
import { MemoryStore } from "@encke/store-memory";
import { describe, expect, it, onTestFinished } from "vitest";
import { serve } from "./support/serve.ts";
import { until } from "./support/until.ts";

function newComet(options: Omit<CometOptions, "store">): Comet {
  const comet = createComet({ store: new MemoryStore(), log: () => undefined, ...options });
  onTestFinished(() => comet.close({ deadline: 100 }));
  return comet;
}

/** The windows of one browser, which has one cookie for all of them. */
class Browser {
  readonly #url: string;
  #cookie = "";

  constructor(url: string) {
    this.#url = url;
  }

  async send(message: object): Promise<Message[]> {
    const headers = this.#cookie === "" ? {} : { cookie: this.#cookie };
    const body = JSON.stringify(message);
    const response = await fetch(this.#url, { method: "POST", body, headers });
    this.#cookie ||= response.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
    return (await response.json()) as Message[];
  }

  /** The client of a window that has connected once. */
  async open(ext: object = {}): Promise<string> {
    const handshake = { version: "1.0", supportedConnectionTypes: ["long-polling"], ext };
    const [reply] = await this.send({ channel: "/meta/handshake", ...handshake });
    const clientId = reply?.clientId ?? "";
    await this.connect(clientId);
    return clientId;
  }

  connect(clientId: string): Promise<Message[]> {
    return this.send({ channel: "/meta/connect", clientId, connectionType: "long-polling" });
  }
}

describe("the windows of a browser", () => {
  it("leave it a connection for everything else, over HTTP/1", async () => {
    const comet = newComet({ maxClientsPerBrowser: 2 });
    const { url } = await serve(comet);
    const browser = new Browser(url);
    const windows = [await browser.open(), await browser.open(), await browser.open()];
    const held = windows.slice(0, 2).map((clientId) => browser.connect(clientId));
    await until(() => comet.stats().held === 2);
    const [reply] = await browser.connect(windows[2] as string);
    expect(reply?.advice).toEqual({
      reconnect: "retry",
      interval: 2_000,
      "multiple-clients": true,
    });
    await comet.close({ deadline: 100 });
    expect((await Promise.all(held)).flat()).toMatchObject([
      { successful: true },
      { successful: true },
    ]);
  });
});

describe("a client that the server has made", () => {
  it("is that of the page that presents its token, and of no other browser's", async () => {
    const comet = newComet({});
    const { url } = await serve(comet);
    const { id } = await comet.createClient({ publicId: "ann", data: { name: "Ann" } });
    const browser = new Browser(url);
    await browser.open();
    expect(await browser.open({ clientToken: id })).toBe(id);
    const thief = new Browser(url);
    await thief.open();
    expect(await thief.open({ clientToken: id })).toBe("");
    expect(comet.clientByPublicId("ann")?.data).toEqual({ name: "Ann" });
  });
});
