import { byId } from "/site/element.js";
import { Answers } from "./answers.js";
import { Nodes } from "./nodes.js";
import { Numbers } from "./numbers.js";
import { Session } from "./session.js";

/** Milliseconds between two looks at the numbers. */
const SHOWN = 200;
const STATES = { connected: "Connected", reconnecting: "Reconnecting" };

const session = new Session();
const nodes = new Nodes(kill);
const numbers = new Numbers(session.name);
const answers = new Answers();

const LISTENERS = {
  joining: () => numbers.beginAnew(),
  state: showState,
  nodes: (states) => nodes.show(states),
  answer: (node) => {
    nodes.answeredBy(node);
    answers.add(node);
  },
  number: (number) => numbers.add(number),
  sent: (count) => {
    byId("sent").textContent = String(count);
  },
  problem: showProblem,
};
for (const [event, listener] of Object.entries(LISTENERS)) {
  session.addEventListener(event, ({ detail }) => listener(detail));
}
byId("transport").addEventListener("change", ({ target }) => session.switchTransport(target.value));
byId("pause").addEventListener("click", togglePause);
setInterval(() => numbers.show(), SHOWN);
await session.start();

function showState(state) {
  byId("status").dataset.state = state;
  byId("status-text").textContent = STATES[state];
}

function showProblem(text) {
  byId("problem").textContent = text;
}

function togglePause() {
  session.isPaused = !session.isPaused;
  byId("pause").textContent = session.isPaused ? "Go on" : "Pause";
  byId("pause").setAttribute("aria-pressed", String(session.isPaused));
}

async function kill(node) {
  const headers = { "X-Asked-By": "the page of the cluster" };
  const { ok } = await fetch(`/nodes/${node}/kill`, { method: "POST", headers });
  if (!ok) showProblem(`Node ${node} could not be killed.`);
}
