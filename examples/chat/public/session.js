import { CometD } from "/vendor/cometd/cometd.js";
import { reasonOf } from "./reason.js";

const SETTINGS = {
  url: `${location.origin}/comet`,
  logLevel: "warn",
  // Its worker is made from a blob, which the page's Content-Security-Policy does not allow.
  useWorkerScheduler: false,
  maxBackoff: 5_000,
};

/**
 * One person's connection to the chat. What happens comes as events with a `detail`: `welcome` (logged in, for the
 * first time or again), `refused`, `state`, `rooms`, `members`, `message`, `notice`, `whisper`, `warning`, `problem`.
 */
export class Session extends EventTarget {
  #cometd = new CometD();
  #account;
  #room;
  #subscriptions = [];

  constructor() {
    super();
    const cometd = this.#cometd;
    cometd.configure(SETTINGS);
    cometd.addListener("/meta/handshake", (reply) => this.#handshaken(reply));
    cometd.addListener("/meta/connect", (reply) => this.#connected(reply));
    cometd.addListener("/service/whisper", ({ data }) => this.#tell("whisper", data));
    cometd.addListener("/service/warning", ({ data }) => this.#tell("warning", data));
    cometd.registerExtension("heartbeat", { incoming: (message) => this.#heard(message) });
  }

  /** The transport that is really used; undefined when there is no connection. */
  get transport() {
    return this.#cometd.getTransport()?.type;
  }

  get room() {
    return this.#room;
  }

  get name() {
    return this.#account?.name;
  }

  /** The account is kept, in memory only: with it the client logs in again by itself when the server has forgotten it. */
  logIn(account, transport, room) {
    this.#account = account;
    this.#room = room;
    this.#cometd.websocketEnabled = transport === "websocket";
    this.#cometd.handshake({ ext: { authentication: account } });
  }

  logOut() {
    this.#account = undefined;
    this.#cometd.disconnect();
  }

  /** Logs in anew over the other transport; a client cannot change it while it is connected. */
  switchTransport(transport) {
    this.#cometd.disconnect(() => this.logIn(this.#account, transport, this.#room));
  }

  enter(room) {
    this.#cometd.batch(() => {
      for (const subscription of this.#subscriptions) this.#cometd.unsubscribe(subscription);
      this.#room = room;
      this.#goIn();
    });
  }

  /** Resolves when the room has it. Rejects with the reason why it has not. */
  say(text) {
    return new Promise((resolve, reject) => {
      this.#cometd.publish(`/chat/${this.#room}`, { text }, (reply) => {
        if (reply.successful) resolve();
        else reject(new Error(reasonOf(reply)));
      });
    });
  }

  /** Resolves when the other one has it. Rejects with the reason why not. */
  whisper(to, text) {
    return new Promise((resolve, reject) => {
      this.#cometd.remoteCall("whisper", { to, text }, (reply) => {
        if (reply.successful === false) reject(new Error(reasonOf(reply)));
        else if (reply.data.isDelivered) resolve(reply.data);
        else reject(new Error(reply.data.reason));
      });
    });
  }

  #handshaken(reply) {
    if (reply.successful) {
      this.#cometd.batch(() => this.#arrive());
      this.#tell("welcome");
    } else if (isFinal(reply)) this.#tell("refused", reasonOf(reply));
    else this.#tell("state", "reconnecting");
  }

  #connected(reply) {
    if (this.#cometd.isDisconnected()) return;
    if (isFinal(reply)) this.#tell("refused", "The server has ended your session.");
    else this.#tell("state", reply.successful ? "connected" : "reconnecting");
  }

  /** After every handshake: the server knows nothing of what this page was subscribed to before. */
  #arrive() {
    this.#listen("/rooms", "rooms");
    this.#ask("rooms");
    this.#goIn();
  }

  /** The chat comes last: whoever is subscribed to it is in the room, and everybody in it hears of that. */
  #goIn() {
    const room = this.#room;
    this.#subscriptions = [
      this.#listen(`/members/${room}`, "members"),
      this.#listen(`/notices/${room}`, "notice"),
      this.#listen(`/chat/${room}`, "message"),
    ];
    this.#ask("members", { room });
  }

  #listen(channel, event) {
    return this.#cometd.subscribe(
      channel,
      ({ data }) => this.#tell(event, data),
      (reply) => {
        if (!reply.successful && reply.error) this.#tell("problem", reasonOf(reply));
      },
    );
  }

  #ask(service, question = {}) {
    this.#cometd.remoteCall(service, question, ({ data }) => {
      if (data !== undefined) this.#tell(service, data);
    });
  }

  #heard(message) {
    this.#tell("heartbeat");
    return message;
  }

  #tell(event, detail) {
    this.dispatchEvent(new CustomEvent(event, { detail }));
  }
}

/** The server does not want this client to come back. */
function isFinal({ advice }) {
  return advice?.reconnect === "none";
}
