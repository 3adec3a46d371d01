import { CometD } from "../compat/comet-d.ts";
import type { Configuration } from "../compat/configuration.ts";
import type { CometMessage } from "../compat/message.ts";
import type { Message } from "../message.ts";
import { FakeFactory, type FakeTransport, FakeWorld, settled } from "./fake-world.ts";
import { CONNECT, HANDSHAKE } from "./stage.ts";

/** A `CometD` over a fake transport, and what its listeners and callbacks were told. */
export class CompatStage {
  readonly world = new FakeWorld();
  readonly factory = new FakeFactory();
  readonly cometd: CometD;
  /** `channel successful` of each message on a meta channel, and `channel data` of others. */
  readonly told: string[] = [];

  constructor(configuration: Partial<Configuration> = {}) {
    this.cometd = new CometD("test", { world: this.world });
    this.cometd.unregisterTransports();
    this.cometd.registerTransport("fake", this.factory);
    this.cometd.configure({ url: "http://localhost/comet", logLevel: "error", ...configuration });
  }

  get wire(): FakeTransport {
    return this.factory.latest;
  }

  /** Records what comes, under a name if one is given. */
  readonly tell = (message: CometMessage): void => {
    this.told.push(`${message.channel} ${message.data ?? message.successful}`);
  };

  named(name: string): (message: CometMessage) => void {
    return (message) => this.told.push(`${name}: ${message.data ?? message.successful}`);
  }

  async welcome(fields: Partial<Message> = {}): Promise<void> {
    await settled();
    this.wire.reply(HANDSHAKE, { clientId: "c", supportedConnectionTypes: ["fake"], ...fields });
    await settled();
  }

  async connect(): Promise<void> {
    this.cometd.handshake();
    await this.welcome();
    this.wire.reply(CONNECT);
    await settled();
  }

  /** The server has forgotten the client, and welcomes it anew. */
  async renew(): Promise<void> {
    this.wire.reply(CONNECT, { successful: false, error: "402::session_unknown" });
    await this.welcome({ clientId: "d" });
  }

  /** What was sent, without what repeats itself. */
  get channels(): readonly string[] {
    return this.wire.sent.map(({ channel, subscription = "" }) =>
      `${channel} ${subscription}`.trim(),
    );
  }

  async deliver(channel: string, data: unknown): Promise<void> {
    this.wire.host.receive([{ channel, data }]);
    await settled();
  }
}
