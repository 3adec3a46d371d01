import type { CaseDefinition } from "../adapter-case.ts";
import { expectEqual, expectThat } from "../expectations.ts";

const CHANNEL = "/kit/room";
const TIMEOUT = 20_000;
/** What the clock of a Comet may be late by, in milliseconds. */
const SLACK = 200;

export const holdingCases: readonly CaseDefinition[] = [
  {
    name: "brings what is published to a held connect",
    async check(bench) {
      const { client } = await bench.subscriber(CHANNEL);
      await bench.comet.publish(CHANNEL, "news");
      expectEqual(await client.delivery(), "news", "the data");
    },
  },
  {
    name: "sends messages past a connect, which stays held",
    needs: "streaming",
    async check(bench) {
      const { client } = await bench.subscriber(CHANNEL);
      for (const data of ["one", "two", "three"]) {
        await bench.comet.publish(CHANNEL, data);
        await client.delivery((delivered) => delivered === data);
      }
      expectThat(bench.onServer(client)?.isHeld === true, "the connect is no longer held");
      expectEqual(client.deliveries.length, 3, "the number of deliveries");
    },
  },
  {
    name: "answers a held connect when its time is over",
    options: { timeout: TIMEOUT },
    async check(bench) {
      const { connect } = await bench.hold(await bench.connected());
      bench.clock.advance(TIMEOUT + SLACK);
      expectEqual((await connect).successful, true, "the connect");
    },
  },
  {
    name: "answers a held connect when the server ends the client",
    async check(bench) {
      const { client, connect } = await bench.hold(await bench.connected());
      await bench.comet.disconnect(client.id);
      expectEqual((await connect).advice?.reconnect, "none", "the advice to reconnect");
    },
  },
  {
    name: "answers a held connect when the client disconnects itself",
    async check(bench) {
      const { client, connect } = await bench.hold(await bench.connected());
      const [reply] = await client.request({ channel: "/meta/disconnect", clientId: client.id });
      expectEqual(reply?.successful, true, "the disconnect");
      expectEqual((await connect).advice?.reconnect, "none", "the advice to reconnect");
    },
  },
  {
    name: "answers the older of two connects of a client, and holds the newer",
    async check(bench) {
      const { client, connect: older } = await bench.hold(await bench.connected());
      const newer = client.connect();
      newer.catch(() => undefined);
      await older;
      await bench.eventually(
        () => bench.onServer(client)?.isHeld === true,
        "the newer connect to be held",
      );
      await bench.comet.disconnect(client.id);
      expectEqual((await newer).advice?.reconnect, "none", "the advice to the newer connect");
    },
  },
];
