/** Builds the page. Text only ever becomes text: there is no HTML in a string. */

/** An element with attributes (functions are listeners) and children: elements, strings, and lists of them. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== undefined) element.setAttribute(key, String(value));
  }
  element.append(...children.flat(3).filter((child) => child !== undefined && child !== null));
  return element;
}

export const code = (text) => el("code", {}, text);

/** A text in which `…` is code, and leads to its description where it is the type of a frame. */
export function prose(text, links = new Map()) {
  return text.split("`").flatMap((part, index) => (index % 2 === 1 ? [named(part, links)] : [part]));
}

function named(name, links) {
  const target = links.get(name);
  return target === undefined ? code(name) : el("a", { href: `#${target}` }, code(name));
}

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g;

/** A value as indented JSON, with colours. */
export function json(value) {
  const text = JSON.stringify(value, null, 2);
  const pre = el("pre", { class: "json", tabindex: "0" });
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [token, string, colon, word] = match;
    pre.append(text.slice(end, match.index));
    if (string !== undefined) {
      pre.append(el("span", { class: colon ? "key" : "string" }, string), colon ?? "");
    } else {
      pre.append(el("span", { class: word ? "word" : "number" }, token));
    }
    end = match.index + token.length;
  }
  pre.append(text.slice(end));
  return pre;
}

/** A table with a caption for those who can't see what is above it. */
export function table(caption, head, rows) {
  return el(
    "div",
    { class: "scroll" },
    el(
      "table",
      {},
      el("caption", {}, caption),
      el("thead", {}, el("tr", {}, head.map((text) => el("th", { scope: "col" }, text)))),
      el("tbody", {}, rows),
    ),
  );
}

export const row = (first, ...others) =>
  el("tr", {}, el("th", { scope: "row" }, first), others.map((cell) => el("td", {}, cell)));
