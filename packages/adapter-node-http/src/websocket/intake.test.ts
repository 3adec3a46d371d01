import { describe, expect, it, vi } from "vitest";
import { Intake } from "./intake.ts";

const MAX_IN_FLIGHT = 64;
const MAX_IN_TURN = 128;

function slowIntake() {
  const source = { pause: vi.fn(), resume: vi.fn() };
  const started: string[] = [];
  const finish: (() => void)[] = [];
  const gate = { isOpen: true };
  const intake = new Intake(source, {
    get mayRead() {
      return gate.isOpen;
    },
    process(frame) {
      started.push(frame);
      return new Promise<void>((resolve) => finish.push(resolve));
    },
  });
  const push = (count: number) => {
    for (let at = 0; at < count; at++) intake.push(`${at}`);
  };
  return { source, started, finish, gate, intake, push };
}

describe("an intake", () => {
  it("has no more frames processed at a time than it should, and pauses the socket meanwhile", async () => {
    const { source, started, finish, push } = slowIntake();
    push(MAX_IN_FLIGHT - 1);
    expect(source.pause).not.toHaveBeenCalled();
    push(3);
    expect(started).toHaveLength(MAX_IN_FLIGHT);
    expect(source.pause).toHaveBeenCalledTimes(1);
    for (const one of finish.splice(0, 3)) one();
    await new Promise(setImmediate);
    expect(started).toHaveLength(MAX_IN_FLIGHT + 2);
    expect(source.resume).toHaveBeenCalledTimes(1);
  });

  it("hands frames on in the order in which they came", async () => {
    const { started, finish, push } = slowIntake();
    push(100);
    for (const one of finish.splice(0)) one();
    await new Promise(setImmediate);
    expect(started).toEqual(Array.from({ length: 100 }, (_, at) => `${at}`));
  });

  it("reads nothing while the peer leaves its answers unread", () => {
    const { source, started, gate, intake, push } = slowIntake();
    gate.isOpen = false;
    intake.advance();
    push(2);
    expect(started).toHaveLength(0);
    expect(source.pause).toHaveBeenCalledTimes(1);
    gate.isOpen = true;
    intake.advance();
    expect(started).toHaveLength(2);
    expect(source.resume).toHaveBeenCalledTimes(1);
  });

  it("reads on when it is over, and processes nothing more", async () => {
    const { source, started, finish, intake, push } = slowIntake();
    push(MAX_IN_FLIGHT + 5);
    intake.end();
    expect(source.resume).toHaveBeenCalledTimes(1);
    for (const one of finish.splice(0)) one();
    await new Promise(setImmediate);
    expect(started).toHaveLength(MAX_IN_FLIGHT);
    expect(source.pause).toHaveBeenCalledTimes(1);
  });

  it("lets others have their turn before it reads on, though it processes all at once", async () => {
    const source = { pause: vi.fn(), resume: vi.fn() };
    const process = vi.fn(() => undefined);
    const intake = new Intake(source, { process, mayRead: true });
    for (let count = 0; count < MAX_IN_TURN - 1; count++) intake.push(`${count}`);
    expect(source.pause).not.toHaveBeenCalled();
    for (let count = 0; count < MAX_IN_TURN; count++) intake.push(`${count}`);
    expect(process).toHaveBeenCalledTimes(MAX_IN_TURN);
    expect(source.pause).toHaveBeenCalledTimes(1);
    await new Promise(setImmediate);
    expect(process).toHaveBeenCalledTimes(2 * MAX_IN_TURN - 1);
    expect(source.resume).toHaveBeenCalledTimes(1);
  });

  it("counts frames in which there is nothing to process", async () => {
    const { source, intake } = slowIntake();
    for (let count = 0; count < MAX_IN_TURN; count++) intake.skip();
    expect(source.pause).toHaveBeenCalledTimes(1);
    await new Promise(setImmediate);
    expect(source.resume).toHaveBeenCalledTimes(1);
  });
});
