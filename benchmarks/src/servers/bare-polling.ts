import { randomUUID } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import { listen } from "./listen.ts";

interface Message {
  readonly channel: string;
  readonly clientId?: string;
  readonly data?: unknown;
}

interface Client {
  held: ServerResponse | undefined;
  queue: string[];
}

const REPLY_TO_CONNECT = '{"channel":"/meta/connect","successful":true,"id":"c"}';
const HEADERS = ["Content-Type", "application/json;charset=UTF-8", "Content-Length"] as const;

/** As little as looks like Bayeux over node:http: one channel, nothing checked, nothing ever expires. */
export function start(): Promise<number> {
  const clients = new Map<string, Client>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const messages = JSON.parse(Buffer.concat(chunks).toString()) as readonly Message[];
      for (const message of messages) handle(clients, message, response);
    });
  });
  return listen(server);
}

function handle(clients: Map<string, Client>, message: Message, response: ServerResponse): void {
  const { channel } = message;
  if (channel === "/meta/connect") {
    hold(clients.get(message.clientId ?? ""), response);
    return;
  }
  const clientId = message.clientId ?? randomUUID();
  answer(response, JSON.stringify([{ channel, successful: true, clientId }]));
  if (channel === "/meta/subscribe") clients.set(clientId, { held: undefined, queue: [] });
  if (channel.startsWith("/meta/")) return;
  const text = JSON.stringify({ channel, data: message.data });
  for (const client of clients.values()) deliver(client, text);
}

function hold(client: Client | undefined, response: ServerResponse): void {
  if (client === undefined) return;
  client.held = response;
  if (client.queue.length > 0) flush(client);
}

function deliver(client: Client, text: string): void {
  client.queue.push(text);
  if (client.held !== undefined) flush(client);
}

function flush(client: Client): void {
  const { held, queue } = client;
  client.held = undefined;
  client.queue = [];
  if (held !== undefined) answer(held, `[${queue.join(",")},${REPLY_TO_CONNECT}]`);
}

function answer(response: ServerResponse, text: string): void {
  response.writeHead(200, [...HEADERS, String(Buffer.byteLength(text))]);
  response.end(text);
}
