import { element } from "/site/element.js";

/** Milliseconds for which a button says what became of it. */
const SHOWN = 1_500;

/** A button that copies a text, and says so. */
export function copyButton(name, text) {
  const button = element("button", "copy", name);
  button.type = "button";
  button.addEventListener("click", async () => {
    button.textContent = (await copy(text)) ? "Copied" : "Not allowed";
    setTimeout(() => {
      button.textContent = name;
    }, SHOWN);
  });
  return button;
}

/** False where the browser does not let this page, as it does not on plain http of another machine. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
