import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  type CometContext,
  CometService,
  LocalSession,
  RemoteCall,
  RemoteStream,
} from "@encke/adapter-nest";
import type { Comet } from "@encke/core";
import { Inject, Injectable, Scope } from "@nestjs/common";
import { REQUEST } from "@nestjs/core";
import { describe, expect, it } from "vitest";
import { PLATFORMS, Stage } from "./support/stage.ts";

let made = 0;
const visits: WeakRef<Visit>[] = [];

@Injectable({ scope: Scope.REQUEST })
class Visit {
  readonly number = ++made;
  readonly request: CometContext;

  constructor(@Inject(REQUEST) request: CometContext) {
    this.request = request;
    visits.push(new WeakRef(this));
  }
}

@CometService({ scope: Scope.REQUEST })
class Visits {
  @LocalSession()
  readonly comet!: Comet;

  readonly #visit: Visit;

  constructor(@Inject(Visit) visit: Visit) {
    this.#visit = visit;
  }

  @RemoteCall("visits/{id}")
  show(): unknown {
    const { number, request } = this.#visit;
    const { params, session, headers, data } = request;
    const isLocal = this.comet.client(session?.id ?? "") === session;
    return { number, params, isLocal, agent: headers["x-agent"], data };
  }

  @RemoteStream("stream")
  async *stream(): AsyncIterable<unknown> {
    yield this.#visit.number;
  }
}

/** Is made for each message because of what it depends on. */
@CometService()
class Dependent {
  readonly #visit: Visit;

  constructor(@Inject(Visit) visit: Visit) {
    this.#visit = visit;
  }

  @RemoteCall("dependent")
  show(): number {
    return this.#visit.number;
  }
}

/** What a turn has held is let go of when it is over. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString("--expose-gc");
  await new Promise((resolve) => setImmediate(resolve));
  (runInNewContext("gc") as () => void)();
}

const PROVIDERS = [Visit, Visits, Dependent];

describe.each(PLATFORMS)("a service that is made for each message, on %s", (platform) => {
  it("N10 has an instance and a request of its own", async () => {
    const stage = await Stage.open(platform, { providers: PROVIDERS });
    const peer = await stage.client();
    const before = made;
    const { data } = await peer.call("visits/7", { a: 1 }, { "X-Agent": "007" });
    const facts = { params: { id: "7" }, isLocal: true, agent: "007", data: { a: 1 } };
    expect(data).toEqual({ number: before + 1, ...facts });
    expect((await peer.call("visits/8", 0)).data).toMatchObject({ number: before + 2 });
    expect((await peer.call("dependent", 0)).data).toBe(before + 3);
    expect(await peer.calls("stream", 0, 2)).toMatchObject([{ data: before + 4 }, {}]);
  });

  it("N10 is forgotten when it has answered", async () => {
    const stage = await Stage.open(platform, { providers: PROVIDERS });
    const peer = await stage.client();
    visits.length = 0;
    for (let count = 0; count < 100; count++) await peer.call(`visits/${count}`, 0);
    expect(visits).toHaveLength(100);
    await collectGarbage();
    expect(visits.filter((visit) => visit.deref() !== undefined).length).toBeLessThan(10);
  });
});
