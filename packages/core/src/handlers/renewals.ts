import type { LocalClient } from "../clients/client.ts";
import { type Decision, decide } from "../events/policies.ts";
import { type Awaitable, chain } from "../ports/awaitable.ts";
import { Deadline } from "../ports/deadline.ts";
import { WheelTimer } from "../ports/timer-wheel.ts";
import type { HandlerServices } from "./handler-services.ts";

type RenewalParts = Pick<HandlerServices, "settings" | "wheel" | "ports">;

/** Asks again for clients whose permission is over, and sends away those to whom it is not given anew. */
export class Renewals {
  readonly #parts: RenewalParts;
  readonly #sendAway: (client: LocalClient) => void;
  readonly #deadline: Deadline;

  constructor(parts: RenewalParts, sendAway: (client: LocalClient) => void) {
    this.#parts = parts;
    this.#sendAway = sendAway;
    this.#deadline = new Deadline(parts.wheel, parts.settings.limits.handlerTimeout);
  }

  /** Asks in `ms` milliseconds, whenever it was to be asked before. Undefined: no more. */
  schedule(client: LocalClient, ms: number | undefined): void {
    if (client.renewal !== undefined) this.#parts.wheel.clear(client.renewal);
    client.renewal = undefined;
    if (ms === undefined || !client.isAlive) return;
    const timer = new WheelTimer(() => this.#renew(client));
    this.#parts.wheel.set(timer, ms);
    client.renewal = timer;
  }

  /** Asks at once for a client that comes from elsewhere: how much of its time is left, only that node knew. */
  resume(client: LocalClient): void {
    if (client.profile.isTemporary === true) this.#renew(client);
  }

  #renew(client: LocalClient): void {
    const decision = this.#deadline.limit(this.#ask(client), () => REFUSED);
    void chain(decision, (decided) => {
      if (!client.isAlive) return;
      if (!decided.allow) this.#sendAway(client);
      else if (decided.validFor !== undefined) this.schedule(client, decided.validFor);
    });
  }

  #ask(client: LocalClient): Awaitable<Decision> {
    const { renew } = this.#parts.settings.policies;
    return renew === undefined ? REFUSED : decide(renew, { client }, this.#parts.ports.log);
  }
}

const REFUSED: Decision = { allow: false };
