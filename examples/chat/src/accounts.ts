import type { HandshakeRequest, IClient, Verdict } from "@encke/core";

export interface Account {
  readonly name: string;
  readonly password: string;
}

/**
 * Shown on the login page, so that anybody can try the chat. A real application asks its user database,
 * which keeps salted hashes of passwords and never a password.
 */
export const DEMO_ACCOUNTS: readonly Account[] = [
  { name: "ann", password: "apple" },
  { name: "bob", password: "banana" },
  { name: "cleo", password: "cherry" },
  { name: "dan", password: "damson" },
];

/** The handshake policy: lets in who knows the password, and keeps the name with the client. */
export function logIn({ message }: Pick<HandshakeRequest, "message">): Verdict {
  // Clients of Socket.IO have one place for it, and say it in `auth`.
  const { name, password } = claimIn(message.ext?.authentication ?? message.ext?.auth);
  const account = DEMO_ACCOUNTS.find((candidate) => candidate.name === name);
  // One answer for both mistakes: nobody learns which names there are.
  if (account === undefined || account.password !== password) {
    return { allow: false, reason: "There is no such name with that password." };
  }
  return { allow: true, data: { name: account.name } };
}

/** Who a client is: what {@link logIn} found out, never what a message claims. */
export function nameOf(client: IClient): string {
  return String(client.data.name);
}

function claimIn(authentication: unknown): Partial<Record<keyof Account, unknown>> {
  return typeof authentication === "object" && authentication !== null ? authentication : {};
}
