import type { Comet } from "@encke/core";
import { PendingWork } from "./pending-work.ts";
import type { PolicyTable } from "./policy-table.ts";
import { RemoteTable } from "./remote-table.ts";

/** A Comet, and what its handlers have in common. */
export class Switchboard {
  readonly name: string | undefined;
  readonly comet: Comet;
  readonly policies: PolicyTable;
  readonly remotes: RemoteTable;
  readonly pending: PendingWork = new PendingWork();

  constructor(name: string | undefined, comet: Comet, policies: PolicyTable) {
    this.name = name;
    this.comet = comet;
    this.policies = policies;
    this.remotes = new RemoteTable(comet);
  }
}
