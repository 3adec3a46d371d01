import { once } from "node:events";
import { connect, createServer, type ServerOpts, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** Both ends of a connection, closed when the test is over. What goes wrong at the peer's is of no interest. */
export async function socketPair(
  options: ServerOpts = {},
): Promise<{ readonly socket: Socket; readonly peer: Socket }> {
  const server = createServer(options).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const peer = connect(port, "127.0.0.1").on("error", () => undefined);
  const [socket] = (await once(server, "connection")) as [Socket];
  onTestFinished(() => {
    peer.destroy();
    socket.destroy();
    server.close();
  });
  return { socket, peer };
}
