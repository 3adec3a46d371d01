import { type Awaitable, isPromise } from "@encke/core";

/** What reads from the peer: a WebSocket of the `ws` library. */
export interface Source {
  pause(): void;
  resume(): void;
}

/** Frames of one socket that are being processed at a time. */
const MAX_IN_FLIGHT = 64;
/** Frames of one socket that are read in one turn of the event loop: a flood of tiny ones would take seconds. */
const MAX_IN_TURN = 128;

/** Whose frames they are. */
export interface FrameProcessor {
  /** False: the peer leaves unread what it was answered. */
  readonly mayRead: boolean;
  process(frame: string): Awaitable<void>;
}

/**
 * Hands frames on in the order in which they came, and reads no more of them than can be processed: not
 * while too many are under way, not before others had their turn, and not while the peer leaves unread what
 * it was answered.
 */
export class Intake {
  readonly #source: Source;
  readonly #processor: FrameProcessor;
  /** Frames that had been read already when reading was paused. */
  #waiting: string[] = [];
  #inFlight = 0;
  #inTurn = 0;
  #isPaused = false;
  #isOver = false;

  constructor(source: Source, processor: FrameProcessor) {
    this.#source = source;
    this.#processor = processor;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  push(frame: string): void {
    // An array that has held one frame keeps room for seventeen, and most sockets are silent for long after theirs.
    if (this.#waiting.length > 0 || !this.#isReady) this.#waiting.push(frame);
    else this.#start(frame);
    this.advance();
  }

  /** Notes a frame in which there is nothing to process: it took its time, too. */
  skip(): void {
    this.#countInTurn();
    this.advance();
  }

  /** To be called when `mayRead` may have changed. */
  advance(): void {
    while (this.#isReady && this.#waiting.length > 0) this.#start(this.#waiting.shift() as string);
    if (this.#isPaused === this.#isReady) this.#pauseOrResume();
  }

  /** Forgets what waits, and reads on, so that the peer's closing frame is seen. */
  end(): void {
    this.#waiting = [];
    this.#isOver = true;
    this.advance();
  }

  get #isReady(): boolean {
    if (this.#isOver) return true;
    return this.#inFlight < MAX_IN_FLIGHT && this.#inTurn < MAX_IN_TURN && this.#processor.mayRead;
  }

  #countInTurn(): void {
    if (++this.#inTurn !== MAX_IN_TURN) return;
    setImmediate(() => {
      this.#inTurn = 0;
      this.advance();
    });
  }

  #start(frame: string): void {
    this.#countInTurn();
    const pending = this.#processor.process(frame);
    if (!isPromise(pending)) return;
    this.#inFlight++;
    pending.then(() => {
      this.#inFlight--;
      this.advance();
    });
  }

  #pauseOrResume(): void {
    this.#isPaused = !this.#isPaused;
    if (this.#isPaused) this.#source.pause();
    else this.#source.resume();
  }
}
