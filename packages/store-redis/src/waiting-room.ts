/** Room for what waits for Redis, shared by all queues of a process. */
export class WaitingRoom {
  #left: number;

  constructor(characters: number) {
    this.#left = characters;
  }

  /** False, and nothing taken: there is not so much left. */
  enter(characters: number): boolean {
    if (characters > this.#left) return false;
    this.#left -= characters;
    return true;
  }

  leave(characters: number): void {
    this.#left += characters;
  }
}
