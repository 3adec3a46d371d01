import { describe, expect, it } from "vitest";
import { Batch } from "../protocol/batch.ts";
import { CometAsyncResult } from "./comet-async-result.ts";
import type { Responder } from "./responder.ts";

const BATCH = new Batch([{ json: "1" }]);

/** A responder that notes what is asked of it. */
class Noted implements Responder {
  isOpen = true;
  readonly calls: string[] = [];
  readonly closeListeners = new Set<() => void>();
  settle: ((wasSent: boolean) => void) | undefined;

  end(body: Batch, onSettled?: (wasSent: boolean) => void): void {
    this.calls.push(`end ${body.json}`);
    this.isOpen = false;
    this.settle = onSettled;
  }

  onClose(listener: () => void): () => void {
    this.closeListeners.add(listener);
    return () => this.closeListeners.delete(listener);
  }

  abort(): void {
    this.calls.push("abort");
    this.isOpen = false;
    this.settle?.(false);
  }

  leave(): void {
    this.isOpen = false;
    for (const listener of this.closeListeners) listener();
  }
}

/** The same with what only a stream has. */
class NotedStream extends Noted {
  isFull = false;
  readonly drainListeners = new Set<() => void>();

  write(body: Batch): boolean {
    this.calls.push(`write ${body.json}`);
    return !this.isFull;
  }

  onDrain(listener: () => void): () => void {
    this.drainListeners.add(listener);
    return () => this.drainListeners.delete(listener);
  }

  drain(): void {
    const listeners = [...this.drainListeners];
    this.drainListeners.clear();
    for (const listener of listeners) listener();
  }
}

describe("an exchange", () => {
  it("completes once", () => {
    const responder = new Noted();
    const result = new CometAsyncResult(responder);
    expect(result.isOpen).toBe(true);
    expect(result.completeRequestWithMessages(BATCH)).toBe(true);
    expect(result.isOpen).toBe(false);
    expect(result.completeRequestWithMessages(BATCH)).toBe(false);
    expect(responder.calls).toEqual(["end [1]"]);
  });

  it("completes once even over a responder that stays open", () => {
    const responder = new Noted();
    const result = new CometAsyncResult(responder);
    result.completeRequestWithMessages(BATCH);
    responder.isOpen = true;
    expect(result.isOpen).toBe(false);
    expect(result.completeRequestWithMessages(BATCH)).toBe(false);
    expect(responder.calls).toEqual(["end [1]"]);
  });

  it("does not complete when the peer has left", () => {
    const responder = new Noted();
    const result = new CometAsyncResult(responder);
    responder.leave();
    expect(result.isOpen).toBe(false);
    expect(result.completeRequestWithMessages(BATCH)).toBe(false);
    expect(responder.calls).toEqual([]);
  });

  it("listens for the peer's leaving only between begin and the end", () => {
    const responder = new Noted();
    const result = new CometAsyncResult(responder);
    expect(responder.closeListeners.size).toBe(0);
    result.begin(() => {});
    expect(responder.closeListeners.size).toBe(1);
    result.completeRequestWithMessages(BATCH);
    expect(responder.closeListeners.size).toBe(0);
  });

  it("tells once that the peer has left before the answer", () => {
    const responder = new Noted();
    const result = new CometAsyncResult(responder);
    let abandoned = 0;
    result.begin(() => abandoned++);
    responder.leave();
    responder.leave();
    expect(abandoned).toBe(1);
    expect(responder.closeListeners.size).toBe(0);
  });

  it("does not tell that the peer has left after the answer, though the responder may call late", () => {
    const responder = new Noted();
    const result = new CometAsyncResult(responder);
    let abandoned = 0;
    result.begin(() => abandoned++);
    const late = [...responder.closeListeners];
    result.completeRequestWithMessages(BATCH);
    for (const listener of late) listener();
    expect(abandoned).toBe(0);
  });

  it.each([true, false])("tells whether the last word has left: %s", (wasSent) => {
    const responder = new Noted();
    const settled: boolean[] = [];
    new CometAsyncResult(responder).completeRequestWithMessages(BATCH, (sent) =>
      settled.push(sent),
    );
    expect(settled).toEqual([]);
    responder.settle?.(wasSent);
    expect(settled).toEqual([wasSent]);
  });

  it("is over when it is broken off", () => {
    const responder = new Noted();
    const result = new CometAsyncResult(responder);
    let abandoned = 0;
    result.begin(() => abandoned++);
    result.abort();
    expect(result.isOpen).toBe(false);
    expect(responder.closeListeners.size).toBe(0);
    expect(responder.calls).toEqual(["abort"]);
    expect(result.completeRequestWithMessages(BATCH)).toBe(false);
    expect(abandoned).toBe(0);
  });

  it("that is broken off after its end withholds what has not left", () => {
    const responder = new Noted();
    const result = new CometAsyncResult(responder);
    const settled: boolean[] = [];
    result.completeRequestWithMessages(BATCH, (sent) => settled.push(sent));
    result.abort();
    expect(settled).toEqual([false]);
  });

  it("that is broken off after its end settles at once and once, over a responder that learns of it late", () => {
    const responder = new Noted();
    responder.abort = () => undefined;
    const result = new CometAsyncResult(responder);
    const settled: boolean[] = [];
    result.completeRequestWithMessages(BATCH, (sent) => settled.push(sent));
    result.abort();
    expect(settled).toEqual([false]);
    responder.settle?.(false);
    expect(settled).toEqual([false]);
  });

  it("over a transport that answers once sends nothing before its end", () => {
    const responder = new Noted();
    const result = new CometAsyncResult(responder);
    expect(result.isStreaming).toBe(false);
    expect(result.isReady).toBe(true);
    expect(result.sendAwaitingMessages(BATCH)).toBe(false);
    expect(responder.calls).toEqual([]);
  });
});

describe("an exchange over a stream", () => {
  it("sends and stays open", () => {
    const responder = new NotedStream();
    const result = new CometAsyncResult(responder);
    expect(result.isStreaming).toBe(true);
    expect(result.sendAwaitingMessages(BATCH)).toBe(true);
    expect(result.isOpen).toBe(true);
    expect(responder.calls).toEqual(["write [1]"]);
  });

  it("sends nothing after its end", () => {
    const responder = new NotedStream();
    const result = new CometAsyncResult(responder);
    result.completeRequestWithMessages(BATCH);
    expect(result.sendAwaitingMessages(BATCH)).toBe(false);
    expect(responder.calls).toEqual(["end [1]"]);
  });

  it("counts what was taken as sent", () => {
    const settled: boolean[] = [];
    const result = new CometAsyncResult(new NotedStream());
    result.completeRequestWithMessages(BATCH, (sent) => settled.push(sent));
    expect(settled).toEqual([true]);
  });

  it("is not ready while the peer reads too slowly, and tells when it has caught up", () => {
    const responder = new NotedStream();
    const result = new CometAsyncResult(responder);
    let ready = 0;
    result.begin(
      () => {},
      () => ready++,
    );
    responder.isFull = true;
    result.sendAwaitingMessages(BATCH);
    expect(result.isReady).toBe(false);
    expect(responder.drainListeners.size).toBe(1);
    responder.isFull = false;
    responder.drain();
    expect(result.isReady).toBe(true);
    expect(ready).toBe(1);
  });

  it("does not wait for a peer that reads too slowly when it is over", () => {
    const responder = new NotedStream();
    const result = new CometAsyncResult(responder);
    let ready = 0;
    result.begin(
      () => {},
      () => ready++,
    );
    responder.isFull = true;
    result.sendAwaitingMessages(BATCH);
    const late = [...responder.drainListeners];
    result.completeRequestWithMessages(BATCH);
    expect(responder.drainListeners.size).toBe(0);
    for (const listener of late) listener();
    expect(ready).toBe(0);
  });
});
