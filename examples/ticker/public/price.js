export function priceText(price) {
  return price.toFixed(2);
}

/** Says by an arrow and a sign, and not by colour alone, which way it went. */
export function changeText(percent) {
  const arrow = { up: "▲", down: "▼", even: "■" }[directionOf(percent)];
  return `${arrow} ${percent > 0 ? "+" : ""}${percent.toFixed(2)} %`;
}

export function directionOf(percent) {
  if (percent > 0) return "up";
  return percent < 0 ? "down" : "even";
}
