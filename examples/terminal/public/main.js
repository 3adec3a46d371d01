import { byId } from "/site/element.js";
import { curlOf } from "./curl.js";
import { Editor } from "./editor.js";
import { FrameLog } from "./frame-log.js";
import { ServerForm } from "./server-form.js";
import { Session } from "./session.js";

const session = new Session();
const log = new FrameLog();
const loop = byId("loop");
const server = new ServerForm(aim);
let { url } = server.target;

session.aim(server.target);
const editor = new Editor(session);
session.addEventListener("frame", ({ detail: frame }) => {
  log.add(frame, frame.direction === "sent" ? curlOf(url, frame.text) : undefined);
});
session.addEventListener("types", ({ detail }) => server.showTypes(detail));
session.addEventListener("change", ({ detail }) => {
  if (detail?.before) editor.replaceClient(detail.before, session.clientId);
  showState();
});
loop.addEventListener("change", () => session.loop(loop.checked));
showState();

function aim() {
  if (server.target.url !== url) session.forget();
  ({ url } = server.target);
  session.aim(server.target);
  showState();
}

function showState() {
  loop.checked = session.isLooping;
  document.body.dataset.state = session.isConnected ? "connected" : "waiting";
  byId("status").textContent = stateText();
}

function stateText() {
  if (!session.hasClient) return "No client";
  return `${session.isConnected ? "Connected" : "Not connected"}: ${session.clientId}`;
}
