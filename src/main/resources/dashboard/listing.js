// A list of all nodes, a page at a time: search, order and paging are done by the nodes, so that no list is ever asked for as a whole.

import { get, newest, query } from "./api.js";
import { say } from "./dialogs.js";
import { button, el, field, link, pill, replace, table } from "./dom.js";
import { whole } from "./format.js";

const SEARCH_MS = 250;
const FILTERS = { userId: "user", roomId: "room", node: "node" };
let made = 0;

/**
 * `view` is its place in the address, `call` the target, `rows` the name of its rows in the answer. Columns are those of a
 * `table`, with `sort`, the name by which the nodes sort them, and `first`, the order that a first press asks for.
 * `columns` is asked again for each answer, with the filters.
 */
export function listing({ view, call, rows, columns, search, what, empty }) {
  const id = ++made;
  const found = el("div", { class: "stack" });
  const chips = el("p", { class: "filters" });
  const input = el("input", { id: `search-${id}`, type: "search", maxlength: 128, pattern: "[A-Za-z0-9_.:@\\|+\\-]*", autocomplete: "off", spellcheck: "false", autocapitalize: "off", on: { input: () => typed() } });
  const sorts = el("select", { id: `sort-${id}`, on: { change: () => sortBy(...sorts.value.split(" ")) } });
  const back = button("Previous", () => turn(-1), { class: "quiet", "data-key": "previous" });
  const forth = button("Next", () => turn(1), { class: "quiet", "data-key": "next" });
  const pages = el("span", { class: "muted", role: "status" });
  const pager = el("div", { class: "pager" }, back, forth, pages);
  let filters = {};
  let order = { sort: "name", order: "ascending" };
  let starts = [""]; // where each page begins, up to the present one and that behind it
  let at = 0;
  let waiting = 0;

  const ask = newest((target) => get(target));
  const load = async () => {
    if (!input.validity.valid) return none("Nothing begins like this: ids and addresses have letters, digits and _ . : @ | + - only.");
    try {
      const answer = await ask(query(call, { prefix: input.value.trim(), ...filters, ...order, after: starts[at] }));
      if (answer && input.validity.valid) show(answer);
    } catch (failure) {
      if (failure.status === 400) none(failure.message); // such as a filter in the address that is no id: asking again does not help
      else say(failure.message, "bad");
    }
  };
  const none = (why) => {
    replace(found, el("p", { class: "empty muted", text: why }));
    pager.hidden = true;
  };
  const restart = () => {
    starts = [""];
    at = 0;
    return load();
  };
  const turn = (step) => {
    at = Math.max(0, Math.min(at + step, starts.length - 1));
    return load();
  };
  const typed = () => {
    clearTimeout(waiting);
    waiting = setTimeout(restart, SEARCH_MS);
  };
  const sortBy = (sort, direction) => {
    order = { sort, order: direction };
    return restart();
  };
  const heading = (column) => {
    if (!column.sort) return column;
    const sorted = order.sort === column.sort ? order.order : undefined;
    const first = column.first ?? "ascending";
    const next = sorted ? other(sorted) : first;
    const head = button(column.title, () => sortBy(column.sort, next), {
      class: `sort ${sorted ?? ""}`,
      "data-key": `sort ${column.sort}`,
      title: `Sort by ${column.title.toLowerCase()}, ${next}`,
    });
    return { ...column, head, sorted };
  };
  const show = (answer) => {
    starts = answer.next ? [...starts.slice(0, at + 1), answer.next] : starts.slice(0, at + 1);
    const shown = columns(filters, load);
    const some = answer[rows];
    offer(sorts, shown, order);
    back.disabled = at === 0;
    forth.disabled = !answer.next;
    pager.hidden = at === 0 && !answer.next;
    pages.textContent = `Page ${whole(at + 1)}`;
    replace(
      found,
      answer.missing.length > 0 ? notice("not complete", `${answer.missing.join(", ")} did not answer: what is held there is missing.`) : null,
      answer.cut ? notice("cut", "There are more than can be sorted by this column: rows that are spread over many nodes may be missing here. In the order of the name none is.") : null,
      table(`${what}${at > 0 || answer.next ? `, ${whole(some.length)} on this page` : `: ${whole(some.length)}`}`, shown.map(heading), some,
        { empty: input.value.trim() || Object.keys(filters).length > 0 ? "Nothing fits." : empty, stack: true }),
    );
  };
  const filter = (wanted) => {
    filters = wanted;
    const entries = Object.entries(wanted);
    chips.hidden = entries.length === 0;
    chips.replaceChildren(...entries.map(([name, value]) => {
      const { [name]: left, ...others } = wanted;
      return link(query(view, others), `${FILTERS[name]} ${left} ×`, { class: "chip", "aria-label": `Show more than ${FILTERS[name]} ${left}` });
    }));
  };
  filter({});
  return {
    element: el(
      "div",
      { class: "stack" },
      el("div", { class: "tools" },
        field(search, input),
        el("div", { class: "phone" }, field("Sort by", sorts)),
        button("Refresh", () => load(), { class: "quiet" })),
      chips,
      found,
      pager,
    ),
    /** The part of the address behind the view says what is to be shown; without one it stays as it was. */
    enter(params) {
      if (params) {
        const wanted = Object.fromEntries(Object.keys(FILTERS).filter((name) => params.get(name)).map((name) => [name, params.get(name)]));
        if (JSON.stringify(wanted) !== JSON.stringify(filters)) {
          filter(wanted);
          input.value = "";
          found.replaceChildren();
          return restart();
        }
      }
      return load();
    },
  };
}

const other = (direction) => (direction === "ascending" ? "descending" : "ascending");

/** The headings can't be pressed where the table is a list of cards. */
function offer(select, columns, { sort, order }) {
  const options = columns.filter((each) => each.sort).flatMap((each) =>
    ["ascending", "descending"].map((direction) =>
      el("option", { value: `${each.sort} ${direction}`, text: `${each.title}, ${direction}`, selected: each.sort === sort && direction === order })));
  if (document.activeElement !== select) select.replaceChildren(...options);
}

function notice(title, text) {
  return el("p", { class: "notice warn" }, pill(title, "warn"), el("span", { text }));
}

/** On which nodes, with how many connections. */
export function placed(nodes) {
  return el("span", { class: "chips" }, Object.entries(nodes).map(([node, count]) => el("span", { class: "chip", text: `${node} ${whole(count)}` })));
}
