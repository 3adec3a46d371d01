import { CometClient } from "/client/index.js";
import { longPolling } from "/client/long-polling.js";
import { webSocket } from "/client/websocket.js";
import { reasonOf } from "./reason.js";

/** What the server sends to this client alone. It may not be subscribed to. */
const PRIVATE = { "/service/whisper": "whisper", "/service/warning": "warning" };

/**
 * One person's connection to the chat. What happens comes as events with a `detail`: `welcome` (logged in, for the
 * first time or again), `refused`, `state`, `rooms`, `members`, `message`, `notice`, `whisper`, `warning`, `problem`.
 */
export class Session extends EventTarget {
  #client = new CometClient("/comet", {
    transports: [webSocket, longPolling],
    ext: () => ({ authentication: this.#account }),
  });
  #account;
  #transport;
  #room;
  #subscriptions = [];
  /** Until it is on its way in. */
  #beginning;
  /** Whom the server takes this window for. A client that is leaving still hears what is for that one. */
  #guest;

  constructor() {
    super();
    const client = this.#client;
    client.addEventListener("connected", () => this.#arrived());
    client.addEventListener("interrupted", () => this.#tell("state", "reconnecting"));
    client.addEventListener("disconnected", ({ error }) => {
      if (error) this.#tell("refused", reasonOf(error));
    });
    client.addEventListener("error", ({ error }) => this.#failed(error));
    client.addEventListener("message", ({ message: { channel, data } }) => {
      if (channel in PRIVATE && this.#guest === this.#account) this.#tell(PRIVATE[channel], data);
    });
    client.use({ incoming: () => this.#tell("heartbeat") });
  }

  get isConnected() {
    return this.#client.state === "connected";
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
    this.#transport = transport;
    this.#room = room;
    this.#beginning ??= this.#begin();
  }

  /** The others see at once that this window is gone, as they do when it is closed. */
  async logOut() {
    this.#account = undefined;
    await this.#client.disconnect();
  }

  /** Logs in anew over the other transport; a client cannot change it while it is connected. */
  switchTransport(transport) {
    this.logIn(this.#account, transport, this.#room);
  }

  enter(room) {
    this.#room = room;
    if (this.#beginning) return;
    this.#client.batch(() => {
      for (const subscription of this.#subscriptions) subscription.unsubscribe();
      this.#goIn();
    });
    void this.#ask("members", { room });
  }

  /** Resolves when the room has it, which may be after the server is back. Rejects with the reason why it has not. */
  async say(text) {
    const channel = `/chat/${this.#room}`;
    await this.#untilIn();
    await this.#client.publish(channel, { text }).catch(explain);
  }

  /** Resolves when the other one has it. Rejects with the reason why not. */
  async whisper(to, text) {
    await this.#untilIn();
    const answer = await this.#client.call("whisper", { to, text }).catch(explain);
    if (!answer.isDelivered) throw new Error(answer.reason);
    return answer;
  }

  /** Rejects when nobody is there by then, or somebody else: nobody speaks in the name of another. */
  async #untilIn() {
    const account = this.#account;
    await this.#beginning;
    if (this.#account !== account) throw new Error("You have logged out.");
  }

  /** A client that is leaving ends whatever it is asked meanwhile. */
  async #begin() {
    await this.#client.disconnect();
    this.#beginning = undefined;
    this.#guest = this.#account;
    if (this.#account === undefined) return;
    const { transports } = this.#client;
    transports.reset();
    if (this.#transport !== webSocket.type) transports.remove(webSocket.type);
    this.#client.subscribe("/rooms", ({ data }) => this.#tell("rooms", data));
    this.#goIn();
    // Whether that worked is told by events, now and each time that the client comes back.
    this.#client.connect().catch(() => {});
  }

  /** The chat comes last: whoever is subscribed to it is in the room, and everybody in it hears of that. */
  #goIn() {
    const room = this.#room;
    this.#subscriptions = [
      this.#listen(`/members/${room}`, "members"),
      this.#listen(`/notices/${room}`, "notice"),
      this.#listen(`/chat/${room}`, "message"),
    ];
  }

  #listen(channel, event) {
    const [account, room] = [this.#account, this.#room];
    return this.#client.subscribe(channel, ({ data }) => {
      if (account === this.#account && room === this.#room) this.#tell(event, data);
    });
  }

  /** The client has subscribed to everything again by itself; who came and went meanwhile is to be asked. */
  #arrived() {
    this.#tell("state", "connected");
    this.#tell("welcome");
    void this.#ask("rooms");
    void this.#ask("members", { room: this.#room });
  }

  async #ask(service, question = {}) {
    try {
      this.#tell(service, await this.#client.call(service, question));
    } catch {
      // The connection broke. It is asked again when the client is back.
    }
  }

  /** Before it is connected, each attempt that fails comes here; after that, what the server refuses. */
  #failed(error) {
    if (error.reply !== undefined) this.#tell("problem", reasonOf(error));
    else if (this.#client.state === "connecting") this.#tell("state", "reconnecting");
  }

  #tell(event, detail) {
    this.dispatchEvent(new CustomEvent(event, { detail }));
  }
}

function explain(error) {
  throw new Error(reasonOf(error));
}
