import { expect } from "vitest";
import { PATIENCE, WatchedWindow } from "../browser/watched-window.ts";

type Figure = "sent" | "received" | "missing" | "doubled" | "late";

/** Nodes are killed and have to come back, on a machine that does other things as well. */
const LONG = { timeout: 2 * PATIENCE };

/** The cluster as the one who sits before it sees it. */
export class ClusterWindow extends WatchedWindow {
  async figure(name: Figure): Promise<number> {
    return Number(await this.page.locator(`#${name}`).textContent());
  }

  /** Waits until so many numbers more have come. */
  async receives(more: number): Promise<void> {
    const least = (await this.figure("received")) + more;
    await expect.poll(() => this.figure("received"), LONG).toBeGreaterThanOrEqual(least);
  }

  /** What is wrong with the numbers: how many are missing, doubled and late. */
  async faults(): Promise<number[]> {
    return Promise.all((["missing", "doubled", "late"] as const).map((name) => this.figure(name)));
  }

  async kill(node: string): Promise<void> {
    await this.page.getByRole("button", { name: `Kill node ${node}` }).click();
    await this.node(node, "gone").waitFor();
  }

  async seesBack(node: string): Promise<void> {
    await this.node(node, "serves as process").waitFor(LONG);
  }

  /** The name of the node that has answered last. */
  async answering(): Promise<string> {
    const name = await this.page.locator(".node.answering").getAttribute("data-node");
    return name ?? "";
  }

  /** The names of all nodes of which an answer is shown. */
  async answered(): Promise<string[]> {
    return [...new Set(await this.page.locator("#answers li").allTextContents())].sort();
  }

  async choose(transport: string): Promise<void> {
    await this.page.getByLabel("Transport").selectOption(transport);
  }

  private node(name: string, text: string) {
    return this.page.locator(`.node[data-node="${name}"]`).filter({ hasText: text });
  }
}
