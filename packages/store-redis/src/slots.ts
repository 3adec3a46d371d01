/** Into so many slots a cluster divides all keys. */
export const SLOTS = 16_384;

/** The slot of a key without a hash tag, as Redis counts it: CRC16 in the variant XMODEM. */
export function slotOf(key: string): number {
  let sum = 0;
  for (const byte of Buffer.from(key)) {
    sum ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) {
      sum = ((sum << 1) ^ ((sum & 0x8000) === 0 ? 0 : 0x1021)) & 0xffff;
    }
  }
  return sum % SLOTS;
}
