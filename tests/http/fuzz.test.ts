import { createComet } from "@encke/core";
import { MemoryStore } from "@encke/store-memory";
import fc from "fast-check";
import { expect, it, onTestFinished } from "vitest";
import { serve } from "./support/serve.ts";

const SEED = 20_26;
const ANSWERS = new Set([200, 400, 413, 415]);

const word = fc.constantFrom(
  ...["/meta/handshake", "/meta/connect", "/meta/subscribe", "/a", "/service/a", "/meta/x", "/**"],
  ...["__proto__", "constructor", "toString", "clientId", "channel", "data", "id", "ext", "advice"],
);
const value = fc.jsonValue({ maxDepth: 3 });
const message = fc.dictionary(word, fc.oneof(word, value), { maxKeys: 6 });
const channelled = fc
  .tuple(word, message)
  .map(([channel, fields]) => ({ ...fields, channel, connectionType: "long-polling" }));
const messages = fc.array(fc.oneof(channelled, message), { maxLength: 5 });

const body = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.oneof(messages, value).map((sent) => Buffer.from(JSON.stringify(sent))),
  messages.map((sent) => Buffer.from(`message=${encodeURIComponent(JSON.stringify(sent))}`)),
);

const type = fc.constantFrom(
  "application/json",
  "text/plain",
  "application/x-www-form-urlencoded",
  "application/json;charset=latin1",
  ";;;charset=",
);

it(`S1 answers whatever it is sent (seed ${SEED})`, { timeout: 60_000 }, async () => {
  const comet = createComet({ store: new MemoryStore(), timeout: 1, log: () => undefined });
  onTestFinished(() => comet.close({ deadline: 100 }));
  const { url } = await serve(comet);
  const property = fc.asyncProperty(body, type, async (bytes, contentType) => {
    const response = await fetch(url, {
      method: "POST",
      body: new Uint8Array(bytes),
      headers: { "Content-Type": contentType },
    });
    const text = await response.text();
    expect(ANSWERS).toContain(response.status);
    if (response.status === 200) expect(JSON.parse(text)).toBeInstanceOf(Array);
    else expect(text).not.toMatch(/\.ts|\bat /);
  });
  await fc.assert(property, { seed: SEED, numRuns: 300 });
});
