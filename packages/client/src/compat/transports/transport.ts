import type { ITransport, TransportFactory, TransportHost } from "../../transport.ts";
import type { World } from "../../world.ts";
import type { Settled } from "../configuration.ts";

/** What a transport may ask the `CometD` that it is registered with. */
export interface TransportOwner {
  getConfiguration(): Settled;
  getURL(): string;
}

/** A way to the server, by the name that it is registered under. */
export abstract class Transport implements TransportFactory {
  /** The connection type; empty until it is registered. */
  type = "";
  /** Where this transport is to go, instead of where the configuration says. */
  url: string | undefined;
  #owner: TransportOwner | undefined;

  /** Called by `registerTransport`. */
  registered(type: string, cometd: TransportOwner): void {
    this.type = type;
    this.#owner = cometd;
  }

  unregistered(): void {
    this.#owner = undefined;
  }

  get configuration(): Settled | undefined {
    return this.#owner?.getConfiguration();
  }

  /** False where it cannot work. A subclass may look at where the server is. */
  accept(_version: string, _crossDomain: boolean, _url: string): boolean {
    return true;
  }

  isSupported(_world: World): boolean {
    return this.accept("1.0", false, this.#owner?.getURL() ?? "");
  }

  abstract open(host: TransportHost): ITransport;

  toString(): string {
    return this.type;
  }
}
