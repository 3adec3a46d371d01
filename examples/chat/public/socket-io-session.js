import "/socket.io-client.js";

/** What comes as a `message`, by the beginning of its channel. What is said in a room is an event of the room's name. */
const EVENTS = new Map([
  ["/members/", "members"],
  ["/notices/", "notice"],
  ["/rooms", "rooms"],
  ["/service/whisper", "whisper"],
  ["/service/warning", "warning"],
]);

/** The same as in `session.js`, for `socket.io-client`: with its events, and with the events that this makes of them. */
export class Session extends EventTarget {
  #socket;
  #account;
  #room;

  get isConnected() {
    return this.#socket?.connected === true;
  }

  get room() {
    return this.#room;
  }

  get name() {
    return this.#account?.name;
  }

  logIn(account, transport, room) {
    this.#account = account;
    this.#room = room;
    const transports = [transport === "websocket" ? "websocket" : "polling"];
    const socket = globalThis.io("/chat", { auth: account, transports, forceNew: true });
    this.#socket = socket;
    socket.on("connect", () => this.#arrived());
    socket.on("connect_error", (error) => this.#refused(error));
    socket.on("disconnect", (reason) => this.#gone(reason));
    socket.on("message", ({ channel, data }) => this.#heard(channel, data));
    socket.onAny((event, data) => {
      if (event === this.#room) this.#tell("message", data);
    });
    socket.io.on("ping", () => this.#tell("heartbeat"));
  }

  async logOut() {
    this.#account = undefined;
    this.#socket.disconnect();
  }

  async switchTransport(transport) {
    this.#socket.disconnect();
    this.logIn(this.#account, transport, this.#room);
  }

  enter(room) {
    this.#socket.emit("unsubscribe", channelsOf(this.#room));
    this.#room = room;
    this.#goIn();
    void this.#ask("members", { room });
  }

  async say(text) {
    await this.#send(this.#room, { text });
  }

  async whisper(to, text) {
    const answer = await this.#send("call", "whisper", { to, text });
    if (!answer.isDelivered) throw new Error(answer.reason);
    return answer;
  }

  #arrived() {
    // One that has recovered is subscribed already, and gets what it missed by itself.
    if (!this.#socket.recovered) {
      this.#socket.emit("subscribe", "/rooms");
      this.#goIn();
    }
    this.#tell("state", "connected");
    this.#tell("welcome");
    void this.#ask("rooms");
    void this.#ask("members", { room: this.#room });
  }

  #goIn() {
    this.#socket.emit("subscribe", channelsOf(this.#room));
  }

  /** An error with data is the server's word; any other one is the network's, and it is tried again. */
  #refused({ message, data }) {
    if (data === undefined) this.#tell("state", "reconnecting");
    else this.#tell("refused", message);
  }

  #gone(reason) {
    if (reason === "io server disconnect")
      this.#tell("refused", "The server has ended your session.");
    else if (reason !== "io client disconnect") this.#tell("state", "reconnecting");
  }

  #heard(channel, data) {
    for (const [beginning, event] of EVENTS)
      if (channel.startsWith(beginning)) this.#tell(event, data);
  }

  async #ask(service, question = {}) {
    this.#tell(service, await this.#send("call", service, question));
  }

  /** Resolves with what the server has answered, which may be after it is back. Rejects with the reason of a refusal. */
  async #send(event, ...args) {
    const { ok, data, error } = await this.#socket.emitWithAck(event, ...args);
    if (!ok) throw new Error(error.slice(error.lastIndexOf(":") + 1));
    return data;
  }

  #tell(event, detail) {
    this.dispatchEvent(new CustomEvent(event, { detail }));
  }
}

/** The chat comes last: whoever is subscribed to it is in the room. */
function channelsOf(room) {
  return [`/members/${room}`, `/notices/${room}`, `/chat/${room}`];
}
