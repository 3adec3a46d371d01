import type { LocalClient } from "../clients/client.ts";
import { type Decision, decide } from "../events/policies.ts";
import { chain } from "../ports/awaitable.ts";
import { WheelTimer } from "../ports/timer-wheel.ts";
import type { HandlerServices } from "./handler-services.ts";

/** Asks again for clients whose permission is over, and sends away those to whom it is not given anew. */
export class Renewals {
  readonly #services: HandlerServices;

  constructor(services: HandlerServices) {
    this.#services = services;
  }

  schedule(client: LocalClient, ms: number): void {
    if (!client.isAlive) return;
    const timer = new WheelTimer(() => this.#renew(client));
    this.#services.wheel.set(timer, ms);
    client.renewal = timer;
  }

  #renew(client: LocalClient): void {
    const { clients, ports, settings } = this.#services;
    const { renew } = settings.policies;
    const decision = renew === undefined ? NOT_RENEWED : decide(renew, { client }, ports.log);
    void chain(decision, (decided) => {
      if (!client.isAlive) return;
      if (!decided.allow) return clients.dismiss(client, "expired");
      if (decided.validFor !== undefined) this.schedule(client, decided.validFor);
    });
  }
}

const NOT_RENEWED: Decision = { allow: false };
