// Elements are made from text and plain attributes only. Nothing here parses HTML, so no name that a user chose can become
// markup (CWE-79); the policy of the page (Trusted Types) holds for whatever is added later.

const SVG = "http://www.w3.org/2000/svg";
const FEW = 4;
const UNSAFE = /^(?:on|style$|src$|href$|srcdoc$|action$|formaction$)/i;

/** `on` holds listeners by their events; all other properties are attributes, and `text` the content. */
export function el(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

export function svg(tag, properties = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

function fill(element, { on = {}, text, ...attributes }, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (UNSAFE.test(name)) throw new TypeError(`no attribute ${name} here`);
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(name, String(value));
  }
  for (const [event, listener] of Object.entries(on)) element.addEventListener(event, listener);
  if (text !== undefined) element.textContent = String(text);
  element.append(...children.flat().filter((each) => each !== null && each !== undefined && each !== false));
  return element;
}

export function link(view, text, properties = {}) {
  const anchor = el("a", { ...properties, text });
  anchor.setAttribute("href", `#${view}`);
  return anchor;
}

export function button(text, onClick, properties = {}) {
  return el("button", { type: "button", ...properties, text, on: { click: onClick } });
}

export function pill(text, kind = "plain") {
  return el("span", { class: `pill ${kind}`, text });
}

export function card(title, ...children) {
  return el("section", { class: "card" }, el("h2", { text: title }), ...children);
}

export function field(label, input, hint) {
  input.id ||= `field-${label.toLowerCase().replace(/[^a-z]+/g, "-")}`;
  const note = hint ? el("small", { id: `${input.id}-hint`, class: "muted", text: hint }) : null;
  if (note) input.setAttribute("aria-describedby", note.id);
  const name = el("label", { text: label });
  name.htmlFor = input.id;
  return el("div", { class: "field" }, name, input, note);
}

/**
 * A table that becomes a list of cards where there is no room, if it has many columns or says `stack`. The roles keep it a table for screen readers then.
 * Columns are `{title, cell(row), number?, narrow?, head?, sorted?}`; a cell is text or an element, and a head stands for the title.
 */
export function table(caption, columns, rows, { empty = "Nothing.", stack = columns.length > FEW, dense = false } = {}) {
  const head = el(
    "tr",
    { role: "row" },
    columns.map((column) =>
      el("th", { scope: "col", role: "columnheader", class: kind(column), "aria-sort": column.sorted }, column.head ?? column.title)),
  );
  const lines = rows.map((row) =>
    el(
      "tr",
      { role: "row" },
      columns.map((column) => {
        const content = column.cell(row);
        const cell = el("td", { role: "cell", class: kind(column), "data-label": column.title });
        cell.append(content instanceof Node ? content : String(content ?? "–"));
        return cell;
      }),
    ));
  const element = el(
    "table",
    { role: "table", class: [stack && "wide", dense && "dense"].filter(Boolean).join(" ") || undefined },
    el("caption", { text: caption }),
    el("thead", { role: "rowgroup" }, head),
    el("tbody", { role: "rowgroup" }, lines),
  );
  return rows.length === 0
    ? el("div", { class: "table" }, element, el("p", { class: "empty muted", text: empty }))
    : el("div", { class: "table" }, element);
}

/**
 * What reads the same stays as it is, with its focus and selection. Otherwise the focus goes to the element that comes
 * again under the same `data-key`.
 */
export function replace(parent, ...children) {
  const known = children.flat().filter(Boolean);
  if (known.length === parent.childElementCount && known.map(reading).join() === [...parent.children].map(reading).join()) return;
  const key = parent.contains(document.activeElement) ? document.activeElement?.dataset?.key : undefined;
  parent.replaceChildren(...known);
  if (key) [...parent.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key)?.focus();
}

function kind(column) {
  return column.number ? "number" : column.narrow ? "narrow" : undefined;
}

/** What is said, and what it is about: two rows may read the same, and act on different things. */
function reading(element) {
  const keys = [...element.querySelectorAll("[data-key], [aria-sort]")].map((each) => each.dataset.key ?? each.getAttribute("aria-sort"));
  return `${element.textContent} ${keys.join()}`;
}
