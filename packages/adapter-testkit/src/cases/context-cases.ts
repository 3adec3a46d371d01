import type { RequestContext } from "@encke/core";
import type { AdapterBench } from "../adapter-bench.ts";
import type { CaseDefinition } from "../adapter-case.ts";
import { expectEqual, expectThat } from "../expectations.ts";

export const contextCases: readonly CaseDefinition[] = [
  {
    name: "says by which transport, over which URL and how securely a request came",
    async check(bench) {
      const context = await contextOfConnect(bench);
      expectEqual(context.transport, bench.subject.connectionType, "the transport");
      expectEqual(context.isSecure, bench.adapter.origin.startsWith("https:"), "isSecure");
      expectThat(context.url.startsWith("/"), `the URL is ${context.url}`);
    },
  },
  {
    name: "hands out the headers of a request",
    async check(bench) {
      const context = await contextOfConnect(bench);
      expectEqual(context.header("x-kit"), "as it was sent", "a header");
      expectEqual(context.header("x-missing"), undefined, "a header that was not sent");
    },
  },
  {
    name: "says from which address a request came",
    needs: "addresses",
    async check(bench) {
      const { remoteAddress } = await contextOfConnect(bench);
      expectThat(remoteAddress !== undefined && remoteAddress !== "", "there is no address");
    },
  },
];

async function contextOfConnect(bench: AdapterBench): Promise<RequestContext> {
  const contexts: RequestContext[] = [];
  bench.comet.on("connecting", ({ context }) => void contexts.push(context));
  await bench.connected({ headers: { "x-kit": "as it was sent" } });
  const [context] = contexts;
  expectThat(context !== undefined, "the connect came without a context");
  return context;
}
