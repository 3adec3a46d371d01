import { describe, expect, it } from "vitest";
import { Prefix } from "./prefix.ts";
import { received } from "./read-past.ts";

describe("a prefix of what is received", () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 250])(
    "is compared in all of %i bytes, and no further",
    (length) => {
      const text = Array.from({ length }, (_, at) => String.fromCharCode(0xff - (at % 200))).join(
        "",
      );
      const prefix = new Prefix(text);
      received.fill(0x2d, 0, length + 8);
      received.write(text, "latin1");
      expect(prefix.isReceived()).toBe(true);
      for (let at = 0; at < length; at++) {
        for (const bit of [0x01, 0x80]) {
          const byte = received[at] as number;
          received[at] = byte ^ bit;
          expect(prefix.isReceived()).toBe(false);
          received[at] = byte;
        }
      }
      received.fill(0xff, length, length + 8);
      expect(prefix.isReceived()).toBe(true);
    },
  );
});
