import { byId } from "/site/element.js";
import { Card } from "./card.js";
import { Chart } from "./chart.js";
import { Feed } from "./feed.js";
import { priceText } from "./price.js";
import { Series } from "./series.js";
import { ServerClock } from "./server-clock.js";
import { Tally } from "./tally.js";

/** Milliseconds between two questions to the server about its figures. */
const ASK = 1_000;
const STATES = { connected: "Connected", reconnecting: "Reconnecting", ended: "Ended" };
const READING = {
  streaming: "Reads a stream of lines: every quote arrives.",
  eventsource: "Reads a stream of events: every quote arrives.",
  polling:
    "Asks every three seconds. Quotes wait on the server meanwhile, where a newer one takes the place of the one before: of each stock only the latest arrives.",
};

const stocks = await (await fetch("/stocks")).json();
const cards = new Map(stocks.map((stock) => [stock.symbol, new Card(stock, choose)]));
const chart = new Chart(byId("chart"), { format: priceText });
const temperatures = new Series();
const temperatureChart = new Chart(byId("temperature-chart"), { isPlain: true, format: degrees });
const clock = new ServerClock();
const tally = new Tally();
const slow = byId("slow");
const stream = byId("stream");
const channels = [...stocks.map(({ symbol }) => `/quotes/${symbol}`), "/temperature"];
const feed = new Feed(channels);
let chosen;
let isOutdated = false;

byId("cards").append(...Array.from(cards.values(), ({ view }) => view));
choose(cards.get(stocks[0].symbol));
feed.addEventListener("message", ({ detail }) => hear(detail));
feed.addEventListener("begun", () => tally.reset());
feed.addEventListener("state", ({ detail }) => showState(detail));
for (const choice of [slow, stream]) {
  choice.addEventListener("change", () => {
    showReading();
    void feed.take(wayToRead());
  });
}
addEventListener("resize", draw);
showState("reconnecting");
showReading();
setInterval(askFigures, ASK);
void feed.take(wayToRead());

function hear({ channel, data }) {
  clock.hear(data.time);
  if (channel === "/temperature") hearTemperature(data);
  else if (cards.get(data.symbol)?.quote(data)) tally.receive(data.sequence);
  if (!isOutdated) requestAnimationFrame(draw);
  isOutdated = true;
}

function hearTemperature({ celsius, isMeasured, time }) {
  if (!temperatures.add({ time, value: celsius, order: time })) return;
  byId("temperature").textContent = degrees(celsius);
  byId("temperature-note").textContent = isMeasured ? "by its sensor" : "guessed from its load";
}

function choose(card) {
  chosen = card;
  for (const one of cards.values()) one.isChosen = one === card;
  draw();
}

function draw() {
  isOutdated = false;
  const now = clock.now();
  for (const card of cards.values()) card.draw(now);
  const { stock, series } = chosen;
  byId("chart-name").textContent = `${stock.symbol} ${stock.name}`;
  byId("chart-price").textContent = series.latest ? priceText(series.latest.value) : "";
  chart.draw(series.points, now, stock.name);
  temperatureChart.draw(temperatures.points, now, "The server");
  showFigures();
}

function showFigures() {
  for (const [name, figure] of Object.entries(tally.figures)) byId(name).textContent = figure;
}

function showState(state) {
  document.body.dataset.state = state;
  byId("status").textContent = STATES[state];
}

function showReading() {
  byId("reading").textContent = READING[wayToRead()];
  stream.disabled = slow.checked;
}

function wayToRead() {
  return slow.checked ? "polling" : stream.value;
}

async function askFigures() {
  const figures = await feed.call("figures").catch(() => undefined);
  if (figures) tally.update(figures);
  draw();
}

function degrees(celsius) {
  return `${celsius.toFixed(1)} °C`;
}
