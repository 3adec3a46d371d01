import type { AdapterBench } from "../adapter-bench.ts";
import type { CaseDefinition } from "../adapter-case.ts";
import { CookieJar } from "../cookie-jar.ts";
import { expectEqual, expectThat } from "../expectations.ts";
import type { TestClient } from "../test-client.ts";

export const identityCases: readonly CaseDefinition[] = [
  {
    name: "answers 402 to a client id that another browser was given",
    needs: "cookies",
    async check(bench) {
      const victim = await inBrowser(bench);
      const thief = await inBrowser(bench);
      const [reply] = await thief.request({
        channel: "/meta/subscribe",
        clientId: victim.id,
        subscription: "/kit/room",
      });
      expectThat(reply?.error?.startsWith("402:") === true, `the thief was told ${reply?.error}`);
      expectEqual((await victim.subscribe("/kit/room")).successful, true, "the victim's request");
    },
  },
  {
    name: "serves a client whose peer keeps no cookies",
    async check(bench) {
      const client = await bench.connected({ jar: new ForgetfulJar() });
      expectEqual((await client.subscribe("/kit/room")).successful, true, "the subscription");
    },
  },
  {
    name: "refuses pages of other sites with 403",
    needs: "origins",
    async check(bench) {
      const client = await bench.open({ headers: { origin: "https://elsewhere.example" } });
      client.handshake().catch(() => undefined);
      expectEqual(await client.refusal(), 403, "the refusal");
      expectEqual(bench.comet.stats().clients, 0, "the number of clients");
    },
  },
  {
    name: "refuses pages that hide where they are from",
    needs: "origins",
    async check(bench) {
      const client = await bench.open({ headers: { origin: "null" } });
      client.handshake().catch(() => undefined);
      expectEqual(await client.refusal(), 403, "the refusal");
    },
  },
  {
    name: "serves pages of its own site",
    needs: "origins",
    async check(bench) {
      const client = await bench.open({ headers: { origin: bench.adapter.origin } });
      expectEqual((await client.handshake()).successful, true, "the handshake");
    },
  },
];

/** A client in a browser that has been here before, and has shown that it keeps what it was given. */
async function inBrowser(bench: AdapterBench): Promise<TestClient> {
  const jar = new CookieJar();
  const before = await bench.open({ jar });
  await before.handshake();
  await before.peer.leave();
  expectThat(jar.header !== undefined, "no cookie was set");
  return await bench.connected({ jar });
}

class ForgetfulJar extends CookieJar {
  override keep(): void {
    // It keeps nothing.
  }
}
