import type { CometMessage } from "../message.ts";
import { Z85 } from "../z85.ts";
import { Extension } from "./extension.ts";

/** Carries bytes, in the `data` of the data of messages that `ext.binary` marks. What comes is an `ArrayBuffer`. */
export class BinaryExtension extends Extension {
  override incoming(message: CometMessage): CometMessage {
    return recoded(message, Z85.decode);
  }

  override outgoing(message: CometMessage): CometMessage {
    return recoded(message, Z85.encode);
  }
}

function recoded<T>(message: CometMessage, recode: (data: T) => unknown): CometMessage {
  const { channel, data, ext } = message;
  if (channel.startsWith("/meta/") || !ext?.binary || data === undefined) return message;
  return { ...message, data: { ...data, data: recode(data.data) } };
}
