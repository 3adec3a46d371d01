import type { CometMessage } from "../message.ts";
import { Extension, type ExtensionOwner } from "./extension.ts";

/** How a session is found again. */
interface Kept {
  readonly url: string;
  /** The reply to the handshake that began it. */
  readonly reply: CometMessage;
  /** What had been received, where that is acknowledged. */
  readonly position: number;
}

export interface ReloadOptions {
  /** The key in the storage of the page. @default "org.cometd.reload" */
  readonly name?: string;
}

/**
 * Lets the next page of a tab go on with the session, where `reload()` was called before the page was left. The handshake of
 * the next page is answered from the storage of the tab.
 */
export class ReloadExtension extends Extension {
  #name: string;
  #reply: CometMessage | undefined;
  #type: string | undefined;
  #position = 0;
  #isLeaving = false;

  constructor({ name = "org.cometd.reload" }: ReloadOptions = {}) {
    super();
    this.#name = name;
  }

  configure({ name = this.#name }: ReloadOptions = {}): void {
    this.#name = name;
  }

  override registered(name: string, cometd: ExtensionOwner): void {
    super.registered(name, cometd);
    cometd.reload = (options) => this.#keep(options);
  }

  override unregistered(): void {
    if (this.cometd) this.cometd.reload = undefined;
    super.unregistered();
  }

  override outgoing(message: CometMessage): CometMessage | null {
    if (message.channel === "/meta/handshake") return this.#shakeHands(message);
    if (message.channel === "/meta/disconnect") this.#reply = undefined;
    if (message.channel !== "/meta/connect") return message;
    // The next connect has to be that of the next page.
    if (this.#isLeaving) return null;
    this.#type = message.connectionType;
    const isBehind = message.ext?.ack < this.#position;
    return isBehind ? { ...message, ext: { ...message.ext, ack: this.#position } } : message;
  }

  override incoming(message: CometMessage): CometMessage {
    const { channel, successful, ext } = message;
    if (channel === "/meta/handshake") this.#reply = successful === true ? message : undefined;
    if (channel === "/meta/connect" && typeof ext?.ack === "number") this.#position = ext.ack;
    return message;
  }

  #shakeHands(message: CometMessage): CometMessage | null {
    const kept = this.#take();
    this.#position = kept?.position ?? 0;
    if (kept === undefined) return message;
    const { reply } = kept;
    const replayed = { ...reply, id: message.id as string, ext: { ...reply.ext, reload: true } };
    this.cometd?.setTimeout(() => this.cometd?.receive(replayed), 0);
    return null;
  }

  #keep(options: ReloadOptions = {}): void {
    if (this.#reply === undefined || this.cometd === undefined) return;
    this.configure(options);
    this.#isLeaving = true;
    const types = this.#type === undefined ? {} : { supportedConnectionTypes: [this.#type] };
    const reply = { ...this.#reply, ...types };
    const kept: Kept = { url: this.cometd.getURL(), reply, position: this.#position };
    storage().setItem(this.#name, JSON.stringify(kept));
  }

  /** What another page has kept, which counts once. */
  #take(): Kept | undefined {
    const text = storage().getItem(this.#name);
    storage().removeItem(this.#name);
    const kept = text === null ? undefined : (JSON.parse(text) as Kept);
    return kept?.url === this.cometd?.getURL() ? kept : undefined;
  }
}

/** The part of a `Storage` that is used. */
interface PageStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** That of the tab. Throws where there is none. */
function storage(): PageStorage {
  const { sessionStorage } = globalThis as unknown as { readonly sessionStorage: PageStorage };
  return sessionStorage;
}
