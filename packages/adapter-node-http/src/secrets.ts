import { randomFillSync } from "node:crypto";

const SECRET_BYTES = 24;
const SECRETS_AT_ONCE = 64;

/** Random bytes for many secrets: to ask for those of one took a twentieth of all that a new connection takes. */
const pool = Buffer.alloc(SECRET_BYTES * SECRETS_AT_ONCE);
let used = pool.length;

/** 192 random bits as 32 letters of base64url, which nobody guesses. */
export function newSecret(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const start = used;
  used += SECRET_BYTES;
  const secret = pool.toString("base64url", start, used);
  // Whoever has it may be let in by it, so it is kept nowhere else.
  pool.fill(0, start, used);
  return secret;
}
