import type { CometContext } from "@encke/adapter-nest";
import { nameOf } from "@encke/example-chat";
import { Inject, Injectable, Scope } from "@nestjs/common";
import { REQUEST } from "@nestjs/core";

/** Who speaks, and when: made for each message, from what the server knows and not from what the message claims. */
@Injectable({ scope: Scope.REQUEST })
export class Speaker {
  readonly name: string;
  /** ISO 8601. */
  readonly time: string = new Date().toISOString();
  readonly clientId: string | undefined;

  constructor(@Inject(REQUEST) { session }: CometContext) {
    this.name = session === undefined ? "the server" : nameOf(session);
    this.clientId = session?.id;
  }
}
