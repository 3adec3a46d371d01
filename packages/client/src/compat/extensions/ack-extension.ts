import { Extension } from "./extension.ts";

/** Has the client acknowledge messages, so that none is lost. It takes effect with the next handshake. */
export class AckExtension extends Extension {}
