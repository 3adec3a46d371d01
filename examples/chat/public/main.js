import { byId } from "/site/element.js";
import { Composer } from "./composer.js";
import { Login } from "./login.js";
import { Session } from "./session.js";
import { Sidebar } from "./sidebar.js";
import { Status } from "./status.js";
import { Transcript } from "./transcript.js";

const FIRST_ROOM = "lobby";
const NOTICES = {
  enter: (name) => `${name} came in.`,
  leave: (name) => `${name} left.`,
  "held back": (name) => `Something ${name} said was held back.`,
};

const chat = byId("chat");
const transport = byId("transport");
const session = new Session();
const status = new Status();
const transcript = new Transcript();
const login = new Login(logIn);
const sidebar = new Sidebar({ onEnter: enter, onWhisper: (name) => composer.address(name) });
const composer = new Composer({ onSay: say, onWhisper: whisper });

const LISTENERS = {
  welcome: showChat,
  refused: leave,
  problem: (reason) => composer.showError(reason),
  state: showState,
  heartbeat: () => status.heard(),
  rooms: (entries) => sidebar.showRooms(entries, session.room),
  members: ({ names }) => sidebar.showMembers(names, session.name),
  message: (message) => transcript.message(message, message.author === session.name),
  notice: ({ kind, name, time }) => transcript.notice(NOTICES[kind](name), time),
  whisper: (whispered) => transcript.whispered(whispered),
  warning: (warned) => transcript.warning(warned),
};
for (const [event, listener] of Object.entries(LISTENERS)) {
  session.addEventListener(event, ({ detail }) => listener(detail));
}
byId("log-out").addEventListener("click", () => {
  void session.logOut();
  leave();
});
transport.addEventListener("change", () => session.switchTransport(transport.value));
login.show();
await login.showDemoAccounts();

function logIn(account) {
  transcript.clear();
  session.logIn(account, transport.value, FIRST_ROOM);
}

function showState(state) {
  status.state = state;
  if (chat.hidden)
    login.showError(state === "connected" ? "" : "The server cannot be reached. Trying again.");
}

function showChat() {
  if (!chat.hidden) return;
  login.hide();
  chat.hidden = false;
  showRoom();
}

function leave(reason) {
  chat.hidden = true;
  composer.clear();
  login.show(reason);
}

function enter(room) {
  if (room === session.room) return;
  session.enter(room);
  transcript.clear();
  sidebar.showRoom(room);
  showRoom();
}

function showRoom() {
  byId("room-heading").textContent = session.room;
  composer.enter(session.room);
}

async function say(text) {
  if (!session.isConnected) composer.showError("This goes out when the server is back.");
  await session.say(text);
  composer.showError("");
}

async function whisper(to, text) {
  transcript.whisperedTo(await session.whisper(to, text), session.name);
}
