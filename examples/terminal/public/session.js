import { messagesIn } from "./frame-text.js";
import { connect, handshake, NO_CLIENT } from "./templates.js";
import { TRANSPORTS } from "./transports.js";

/** Milliseconds until a connect is tried again after something failed. */
const RETRY = 1_500;

/**
 * A client whose every frame can be seen, and is written by hand if one likes. What happens comes as events with a
 * `detail`: `frame` (`{ direction, text, messages, note, took }`), `change` (of the client id, or of what it does by
 * itself), and `types` (the connection types that a server has).
 */
export class Session extends EventTarget {
  #transport;
  #connectionType;
  #clientId;
  #ids = 0;
  #isLooping = false;
  /** The frame with the connect that has been sent and not been answered. */
  #underWay;
  #isConnected = false;
  #timer;

  /** Another one each time. A field, so that templates can take it from the session as they take the rest. */
  newId = () => {
    this.#ids += 1;
    return String(this.#ids);
  };

  get clientId() {
    return this.#clientId ?? NO_CLIENT;
  }

  get hasClient() {
    return this.#clientId !== undefined;
  }

  /** The last connect was answered well. */
  get isConnected() {
    return this.#isConnected;
  }

  get connectionType() {
    return this.#connectionType;
  }

  get isLooping() {
    return this.#isLooping;
  }

  /** Talks to this server in this way from now on. The client stays the same, if the server is. */
  aim({ connectionType, ...target }) {
    this.#transport?.close();
    const { Transport } = TRANSPORTS.get(connectionType);
    this.#connectionType = connectionType;
    this.#transport = new Transport(target, {
      frame: (frame) => this.#see(frame),
      ended: (text) => this.#end(text),
    });
    this.#underWay = undefined;
    this.#isConnected = false;
    this.#goOn(0);
  }

  /** Knows no client any more. */
  forget() {
    this.#become(undefined);
  }

  /** Sends what is written, as it is written. */
  send(text) {
    const messages = messagesIn(text) ?? [];
    if (messages.some(isConnect)) {
      this.#pause();
      this.#underWay = text;
    }
    void this.#transport.send(text);
  }

  /** Shakes hands when it has to, and sends the next connect when one is answered; or leaves all that to whoever types. */
  loop(isLooping) {
    this.#isLooping = isLooping;
    this.#goOn(0);
    this.#tell("change");
  }

  #see(frame) {
    const messages = messagesIn(frame.text);
    this.#tell("frame", { ...frame, messages });
    if (frame.direction === "received") for (const message of messages ?? []) this.#follow(message);
  }

  #follow(message) {
    if (message.channel === "/meta/handshake") this.#handshaken(message);
    else if (isConnect(message)) this.#connected(message);
    else if (message.channel === "/meta/disconnect" && message.successful) this.#leave();
  }

  #handshaken({ successful, clientId, supportedConnectionTypes, advice }) {
    if (Array.isArray(supportedConnectionTypes)) this.#tell("types", supportedConnectionTypes);
    if (successful && typeof clientId === "string") this.#become(clientId);
    if (advice?.reconnect === "none") this.loop(false);
    else this.#goOn(successful ? 0 : RETRY);
  }

  #connected({ successful, advice }) {
    this.#underWay = undefined;
    this.#isConnected = successful === true;
    if (advice?.reconnect === "handshake") this.#become(undefined);
    if (advice?.reconnect === "none") this.loop(false);
    this.#goOn(successful ? Math.max(0, Number(advice?.interval) || 0) : RETRY);
    this.#tell("change");
  }

  #leave() {
    this.#isLooping = false;
    this.#become(undefined);
  }

  #become(clientId) {
    const before = this.clientId;
    this.#clientId = clientId;
    this.#isConnected = false;
    this.#underWay = undefined;
    this.#tell("change", { before });
  }

  /** Nothing more comes for a frame that was sent; for none at all when it is not said for which. */
  #end(text) {
    if (text === undefined || text === this.#underWay) {
      this.#underWay = undefined;
      this.#isConnected = false;
      this.#tell("change");
    }
    if (this.#timer === undefined) this.#goOn(RETRY);
  }

  #goOn(delay) {
    this.#pause();
    if (!this.#isLooping || this.#underWay !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.send(JSON.stringify(this.hasClient ? connect(this) : handshake(this)));
    }, delay);
  }

  #pause() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #tell(event, detail) {
    this.dispatchEvent(new CustomEvent(event, { detail }));
  }
}

function isConnect({ channel }) {
  return channel === "/meta/connect";
}
