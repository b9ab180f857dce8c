/**
 * Builds elements. Text only ever becomes text: nothing here parses HTML, and the policy of the page (Trusted Types) refuses
 * whatever would.
 */
import { ICONS } from "./icons.js";

const SVG = "http://www.w3.org/2000/svg";
const HUES = 12;

/** An element. Properties that begin with `on` are listeners, the others attributes; absent ones are left out. */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return node;
}

/** An icon, which says nothing to a screen reader: its button has a label. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", class: "icon", "aria-hidden": "true", focusable: "false" })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A button that is only an icon. */
export function iconButton(name, label, onclick, properties = {}) {
  return el("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...properties }, icon(name));
}

/** A colour of the palette, always the same for the same id. */
function hue(id) {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.codePointAt(0)) >>> 0;
  return sum % HUES;
}

function initials(name) {
  const words = name.split(/[\s._-]+/u).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]].map((word) => [...word][0]) : [...(words[0] ?? "?")].slice(0, 2);
  return letters.join("").toUpperCase();
}

/** The initials of a name on the colour of an id, with a dot of presence if `online` is given. */
export function avatar(id, name, { size = "", online } = {}) {
  return el(
    "span",
    { class: `avatar hue-${hue(id)} ${size}`, "aria-hidden": "true" },
    initials(name),
    online !== undefined && el("span", { class: `dot ${online ? "online" : ""}` }),
  );
}

const signatures = new WeakMap();

/**
 * Makes the children of `parent` those of `items`, in order. An element stays as long as the `signature` of its item does, so
 * focus and selection outlive the changes of others.
 */
export function reconcile(parent, items, build) {
  const existing = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let next = parent.firstElementChild;
  for (const item of items) {
    let node = existing.get(item.key);
    existing.delete(item.key);
    if (!node || signatures.get(node) !== item.signature) {
      const fresh = build(item);
      fresh.dataset.key = item.key;
      signatures.set(fresh, item.signature);
      if (node) replace(node, fresh);
      if (next === node) next = node ? fresh : next;
      node = fresh;
    }
    if (node === next) next = next.nextElementSibling;
    else parent.insertBefore(node, next);
  }
  for (const gone of existing.values()) gone.remove();
}

function replace(node, fresh) {
  const focused = node.contains(document.activeElement) ? document.activeElement : undefined;
  const label = focused?.getAttribute("aria-label");
  node.replaceWith(fresh);
  if (!focused) return;
  const same = [...fresh.querySelectorAll("button, a")].find((each) => label && each.getAttribute("aria-label") === label);
  (same ?? fresh).focus({ preventScroll: true });
}

/** A modal dialog, which Escape closes. `content` gets a function that closes it. */
export function openDialog(title, content, properties = {}) {
  const close = () => dialog.close();
  const heading = el("h2", { id: "dialog-title" }, title);
  const head = el("header", { class: "dialog-head" }, heading, iconButton("close", "Close", close));
  const dialog = el("dialog", { "aria-labelledby": "dialog-title", ...properties }, head, ...[content(close)].flat());
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && close()); // beside it
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** A labelled field of a form. */
export function field(label, properties, hint) {
  const id = `field-${properties.name}`;
  const input = el(properties.rows ? "textarea" : "input", { id, autocomplete: "off", ...properties, "aria-describedby": hint && `${id}-hint` });
  return el("div", { class: "field" }, el("label", { for: id }, label), input, hint && el("p", { class: "hint", id: `${id}-hint` }, hint));
}

/** A form whose button waits for its action, and whose refusal is shown in place. */
export function form(action, submit, ...children) {
  const problem = el("p", { class: "problem", role: "alert", hidden: true });
  const button = el("button", { class: "primary", type: "submit" }, submit);
  const node = el("form", { class: "form", novalidate: true }, ...children, problem, button);
  node.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = button.disabled = true;
    try {
      await action(Object.fromEntries(new FormData(node)));
    } catch (failure) {
      problem.textContent = failure.message;
      problem.hidden = false;
      const wrong = failure.details?.map(({ path }) => node.elements[path.slice(1)]).find(Boolean);
      (wrong ?? node.querySelector("input, textarea"))?.focus();
    } finally {
      button.disabled = false;
    }
  });
  return node;
}
