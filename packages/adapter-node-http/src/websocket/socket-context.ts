import type { NodeRequest } from "../node-messages.ts";
import { HttpRequestContext } from "../request-context.ts";
import type { Settings } from "../settings.ts";
import type { CometSocket } from "./comet-socket.ts";

/** The same for all exchanges on one socket: what was known when it was asked for. */
export class SocketContext extends HttpRequestContext {
  /** Set when the socket is open, which is before anything comes on it. */
  connection?: CometSocket;

  constructor(request: NodeRequest, settings: Settings) {
    super(request, "websocket", settings);
  }

  onClient(clientId: string): void {
    this.connection?.onClient(clientId);
  }
}
