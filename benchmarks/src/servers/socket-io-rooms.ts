import type { Server } from "socket.io";

type Confirm = () => void;

/** Channels are rooms. A publish is confirmed when its sender asks for it. */
export function serveRooms(io: Server): void {
  io.on("connection", (socket) => {
    socket.on("subscribe", async (channel: string, confirm: Confirm) => {
      await socket.join(channel);
      confirm();
    });
    socket.on("publish", (channel: string, data: unknown, confirm?: Confirm) => {
      io.to(channel).emit("message", data);
      confirm?.();
    });
  });
}
