import type { CometHttpOptions } from "@encke/adapter-node-http";
import type { Host } from "./hosts/host.ts";

/** A library on a platform over a transport: what every scenario is run with. */
export interface Column {
  readonly name: string;
  /** What the library calls the transport. */
  readonly connectionType: string;
  /** What the server calls it. */
  readonly transport: string;
  /** Whether a second client in the same host is from the same browser. */
  readonly sharesCookies: boolean;
  /** How the library words it when its request was refused for its size. */
  readonly tooLarge: RegExp;
  /** The browser was here before, and has its cookie. */
  readonly isReturning?: boolean;
  /** Pages come from another origin, which the server allows. */
  readonly isForeign?: boolean;
  /** What must be switched on for it. */
  readonly http?: CometHttpOptions;
  openHost(): Host;
}
