/** The element with this id, which is in the page. */
export function byId(id) {
  return document.getElementById(id);
}

/** Makes an element. Text stays text: nothing a person wrote ever becomes HTML. */
export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...children);
  return made;
}
