import type { CometMessage } from "../message.ts";
import { Extension } from "./extension.ts";

/** Says in each message when it was sent. */
export class TimeStampExtension extends Extension {
  override outgoing(message: CometMessage): CometMessage {
    message.timestamp = new Date().toUTCString();
    return message;
  }
}
