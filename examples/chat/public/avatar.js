import { element } from "/site/element.js";

/** A disc with the first letter of a name, in a colour that is always the same for that name. */
export function avatarOf(name) {
  const avatar = element("span", "avatar", name.slice(0, 1).toUpperCase());
  avatar.setAttribute("aria-hidden", "true");
  avatar.style.setProperty("--hue", hueOf(name));
  return avatar;
}

/** Degrees on the colour wheel. */
function hueOf(name) {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + character.codePointAt(0)) % 3_600;
  // Names that differ by one letter are far apart on the wheel.
  return (hash * 137.5) % 360;
}
