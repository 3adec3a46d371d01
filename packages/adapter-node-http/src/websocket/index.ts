export { attachWebSocket, attachWebSockets } from "./attach-websocket.ts";
