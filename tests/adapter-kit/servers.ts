import type { AddressInfo, Server } from "node:net";
import { Server as TlsServer } from "node:tls";

/** Starts the server on a free port of the loopback. Returns its origin. */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return `${server instanceof TlsServer ? "https" : "http"}://127.0.0.1:${port}`;
}

/** Ends a server whose peers have gone. */
export async function stop(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  if ("closeAllConnections" in server) (server.closeAllConnections as () => void)();
  await closed;
}
