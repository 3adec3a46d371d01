import { freePort, RedisServer } from "./redis-server.ts";
import { untilSaid } from "./watched-redis.ts";

const SLOTS = 16_384;
/** Milliseconds after which a master that does not answer is taken for dead. */
const NODE_TIMEOUT = 1_000;

/** A server of the cluster, and the name that the others have for it. */
export interface ClusterMember {
  readonly server: RedisServer;
  readonly id: string;
}

/** A Redis Cluster of its own for one test file: masters that share the slots, and one replica of the first of them. */
export class RedisCluster {
  readonly masters: readonly ClusterMember[];
  readonly replica: ClusterMember | undefined;

  private constructor(masters: readonly ClusterMember[], replica: ClusterMember | undefined) {
    this.masters = masters;
    this.replica = replica;
  }

  /** Settles when all of them agree that it is complete. */
  static async start(hasReplica = false): Promise<RedisCluster> {
    const members: ClusterMember[] = [];
    try {
      for (let index = 0; index < (hasReplica ? 4 : 3); index++) members.push(await startMember());
      const [first, second, third, replica] = members as [
        ClusterMember,
        ClusterMember,
        ClusterMember,
        ClusterMember?,
      ];
      const cluster = new RedisCluster([first, second, third], replica);
      await cluster.#form();
      return cluster;
    } catch (cause) {
      await Promise.all(members.map(({ server }) => server.close()));
      throw cause;
    }
  }

  get urls(): readonly string[] {
    return this.masters.map(({ server }) => server.url);
  }

  get addresses(): readonly { readonly host: string; readonly port: number }[] {
    return this.masters.map(({ server: { port } }) => ({ host: "127.0.0.1", port }));
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map(({ server }) => server.close()));
  }

  async slotOf(key: string): Promise<number> {
    const [member] = this.masters as [ClusterMember];
    return Number((await member.server.command("CLUSTER", "KEYSLOT", key)).slice(1));
  }

  /** The master that had the slot when the cluster was made. */
  ownerOf(slot: number): ClusterMember {
    return this.masters[Math.floor(slot / (SLOTS / 3))] as ClusterMember;
  }

  /** Moves the slot with all that is in it, as `redis-cli --cluster reshard` does. `whileMoving` runs in the middle. */
  async move(
    slot: number,
    to: ClusterMember,
    whileMoving = async (): Promise<void> => {},
  ): Promise<void> {
    const from = this.ownerOf(slot);
    const change = (member: ClusterMember, state: string, { id }: ClusterMember): Promise<string> =>
      done(member, "CLUSTER", "SETSLOT", `${slot}`, state, id);
    await change(to, "IMPORTING", from);
    await change(from, "MIGRATING", to);
    for (let keys = await keysIn(from, slot); keys.length > 0; keys = await keysIn(from, slot)) {
      const where = ["127.0.0.1", `${to.server.port}`, '""', "0", "5000"];
      await done(from, "MIGRATE", ...where, "KEYS", keys[0] as string);
      await whileMoving();
    }
    for (const member of [to, from, ...this.masters]) await change(member, "NODE", to);
  }

  get #members(): readonly ClusterMember[] {
    return this.replica === undefined ? this.masters : [...this.masters, this.replica];
  }

  async #form(): Promise<void> {
    for (const [index, member] of this.masters.entries()) {
      const [first, next] = [index, index + 1].map((at) => Math.ceil((at * SLOTS) / 3)) as [
        number,
        number,
      ];
      await done(member, "CLUSTER", "ADDSLOTSRANGE", `${first}`, `${next - 1}`);
    }
    for (const [index, member] of this.#members.entries()) {
      await done(member, "CLUSTER", "SET-CONFIG-EPOCH", `${index + 1}`);
    }
    const [{ server }] = this.masters as [ClusterMember];
    const bus = (await server.command("CONFIG", "GET", "cluster-port")).split("\r\n").at(-1) ?? "";
    for (const member of this.#members.slice(1)) {
      await done(member, "CLUSTER", "MEET", "127.0.0.1", `${server.port}`, bus);
    }
    for (const member of this.#members)
      await this.#until(member, "cluster_known_nodes", `${this.#members.length}`);
    const { replica } = this;
    if (replica !== undefined)
      await done(replica, "CLUSTER", "REPLICATE", this.masters[0]?.id ?? "");
    for (const member of this.#members) await this.#until(member, "cluster_state", "ok");
    if (replica !== undefined)
      await untilSaid(replica.server, ["INFO", "replication"], "master_link_status:up");
  }

  async #until(member: ClusterMember, name: string, value: string): Promise<void> {
    await untilSaid(member.server, ["CLUSTER", "INFO"], `${name}:${value}\r\n`);
  }
}

async function startMember(): Promise<ClusterMember> {
  const server = await RedisServer.start(
    ["cluster-enabled", "yes"],
    ["cluster-port", `${await freePort()}`],
    ["cluster-node-timeout", `${NODE_TIMEOUT}`],
    ["cluster-replica-validity-factor", "0"],
    ["appendonly", "yes"],
    ["repl-diskless-sync-delay", "0"],
  );
  const id = (await server.command("CLUSTER", "MYID")).split("\r\n")[1] ?? "";
  return { server, id };
}

async function keysIn({ server }: ClusterMember, slot: number): Promise<readonly string[]> {
  const answer = await server.command("CLUSTER", "GETKEYSINSLOT", `${slot}`, "1");
  return answer
    .split("\r\n")
    .slice(1)
    .filter((line) => !line.startsWith("$"));
}

/** What the server answers to a command that it must not refuse. */
async function done({ server }: ClusterMember, ...words: readonly string[]): Promise<string> {
  const answer = await server.command(...words);
  if (answer.startsWith("-")) throw new Error(`${words.join(" ")}: ${answer}`);
  return answer;
}
