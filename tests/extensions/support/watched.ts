import type { IClient } from "@encke/core";
import {
  type PresenceExtension,
  type PresenceMembers,
  type PresenceOptions,
  type PresenceQuery,
  presence,
} from "@encke/extensions";
import type { Talker } from "../../support/talker.ts";
import { World, type WorldOptions } from "../../support/world.ts";

/** A channel that has presence. */
export const ROOM = "/chat/room";
export interface Watched {
  readonly world: World;
  readonly who: PresenceExtension;
  /** What was told on all companions. */
  readonly told: unknown[];
  remove(): void;
}

/** A world that knows who is on the channels below `/chat`. */
export function watched(
  options: Partial<PresenceOptions> = {},
  worldOptions: WorldOptions = {},
): Watched {
  const world = new World(worldOptions);
  const who = presence({ channels: ["/chat/**"], ...options });
  const told: unknown[] = [];
  world.comet.on("published", "/presence/**", ({ channel, data }) => {
    told.push({ channel, ...(data as object) });
  });
  return { world, who, told, remove: world.comet.use(who) };
}

export async function listed(
  { world, who }: Watched,
  channel: string = ROOM,
  query: PresenceQuery = {},
): Promise<PresenceMembers> {
  const listing = who.list(channel, query);
  await world.settle();
  return listing;
}

export async function idsOn(watch: Watched, channel: string = ROOM): Promise<readonly string[]> {
  return (await listed(watch, channel)).members.map(({ id }) => id);
}

export function publicIdOf(world: World, { clientId }: Talker): string {
  return (world.comet.client(clientId) as IClient).publicId;
}

/** What is told when the client joins. */
export function joins(world: World, talker: Talker, channel: string = ROOM): object {
  return {
    ...{ channel: `/presence${channel}`, type: "join" },
    member: { id: publicIdOf(world, talker) },
  };
}
