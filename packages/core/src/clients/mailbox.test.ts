import { describe, expect, it } from "vitest";
import type { LogEntry } from "../store/message-log.ts";
import { Mailbox } from "./mailbox.ts";

const LIMITS = { mailboxMessages: 3, mailboxBytes: 100 };

function entry(position: number, bytes = 10): LogEntry {
  return { position, channel: "/a", json: "x".repeat(bytes) };
}

function fill(mailbox: Mailbox, ...entries: readonly LogEntry[]): void {
  for (const one of entries) mailbox.push(one, one.json.length);
}

function positions(entries: readonly LogEntry[]): number[] {
  return entries.map(({ position }) => position);
}

describe("a mailbox", () => {
  it("gives all that is in it once, in order", () => {
    const mailbox = new Mailbox();
    expect(mailbox.isWaiting).toBe(true);
    fill(mailbox, entry(1), entry(2));
    expect(mailbox).toMatchObject({ size: 2, bytes: 20, isWaiting: false });
    expect(positions(mailbox.take())).toEqual([1, 2]);
    expect(mailbox).toMatchObject({ size: 0, bytes: 0, isWaiting: true });
    expect(mailbox.take()).toEqual([]);
  });

  it("has room as long as neither limit is passed", () => {
    const mailbox = new Mailbox();
    fill(mailbox, entry(1, 40), entry(2, 40));
    expect(mailbox.hasRoom(20, LIMITS)).toBe(true);
    expect(mailbox.hasRoom(21, LIMITS)).toBe(false);
    fill(mailbox, entry(3, 1));
    expect(mailbox.hasRoom(1, LIMITS)).toBe(false);
  });

  it("measures a message once, however many mailboxes drop it", () => {
    let measured = 0;
    const large: LogEntry = {
      ...entry(1),
      get json() {
        measured++;
        return "x".repeat(60);
      },
    };
    for (let count = 0; count < 100; count++) {
      const mailbox = new Mailbox();
      mailbox.push(large, 60);
      expect(mailbox.dropOldest(60, LIMITS)).toBe(1);
      expect(mailbox.bytes).toBe(0);
    }
    expect(measured).toBe(1);
  });

  it("puts what waits in order, and leaves what was taken where it is", () => {
    const mailbox = new Mailbox(true);
    fill(mailbox, entry(3), entry(4));
    mailbox.take();
    const [last, newer] = [[entry(8), entry(8)], entry(8)];
    fill(mailbox, ...last, newer, entry(5), entry(9), entry(7));
    mailbox.putInOrder(new Set(last));
    const taken = mailbox.take();
    expect(positions(taken)).toEqual([5, 7, 8, 8, 8, 9]);
    expect(taken.slice(2, 5)).toEqual([newer, ...last]);
    expect(taken[2]).toBe(newer);
    expect(positions(mailbox.acknowledge(4))).toEqual([3, 4]);
  });

  it("puts what did not reach the client before what has come since", () => {
    const mailbox = new Mailbox();
    fill(mailbox, entry(1), entry(2));
    const taken = mailbox.take();
    fill(mailbox, entry(3));
    mailbox.putBack(taken);
    expect(mailbox).toMatchObject({ size: 3, bytes: 30 });
    expect(positions(mailbox.take())).toEqual([1, 2, 3]);
  });

  it("counts bytes of UTF-8 when it gives and takes back", () => {
    const mailbox = new Mailbox();
    const wide: LogEntry = { position: 1, channel: "/a", json: "€€" };
    mailbox.push(wide, 6);
    mailbox.putBack(mailbox.take());
    expect(mailbox.bytes).toBe(6);
    mailbox.dropOldest(200, LIMITS);
    expect(mailbox.bytes).toBe(0);
  });

  it("makes room by dropping from the front, and no more than it must", () => {
    const mailbox = new Mailbox();
    fill(mailbox, entry(1, 40), entry(2, 30), entry(3, 30));
    expect(mailbox.dropOldest(35, LIMITS)).toBe(1);
    expect(mailbox).toMatchObject({ size: 2, bytes: 60 });
    expect(mailbox.dropOldest(35, LIMITS)).toBe(0);
    expect(positions(mailbox.take())).toEqual([2, 3]);
  });
});

describe("a mailbox that drops its oldest again and again", () => {
  const FEW = { mailboxMessages: 3, mailboxBytes: 1_000_000 };

  it.each([
    [3, 1],
    [3, 200],
    [100, 63],
    [100, 64],
    [100, 200],
  ])("keeps the newest %i in order, after %i times", (room, times) => {
    const mailbox = new Mailbox();
    const limits = { ...FEW, mailboxMessages: room };
    for (let position = 1; position <= times + room; position++) {
      expect(mailbox.dropOldest(10, limits)).toBe(position > room ? 1 : 0);
      fill(mailbox, entry(position));
      expect(mailbox).toMatchObject({ size: Math.min(position, room), isWaiting: false });
    }
    expect(mailbox.bytes).toBe(10 * room);
    const newest = Array.from({ length: room }, (_, at) => times + at + 1);
    expect(positions(mailbox.take())).toEqual(newest);
    expect(mailbox).toMatchObject({ size: 0, bytes: 0, isWaiting: true });
  });

  it("puts back before what is left, and trims what is left", () => {
    const mailbox = new Mailbox();
    fill(mailbox, entry(3), entry(4), entry(5));
    expect(mailbox.dropOldest(10, FEW)).toBe(1);
    mailbox.putBack([entry(1), entry(2)]);
    expect(positions(mailbox.trim(FEW, "front"))).toEqual([1]);
    expect(positions(mailbox.take())).toEqual([2, 4, 5]);
  });

  it("takes a refused one out from behind those that were dropped", () => {
    const mailbox = new Mailbox();
    const refused = entry(3);
    fill(mailbox, entry(1), entry(2), refused);
    mailbox.suspend(refused);
    expect(mailbox.dropOldest(10, FEW)).toBe(1);
    mailbox.decide(refused, false);
    expect(positions(mailbox.take())).toEqual([2]);
  });
});

describe("an undecided message", () => {
  it("is held back with all that came after it, until it is decided", () => {
    const mailbox = new Mailbox();
    const undecided = entry(2);
    fill(mailbox, entry(1), undecided, entry(3));
    mailbox.suspend(undecided);
    expect(mailbox.isWaiting).toBe(false);
    expect(positions(mailbox.take())).toEqual([1]);
    expect(mailbox).toMatchObject({ size: 2, bytes: 20, isWaiting: true });
    mailbox.decide(undecided, true);
    expect(mailbox.isWaiting).toBe(false);
    expect(positions(mailbox.take())).toEqual([2, 3]);
  });

  it("is taken out when it is refused", () => {
    const mailbox = new Mailbox();
    const undecided = entry(1);
    fill(mailbox, undecided, entry(2));
    mailbox.suspend(undecided);
    mailbox.decide(undecided, false);
    expect(mailbox).toMatchObject({ size: 1, bytes: 10 });
    expect(positions(mailbox.take())).toEqual([2]);
  });

  it("waits for each of several decisions", () => {
    const mailbox = new Mailbox();
    const [first, second] = [entry(1), entry(2)];
    fill(mailbox, first, second);
    mailbox.suspend(first);
    mailbox.suspend(second);
    mailbox.decide(second, true);
    expect(mailbox.take()).toEqual([]);
    mailbox.decide(first, false);
    expect(positions(mailbox.take())).toEqual([2]);
  });

  it("that was dropped meanwhile is decided without a trace", () => {
    const mailbox = new Mailbox();
    const undecided = entry(1, 90);
    fill(mailbox, undecided, entry(2, 10));
    mailbox.suspend(undecided);
    mailbox.dropOldest(50, LIMITS);
    mailbox.decide(undecided, false);
    expect(mailbox).toMatchObject({ size: 1, bytes: 10 });
    expect(positions(mailbox.take())).toEqual([2]);
  });
});

describe("a mailbox that keeps what was taken", () => {
  function keeping(...entries: readonly LogEntry[]): Mailbox {
    const mailbox = new Mailbox(true);
    fill(mailbox, ...entries);
    return mailbox;
  }

  it("gives everything again that was not acknowledged, before what has come since", () => {
    const mailbox = keeping(entry(1), entry(2));
    mailbox.take();
    expect(positions(mailbox.acknowledge(1))).toEqual([1]);
    fill(mailbox, entry(3));
    expect(mailbox.rewind()).toMatchObject({ position: 2 });
    expect(positions(mailbox.take())).toEqual([2, 3]);
    expect(mailbox).toMatchObject({ size: 2, waiting: 0, bytes: 20 });
  });

  it("takes back what arrived though it seemed to be lost, and nothing that was never taken", () => {
    const mailbox = keeping(entry(1), entry(2));
    mailbox.take();
    mailbox.rewind();
    fill(mailbox, entry(3));
    expect(positions(mailbox.acknowledge(9))).toEqual([1, 2]);
    expect(mailbox).toMatchObject({ size: 1, waiting: 1, bytes: 10 });
    expect(positions(mailbox.take())).toEqual([3]);
  });

  it("takes as arrived what was never taken where the client names the last of it: another node has sent it", () => {
    const mailbox = keeping(entry(1), entry(2), entry(4), entry(6));
    mailbox.take();
    mailbox.rewind();
    fill(mailbox, entry(7), entry(8));
    expect(positions(mailbox.acknowledge(7))).toEqual([1, 2, 4, 6, 7]);
    expect(mailbox).toMatchObject({ size: 1, waiting: 1, bytes: 10 });
    expect(positions(mailbox.take())).toEqual([8]);
    expect(positions(mailbox.acknowledge(8))).toEqual([8]);
  });

  it("knows what was taken also when the oldest were dropped", () => {
    const mailbox = keeping(entry(1), entry(2), entry(3));
    mailbox.take();
    mailbox.rewind();
    mailbox.dropOldest(10, LIMITS);
    fill(mailbox, entry(4));
    expect(positions(mailbox.acknowledge(9))).toEqual([2, 3]);
    expect(positions(mailbox.take())).toEqual([4]);
  });

  it("never gives what was refused while it counted as taken", () => {
    const refused = entry(2);
    const mailbox = keeping(entry(1), refused, entry(3));
    mailbox.suspend(refused);
    mailbox.assumeTaken();
    mailbox.decide(refused, false);
    fill(mailbox, entry(4));
    expect(positions(mailbox.take())).toEqual([4]);
    mailbox.rewind();
    fill(mailbox, entry(5));
    expect(positions(mailbox.acknowledge(9))).toEqual([1, 3, 4]);
    expect(positions(mailbox.take())).toEqual([5]);
  });

  it("knows what was taken also when a newer one took the place of one of them", () => {
    const keyed = (position: number): LogEntry => ({ ...entry(position), hints: { key: "k" } });
    const mailbox = keeping(keyed(1), entry(2));
    mailbox.assumeTaken();
    mailbox.rewind();
    expect(mailbox.removeOlder(keyed(3))).toBe(true);
    fill(mailbox, keyed(3));
    expect(positions(mailbox.acknowledge(9))).toEqual([2]);
    expect(positions(mailbox.take())).toEqual([3]);
  });
});
