import type { RequestContext } from "@encke/core";
import type { AdapterBench } from "../adapter-bench.ts";
import type { CaseDefinition } from "../adapter-case.ts";
import { expectEqual, expectThat } from "../expectations.ts";

export const contextCases: readonly CaseDefinition[] = [
  {
    name: "says by which transport, over which URL and how securely a request came",
    async check(bench) {
      const context = await contextOfHandshake(bench);
      expectEqual(context.transport, bench.subject.connectionType, "the transport");
      expectEqual(context.isSecure, bench.adapter.origin.startsWith("https:"), "isSecure");
      expectThat(context.url.startsWith("/"), `the URL is ${context.url}`);
    },
  },
  {
    name: "hands out the headers of a request",
    async check(bench) {
      const context = await contextOfHandshake(bench);
      expectEqual(context.header("x-kit"), "as it was sent", "a header");
      expectEqual(context.header("x-missing"), undefined, "a header that was not sent");
    },
  },
  {
    name: "says from which address a request came",
    needs: "addresses",
    async check(bench) {
      const { remoteAddress } = await contextOfHandshake(bench);
      expectThat(remoteAddress !== undefined && remoteAddress !== "", "there is no address");
    },
  },
];

async function contextOfHandshake(bench: AdapterBench): Promise<RequestContext> {
  const contexts: RequestContext[] = [];
  bench.comet.on("handshaking", ({ context }) => void contexts.push(context));
  const client = await bench.open({ headers: { "x-kit": "as it was sent" } });
  await client.handshake();
  const [context] = contexts;
  expectThat(context !== undefined, "the handshake came without a context");
  return context;
}
