import type { Ext, Message } from "../message.ts";

/** What a client says to be made. */
export function handshakeMessage(types: readonly string[], ext: Ext): Message {
  return {
    channel: "/meta/handshake",
    version: "1.0",
    minimumVersion: "1.0",
    supportedConnectionTypes: types,
    ...(Object.keys(ext).length > 0 && { ext }),
  };
}

export interface Connect {
  readonly clientId: string;
  readonly connectionType: string;
  /** True where the server is to answer at once. */
  readonly isQuick: boolean;
  /** What has been received, where that is acknowledged. */
  readonly position: number | undefined;
}

export function connectMessage({ clientId, connectionType, isQuick, position }: Connect): Message {
  return {
    channel: "/meta/connect",
    clientId,
    connectionType,
    ...(isQuick && { advice: { timeout: 0 } }),
    ...(position !== undefined && { ext: { ack: position } }),
  };
}

/** True where the reply to a handshake says that messages can be acknowledged. */
export function offersAck(ext: Ext | undefined): boolean {
  const ack = ext?.ack as { readonly enabled?: unknown } | boolean | null | undefined;
  return ack === true || (typeof ack === "object" && ack?.enabled === true);
}
