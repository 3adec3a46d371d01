import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { createTerminal } from "@encke/example-terminal";
import { describe, expect, it, onTestFinished } from "vitest";
import { PATIENCE } from "../browser/watched-window.ts";
import { TerminalStage } from "./terminal-stage.ts";

const CLIPBOARD = { permissions: ["clipboard-read", "clipboard-write"] };

describe("the terminal in a browser", { timeout: 60_000 }, () => {
  const stage = new TerminalStage().set();

  it("shows every frame that is sent and received, in order", async () => {
    await stage.start();
    const window = await stage.window({ path: "/?transport=long-polling" });
    await window.shakeHands();
    await window.sendTemplate("Batch");
    await window.seesChannels([
      "> /meta/handshake",
      "< /meta/handshake",
      "> /meta/subscribe",
      "> /notes/today",
      "> /service/echo",
      "< /meta/subscribe",
      "< /notes/today",
      "< /service/echo",
      "< /service/echo",
    ]);
  });

  it("fills the client's id into templates and into what is written already", async () => {
    await stage.start();
    const window = await stage.window();
    await window.choose("Subscribe");
    expect(await window.written()).toContain('"clientId": "CLIENT_ID"');
    const text = await window.written();
    await window.shakeHands();
    const [client] = stage.site.comet.clients;
    await window.choose("Publish");
    expect(await window.written()).toContain(`"clientId": "${client!.id}"`);
    await window.write(text);
    await window.send();
    await window.sees("received", "402::session_unknown");
  });

  it.each(["websocket", "long-polling", "streaming", "eventsource"])(
    "keeps a client connected over %s",
    async (transport) => {
      await stage.start();
      const window = await stage.window({ path: `/?transport=${transport}` });
      await window.keepConnected();
      await window.sendTemplate("Subscribe");
      await window.sees("received", "/meta/subscribe");
      await stage.site.comet.publish("/notes/today", "from the server");
      await window.sees("received", "from the server");
      await stage.site.comet.publish("/notes/today", "once more");
      await window.sees("received", "once more");
      expect(stage.site.comet.stats()).toMatchObject({ clients: 1 });
    },
  );

  it("goes over to another transport as the same client", async () => {
    await stage.start();
    const window = await stage.window({ path: "/?transport=long-polling" });
    await window.keepConnected();
    await window.sendTemplate("Subscribe");
    await window.sees("received", "/meta/subscribe");
    await window.page.getByLabel("Transport").selectOption("websocket");
    await window.sees("sent", "WebSocket");
    await stage.site.comet.publish("/notes/today", "over there");
    await window.sees("received", "over there");
    expect(stage.site.comet.stats()).toMatchObject({ clients: 1 });
  });

  it("sends one connect for each that is typed, unless it is to keep connected", async () => {
    await stage.start({ timeout: 100 });
    const window = await stage.window();
    await window.shakeHands();
    await window.sendTemplate("Connect");
    await window.seesStatus(/^Connected/);
    await window.sendTemplate("Connect");
    await expect.poll(() => window.frames("received").count(), { timeout: PATIENCE }).toBe(3);
    expect(await window.frames("sent").count()).toBe(3);
  });

  it("leaves when it says so, and knows no client any more", async () => {
    await stage.start();
    const window = await stage.window();
    await window.keepConnected();
    await window.sendTemplate("Disconnect");
    await window.seesStatus("No client");
    expect(await window.page.getByLabel("Keep connected").isChecked()).toBe(false);
    expect([...stage.site.comet.clients]).toEqual([]);
  });

  it("comes back when the server was restarted", async () => {
    await stage.start();
    const { port } = stage.site;
    const window = await stage.window({ path: "/?transport=long-polling" });
    await window.keepConnected();
    await stage.stop();
    await window.sees("failed", "Failed to fetch");
    await stage.start({ port });
    await window.seesStatus(/^Connected/);
    window.forgetBrokenConnections();
  });

  it("marks errors and advice, and says how long a reply took", async () => {
    await stage.start();
    const window = await stage.window();
    await window.shakeHands();
    await window.choose("Publish");
    await window.write((await window.written()).replace("/notes/today", "/quiet/place"));
    await window.send();
    const refused = window.lines("403:/quiet/place:Nobody speaks here.");
    await refused.waitFor();
    expect(await refused.locator(".mark.bad").count()).toBe(1);
    expect(await refused.locator(".took").textContent()).toMatch(/^[\d.]+ ms$/);
    const advised = window.lines("/meta/handshake").locator(".mark.advice");
    expect(await advised.textContent()).toContain("advice retry");
  });

  it("shows what a server answers that speaks no Bayeux", async () => {
    const { port } = await stage.start();
    const url = encodeURIComponent(`http://127.0.0.1:${port}/nowhere`);
    const window = await stage.window({ path: `/?transport=long-polling&url=${url}` });
    await window.send();
    await window.sees("failed", "404 Not Found");
    window.complaints.splice(0);
  });

  it("works against another server", async () => {
    const { port } = await stage.start();
    const origins = [`http://127.0.0.1:${port}`];
    const other = await createTerminal({ host: "127.0.0.1", origins });
    onTestFinished(() => other.close());
    const url = encodeURIComponent(`http://127.0.0.1:${other.port}/comet`);
    for (const transport of ["long-polling", "websocket"]) {
      const window = await stage.window({ path: `/?transport=${transport}&url=${url}` });
      await window.keepConnected();
    }
    expect(other.comet.stats().clients).toBe(2);
    expect(stage.site.comet.stats().clients).toBe(0);
  });

  it("opens messages as a tree, and shows them as text, never as HTML", async () => {
    await stage.start();
    const window = await stage.window();
    await window.shakeHands();
    const evil = '<img src="x" onerror="document.title = 1"><b>bold</b>';
    await window.choose("Remote call");
    const [call] = JSON.parse(await window.written()) as [object];
    await window.write(JSON.stringify({ ...call, data: { deep: { er: [evil] } } }));
    await window.send();
    await window.lines("/service/echo").nth(2).waitFor();
    const answer = window.frames("received").last().locator(".message").last();
    await answer.locator(".line").click();
    await answer.locator("summary", { hasText: "{ 1 }" }).last().click();
    await answer.locator("summary", { hasText: "[ 1 ]" }).click();
    await answer.locator(".string", { hasText: "<b>bold</b>" }).waitFor();
    expect(await window.page.locator("#frames img, #frames .message b").count()).toBe(0);
    expect(await window.page.title()).toBe("Bayeux terminal");
  });

  it("shows a source that runs while somebody is subscribed, and each result of a call", async () => {
    await stage.start();
    const window = await stage.window();
    await window.keepConnected();
    await window.choose("Subscribe");
    await window.write((await window.written()).replace("/notes/today", "/clock"));
    await window.send();
    await window.lines("/clock").filter({ hasText: '"time":' }).first().waitFor();
    await window.sendTemplate("Remote stream");
    await expect.poll(() => window.lines("/service/count").count(), { timeout: PATIENCE }).toBe(8);
  });

  it("does not send what is no frame, and says why", async () => {
    await stage.start();
    const window = await stage.window();
    await window.write("{");
    await window.send();
    await window.page.getByRole("alert").filter({ hasText: "Not sent, this is no JSON" }).waitFor();
    await window.write("7");
    await window.page.keyboard.press("Control+Enter");
    await window.page.getByRole("alert").filter({ hasText: "a frame is an object" }).waitFor();
    expect(await window.page.locator(".frame").count()).toBe(0);
  });

  it("filters by words and by kinds of channels, and clears", async () => {
    await stage.start();
    const window = await stage.window();
    await window.shakeHands();
    await window.sendTemplate("Batch");
    await window.lines("/service/echo").nth(1).waitFor();
    await window.page.getByLabel("Meta").uncheck();
    await window.page.getByLabel("Filter").fill("/NOTES -successful");
    await window.seesChannels(["> /notes/today"]);
    await window.page.getByRole("button", { name: "Clear" }).click();
    expect(await window.page.locator(".frame").count()).toBe(0);
    await window.page.getByLabel("Filter").fill("");
    await window.sendTemplate("Handshake");
    await expect.poll(() => window.page.locator("#count").textContent()).toBe("0 of 2");
  });

  it("keeps the last five hundred frames", async () => {
    await stage.start();
    const window = await stage.window();
    await window.page.evaluate(MANY_FRAMES);
    expect(await window.page.locator(".frame").count()).toBe(500);
    expect(await window.page.locator(".frame").first().textContent()).toContain("/number/100");
  });

  it("copies a frame as a curl command that does the same", async () => {
    await stage.start();
    const window = await stage.window(CLIPBOARD);
    await window.shakeHands();
    await window.choose("Remote call");
    // With the name of the field: the client id may well have a 42 in it, too.
    const asked = `"question": "Where's the comet?"`;
    await window.write((await window.written()).replace('"question": 42', asked));
    await window.send();
    const call = window.frames("sent").filter({ hasText: "/service/echo" });
    await call.getByRole("button", { name: "Copy as curl" }).click();
    await window.page.getByRole("button", { name: "Copied" }).waitFor();
    const command = await window.page.evaluate<string>("navigator.clipboard.readText()");
    const { stdout } = await promisify(execFile)("sh", ["-c", `${command} --silent`]);
    expect(JSON.parse(stdout)).toContainEqual(
      expect.objectContaining({
        channel: "/service/echo",
        data: { question: "Where's the comet?" },
      }),
    );
  });
});

/** Puts six hundred frames into a log of their own, in the page. */
const MANY_FRAMES = `import("/frame-log.js").then(({ FrameLog }) => {
  const log = new FrameLog();
  for (let number = 0; number < 600; number += 1) {
    const messages = [{ channel: "/number/" + number }];
    log.add({ direction: "received", text: JSON.stringify(messages), messages, note: "" });
  }
})`;
