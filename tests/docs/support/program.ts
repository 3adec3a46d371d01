import { once } from "node:events";
import { type AddressInfo, Server } from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const ACCIDENTS = ["uncaughtException", "unhandledRejection"] as const;

/** Turns of the event loop after which whatever a module began without waiting for it has failed, if it is to. */
const TURNS = 5;

/**
 * A module that runs as a program does, but for its servers: whatever port they are told, they listen on a
 * free one of the loopback. One at a time: it catches what the process would otherwise die of.
 */
export class Program {
  /** What it threw, and what it left unhandled. */
  readonly failures: unknown[] = [];
  readonly #servers: Server[] = [];
  readonly #undo: (() => void)[] = [];

  /** Settles when it has run to its end and its servers listen. */
  static async start(file: URL): Promise<Program> {
    const program = new Program();
    program.#catchAccidents();
    program.#redirectServers();
    await import(/* @vite-ignore */ fileURLToPath(file)).catch(program.#fail);
    await Promise.all(program.#servers.map(untilListening)).catch(program.#fail);
    for (let turn = 0; turn < TURNS; turn++) await nextTurn();
    return program;
  }

  /** Of the first server that it opened. */
  get origin(): string {
    const address = this.#servers[0]?.address() as AddressInfo;
    return `http://127.0.0.1:${address.port}`;
  }

  get isListening(): boolean {
    return this.#servers.some((server) => server.listening);
  }

  /** Closes what the program left open. */
  async stop(): Promise<void> {
    const open = this.#servers.filter((server) => server.listening);
    await Promise.all(open.map(close));
    for (const undo of this.#undo.splice(0)) undo();
  }

  readonly #fail = (cause: unknown): void => {
    this.failures.push(cause);
  };

  #catchAccidents(): void {
    for (const accident of ACCIDENTS) {
      const others = process.listeners(accident as "uncaughtException");
      process.removeAllListeners(accident).on(accident, this.#fail);
      this.#undo.push(() => {
        process.removeAllListeners(accident);
        for (const other of others) process.on(accident, other);
      });
    }
  }

  #redirectServers(): void {
    const servers = this.#servers;
    const { listen } = Server.prototype;
    Server.prototype.listen = function (this: Server, ...args: unknown[]): Server {
      servers.push(this);
      const callback = args.find((arg): arg is () => void => typeof arg === "function");
      return listen.call(this, { port: 0, host: "127.0.0.1" }, callback);
    };
    this.#undo.push(() => {
      Server.prototype.listen = listen;
    });
  }
}

async function untilListening(server: Server): Promise<void> {
  if (!server.listening) await once(server, "listening");
}

async function close(server: Server & { closeAllConnections?(): void }): Promise<void> {
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections?.();
  await closed;
}
