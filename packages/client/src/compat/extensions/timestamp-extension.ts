import type { CometMessage } from "../message.ts";
import { BaseExtension } from "./extension.ts";

/** Says in each message when it was sent. */
export class TimeStampExtension extends BaseExtension {
  override outgoing(message: CometMessage): CometMessage {
    message.timestamp = new Date().toUTCString();
    return message;
  }
}
