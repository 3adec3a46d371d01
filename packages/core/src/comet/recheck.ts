import type { LocalClient } from "../clients/client.ts";
import { decide } from "../events/policies.ts";
import type { Wiring } from "./wiring.ts";

/** Takes from the client the subscriptions that the policy refuses now, and forgets what was decided for wildcards. */
export async function recheckSubscriptions(
  { clients, hub, ports, settings }: Pick<Wiring, "clients" | "hub" | "ports" | "settings">,
  client: LocalClient,
): Promise<readonly string[]> {
  const taken: string[] = [];
  for (const { pattern, verdicts } of [...client.patterns.values()]) {
    verdicts?.clear();
    const asked = { client, channel: pattern };
    const decision = await decide(settings.policies.subscribe, asked, ports.log);
    if (decision.allow || !(await clients.subscriptions.remove(client, pattern))) continue;
    hub.state("unsubscribed", { client, channel: pattern });
    taken.push(pattern);
  }
  return taken;
}
