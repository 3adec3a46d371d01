import { CONNECTION_TYPES } from "./transports.js";

/** Stands where a client id will be known once a handshake is answered. */
export const NO_CLIENT = "CLIENT_ID";

/** What can be filled into the editor: a function of `{ clientId, connectionType, newId }`, which makes one id each call. */
export const TEMPLATES = new Map([
  ["Handshake", (session) => handshake(session)],
  ["Connect", (session) => connect(session)],
  ["Subscribe", (session) => [subscription(session, "subscribe")]],
  ["Unsubscribe", (session) => [subscription(session, "unsubscribe")]],
  ["Publish", (session) => [publish(session)]],
  ["Remote call", (session) => [call(session)]],
  ["Remote stream", (session) => [stream(session)]],
  ["Batch", (session) => [subscription(session, "subscribe"), publish(session), call(session)]],
  ["Disconnect", (session) => disconnect(session)],
]);

export function handshake({ newId }) {
  return [
    {
      channel: "/meta/handshake",
      id: newId(),
      version: "1.0",
      supportedConnectionTypes: CONNECTION_TYPES,
    },
  ];
}

export function connect({ clientId, connectionType, newId }) {
  return [{ channel: "/meta/connect", id: newId(), clientId, connectionType }];
}

function disconnect({ clientId, newId }) {
  return [{ channel: "/meta/disconnect", id: newId(), clientId }];
}

function subscription({ clientId, newId }, what) {
  return { channel: `/meta/${what}`, id: newId(), clientId, subscription: ["/notes/today"] };
}

function publish({ clientId, newId }) {
  return { channel: "/notes/today", id: newId(), clientId, data: { text: "Hello" } };
}

/** What `remoteCall` of the CometD client sends. */
function call({ clientId, newId }) {
  return { channel: "/service/echo", id: newId(), clientId, data: { question: 42 } };
}

/** A call that is answered with one result after the other. */
function stream({ clientId, newId }) {
  return { channel: "/service/count", id: newId(), clientId, data: { to: 5 } };
}
