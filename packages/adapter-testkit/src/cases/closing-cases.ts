import type { CaseDefinition } from "../adapter-case.ts";
import { expectEqual, within } from "../expectations.ts";

export const closingCases: readonly CaseDefinition[] = [
  {
    name: "answers held connects with the advice to come back when the Comet is closed",
    async check(bench) {
      const { connect } = await bench.hold(await bench.connected());
      const closed = bench.comet.close();
      expectEqual((await connect).advice?.reconnect, "retry", "the advice to reconnect");
      await within(bench.patience, closed, "closing the Comet");
    },
  },
  {
    name: "closes its connections when the Comet is closed",
    needs: "connections",
    async check(bench) {
      const { client } = await bench.hold(await bench.connected());
      const idle = await bench.connected();
      await within(bench.patience, bench.comet.close(), "closing the Comet");
      await client.closed();
      await idle.closed();
    },
  },
  {
    name: "does not wait longer than the deadline for a peer that does not read",
    needs: "connections",
    async check(bench) {
      const { client } = await bench.hold(await bench.connected());
      client.peer.stall();
      await within(bench.patience, bench.comet.close({ deadline: 100 }), "closing the Comet");
    },
  },
];
