// What the node does now, and did in the last hour.

import { failing, kindOf } from "./checks.js";
import { card, el, pill, replace, table } from "./dom.js";
import { bytes, ms, rate, whole, words } from "./format.js";
import { missing } from "./nodes.js";
import { plot } from "./plot.js";

const BREAKERS = { closed: "good", half_open: "warn", open: "bad" };

export function overview() {
  const problems = el("div", { class: "stack" });
  const all = el("div", { class: "stack" });
  const sums = el("dl", { class: "tiles" });
  const tiles = el("dl", { class: "tiles" });
  const lower = el("div", { class: "columns" });
  const plots = [
    plot("Connections", [{ name: "connections", column: "connections" }, { name: "sessions", column: "sessions" }], whole, { least: 4 }),
    plot("Frames received a second", [{ name: "frames", column: "frames" }], rate),
    plot("Deliveries a second", [{ name: "deliveries", column: "deliveries" }], rate),
    plot("Refusals a second", [{ name: "refusals", column: "refusals" }], rate),
    plot("Publish, 99th percentile", [{ name: "p99", column: "publishP99Ms" }], ms),
    plot("Bytes a second", [{ name: "in", column: "receivedBytes" }, { name: "out", column: "deliveredBytes" }], bytes, { base: 1024, least: 1024 }),
  ];
  const view = el(
    "div",
    { class: "stack" },
    el("h1", { text: "Overview" }),
    problems,
    all,
    tiles,
    el("div", { class: "plots" }, plots.map((each) => each.element)),
    lower,
  );
  let drawn = "";
  return {
    element: view,
    update(stats, history) {
      replace(problems, ...problemsOf(stats), missing(stats));
      if (stats.totals.nodes > 1) {
        showTiles(sums, ofAll(stats));
        if (all.childElementCount === 0) all.append(el("h2", { text: "All nodes" }), sums, el("h2", { text: "This node" }));
      } else {
        all.replaceChildren();
      }
      showTiles(tiles, ofThis(stats));
      replace(lower, store(stats), breakers(stats));
      const state = `${history.times.length} ${history.times.at(-1)} ${view.clientWidth}`;
      if (state !== drawn) plots.forEach((each) => each.draw(history, stats.time));
      drawn = state;
    },
  };
}

function problemsOf({ health, state, lanesUnavailable }) {
  const lines = failing(health.checks);
  if (lanesUnavailable > 0) {
    lines.push(el("p", { class: "notice warn" }, pill("leases", "warn"),
      el("span", { text: `This node has no lease in ${lanesUnavailable} of the store's lanes.` })));
  }
  if (state === "draining") {
    lines.push(el("p", { class: "notice warn" }, pill("draining", "warn"),
      el("span", { text: "The node refuses new connections, lets the open ones go in their slots, and then ends." })));
  }
  return lines;
}

/** The elements stay, so that a reader of the page is not sent back to its beginning every two seconds. */
function showTiles(list, rows) {
  if (list.children.length !== rows.length) {
    list.replaceChildren(...rows.map(() => el("div", { class: "tile" }, el("dt"), el("dd"), el("dd", { class: "muted" }))));
  }
  rows.forEach(([name, value, more, kind = ""], i) => {
    const tile = list.children[i];
    tile.className = `tile ${kind}`;
    [name, value, more].forEach((text, j) => {
      if (tile.children[j].textContent !== text) tile.children[j].textContent = text;
    });
  });
}

function ofAll({ totals }) {
  const answered = totals.nodes - totals.missing.length;
  return [
    ["Nodes", whole(totals.nodes), answered === totals.nodes ? "all answer" : `${whole(answered)} answer`, answered === totals.nodes ? "" : "bad"],
    ["Connections", whole(totals.connections), `${whole(totals.anonymous)} anonymous`],
    ["Sessions", whole(totals.sessions), "on all nodes"],
    ["Frames / s", rate(totals.frames), "on all nodes"],
    ["Messages / s", rate(totals.messages), "on all nodes"],
    ["Deliveries / s", rate(totals.deliveries), "on all nodes"],
    ["Refusals / s", rate(totals.refusals), "on all nodes", totals.refusals > 1 ? "warn" : ""],
    ["Waiting for slow readers", bytes(totals.outboxBytes), "on all nodes"],
  ];
}

function ofThis(stats) {
  const { connections, rates, memory, bans } = stats;
  return [
    ["Connections", whole(connections.open), `${whole(connections.anonymous)} anonymous`],
    ["Sessions", whole(stats.sessions), `${whole(connections.opened)} opened so far`],
    ["Rooms", whole(stats.rooms), `${whole(stats.presentUsers)} present in them`],
    ["Frames / s", rate(rates.frames), `${bytes(rates.receivedBytes)} / s in`],
    ["Messages / s", rate(rates.messages), rates.publishP99Ms > 0 ? `p99 ${ms(rates.publishP99Ms)} to the ack` : "none now"],
    ["Deliveries / s", rate(rates.deliveries), `${bytes(rates.deliveredBytes)} / s out`],
    ["Refusals / s", rate(rates.refusals), `${whole(connections.slowReaders)} slow readers closed`, rates.refusals > 1 ? "warn" : ""],
    ["Bans in force", whole(bans.inForce), `read ${whole(bans.ageSeconds)} s ago`],
    ["Heap", bytes(memory.heapUsed), share(memory.heapUsed, memory.heapMax), memory.heapUsed > 0.9 * memory.heapMax ? "warn" : ""],
    ["Waiting for clients", bytes(memory.buffered), share(memory.buffered, memory.bufferedLimit),
      memory.buffered > 0.8 * memory.bufferedLimit ? "bad" : ""],
    ["Direct memory", bytes(memory.direct), share(memory.direct, memory.directMax)],
    ["Event loop lag", ms(stats.eventLoopLagMs), "the worst loop", stats.eventLoopLagMs > 200 ? "bad" : ""],
  ];
}

function share(used, most) {
  return most > 0 ? `${Math.round((100 * used) / most)} % of ${bytes(most)}` : "without a bound";
}

function store({ store: { kind, operations }, health }) {
  const state = health.checks.store ?? "up";
  return card(
    "Store",
    el("p", { class: "line" }, pill(state, kindOf(state)), el("span", { text: ` ${kind}` })),
    table(
      "Operations of the last minute",
      [
        { title: "Operation", cell: (row) => words(row.operation) },
        { title: "A minute", number: true, cell: (row) => whole(row.lastMinute) },
        { title: "Mean", number: true, cell: (row) => (row.lastMinute > 0 ? ms(row.meanMs) : "–") },
        { title: "p99", number: true, cell: (row) => (row.lastMinute > 0 ? ms(row.p99Ms) : "–") },
      ],
      operations,
      { empty: "No operation is timed on this node." },
    ),
  );
}

function breakers({ breakers: { stages, services } }) {
  const rows = [
    ...Object.entries(stages).map(([name, open]) => ({ name: `stage ${name}`, text: open > 0 ? `${open} not asked` : "closed", kind: open > 0 ? "bad" : "good" })),
    ...Object.entries(services).map(([name, state]) => ({ name: words(name), text: words(state), kind: BREAKERS[state] ?? "plain" })),
  ];
  rows.sort((a, b) => a.name.localeCompare(b.name));
  const open = rows.filter((row) => row.kind !== "good");
  const closed = rows.filter((row) => row.kind === "good");
  return card(
    "Circuit breakers",
    el("p", { class: "muted line", text: "After several failures a stage or an outside service is not asked for a while." }),
    el(
      "dl",
      { class: "facts" },
      open.flatMap((row) => [el("dt", { text: row.name }), el("dd", {}, pill(row.text, row.kind))]),
      el("dt", { text: open.length === 0 ? "All closed" : "Closed" }),
      el("dd", { class: "chips" }, closed.map((row) => el("span", { class: "chip", text: row.name }))),
    ),
  );
}
