/** Every frame is a WebSocket message. The socket is opened by the first one. Tells the same as HttpTransport. */
export class SocketTransport {
  #url;
  #listener;
  #socket;
  #waiting = [];

  constructor({ url }, listener) {
    this.#url = url.replace(/^http/, "ws");
    this.#listener = listener;
  }

  send(text) {
    this.#socket ??= this.#open();
    if (this.#socket.readyState === WebSocket.OPEN) this.#pass(text);
    else this.#waiting.push(text);
  }

  close() {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close(1000);
  }

  #open() {
    const socket = new WebSocket(this.#url);
    socket.onopen = () => {
      for (const text of this.#waiting.splice(0)) this.#pass(text);
    };
    socket.onmessage = ({ data }) => {
      this.#listener.frame({ direction: "received", text: String(data), note: "WebSocket" });
    };
    socket.onclose = ({ code, reason }) => {
      if (socket === this.#socket) this.#lose(`closed ${code} ${reason}`.trim());
    };
    return socket;
  }

  #pass(text) {
    this.#socket.send(text);
    this.#listener.frame({ direction: "sent", text, note: "WebSocket" });
  }

  #lose(note) {
    this.#socket = undefined;
    this.#waiting = [];
    const text = "The WebSocket is closed. The next frame opens another.";
    this.#listener.frame({ direction: "failed", text, note });
    this.#listener.ended();
  }
}
