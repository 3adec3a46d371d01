import { randomUUID } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import { listen } from "./listen.ts";
import { Rooms } from "./rooms.ts";

interface Message {
  readonly channel: string;
  readonly clientId?: string;
  readonly subscription?: string;
  readonly data?: unknown;
}

interface Client {
  held: ServerResponse | undefined;
  queue: string[];
}

interface State {
  readonly clients: Map<string, Client>;
  readonly rooms: Rooms<Client>;
}

const REPLY_TO_CONNECT = '{"channel":"/meta/connect","successful":true,"id":"c"}';
const HEADERS = ["Content-Type", "application/json;charset=UTF-8", "Content-Length"] as const;

/** As little as looks like Bayeux over node:http: no patterns, nothing checked, nothing ever expires. */
export function start(): Promise<number> {
  const state: State = { clients: new Map(), rooms: new Rooms() };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const messages = JSON.parse(Buffer.concat(chunks).toString()) as readonly Message[];
      handle(state, messages, response);
    });
  });
  return listen(server);
}

function handle(state: State, messages: readonly Message[], response: ServerResponse): void {
  const replies: string[] = [];
  for (const message of messages) {
    if (message.channel === "/meta/connect") {
      hold(state.clients.get(message.clientId ?? ""), response);
      return;
    }
    replies.push(replyTo(state, message));
  }
  answer(response, `[${replies.join(",")}]`);
}

function replyTo(state: State, message: Message): string {
  const { channel, clientId = randomUUID() } = message;
  if (channel.startsWith("/meta/")) changeClients(state, message, clientId);
  else deliver(state.rooms.in(channel), JSON.stringify({ channel, data: message.data }));
  return JSON.stringify({ channel, successful: true, clientId });
}

function changeClients({ clients, rooms }: State, message: Message, clientId: string): void {
  const client = clients.get(clientId);
  if (client === undefined) {
    clients.set(clientId, { held: undefined, queue: [] });
  } else if (message.subscription !== undefined) {
    rooms.join(message.subscription, client);
  } else {
    rooms.leave(client);
    clients.delete(clientId);
  }
}

function deliver(clients: Iterable<Client>, text: string): void {
  for (const client of clients) {
    client.queue.push(text);
    if (client.held !== undefined) flush(client);
  }
}

function hold(client: Client | undefined, response: ServerResponse): void {
  if (client === undefined) return;
  client.held = response;
  if (client.queue.length > 0) flush(client);
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
