// The nodes of the cluster as this one sees them, and the stop of this one.

import { call, query } from "./api.js";
import { all } from "./checks.js";
import { confirm, during } from "./dialogs.js";
import { button, card, el, link, pill, replace, table } from "./dom.js";
import { bytes, ms, rate, span, whole } from "./format.js";

const STALE_MS = 5_000;

export function nodes() {
  const list = el("div");
  const load = el("div", { class: "stack" });
  const health = el("div");
  const stop = button("Drain and stop this node …", () => drain(), { class: "danger" });
  let seen = null;
  const drain = async () => {
    const node = seen.node;
    const agreed = await confirm({
      title: "Drain and stop this node?",
      text: `${node} refuses new connections, gives each open one a slot to reconnect elsewhere, and then its process ends. There is no way back from here: what runs the process has to start it again.`,
      action: "Drain and stop",
      typed: node,
    });
    if (agreed && (await during(stop, () => call("POST", "/admin/drain"), "The node drains, and ends.")) !== undefined) {
      stop.disabled = true;
      seen.state = "draining"; // it may be gone before it says so itself
    }
  };
  return {
    element: el(
      "div",
      { class: "stack" },
      el("h1", { text: "Nodes and stages" }),
      load,
      list,
      card("Health of this node", health),
      card(
        "Stop this node",
        el("p", { class: "muted", text: "A planned stop, as by SIGTERM: clients are told when to reconnect, and nothing that was acknowledged is lost." }),
        el("div", { class: "actions" }, stop),
      ),
    ),
    update(stats) {
      seen = stats;
      stop.disabled = stats.state === "draining";
      replace(health, all(stats.health.checks));
      replace(load, missing(stats), loads(stats));
      replace(list, table(
        `${stats.nodes.length === 1 ? "One node" : `${stats.nodes.length} nodes`}, seen from ${stats.node}`,
        [
          { title: "Node", cell: (row) => name(row, stats) },
          { title: "State", cell: (row) => state(row, stats) },
          { title: "Stages", cell: (row) => stages(row.stages) },
          { title: "Version", cell: (row) => row.version || "–" },
          { title: "Lease seen", number: true, cell: (row) => (row.seenMs < 1000 ? "now" : `${span(row.seenMs)} ago`) },
        ],
        stats.nodes,
      ));
    },
  };
}

function name(row, stats) {
  return el("span", {}, el("strong", { text: row.node }),
    row.self ? el("small", { class: "muted", text: ` this node, incarnation ${stats.incarnation.split(":").at(-1)}` }) : null);
}

export function missing({ totals }) {
  return totals.missing.length === 0 ? null : el("p", { class: "notice warn" }, pill("not complete", "warn"),
    el("span", { text: `${totals.missing.join(", ")} did not answer within a second: the sums lack ${totals.missing.length === 1 ? "it" : "them"}.` }));
}

/** The sums are the last row. */
function loads({ nodes: rows, totals }) {
  const figure = (title, of, sum) => ({ title, number: true, cell: (row) => (row.totals ? (sum ? sum(row.totals) : "–") : row.load ? of(row.load) : "–") });
  return table(
    "Load",
    [
      { title: "Node", cell: (row) => (row.totals ? el("strong", { text: "All nodes" }) : el("span", {}, el("strong", { text: row.node }), row.load ? null : pill("no answer", "bad"))) },
      { title: "Connections", number: true, cell: (row) => (row.totals ? whole(row.totals.connections) : row.load ? link(query("connections", { node: row.node }), whole(row.load.connections), { "data-key": `connections ${row.node}`, "aria-label": `Connections of ${row.node}: ${row.load.connections}` }) : "–") },
      figure("Anonymous", (load) => whole(load.anonymous), (sums) => whole(sums.anonymous)),
      figure("Frames / s", (load) => rate(load.frames), (sums) => rate(sums.frames)),
      figure("Messages / s", (load) => rate(load.messages), (sums) => rate(sums.messages)),
      figure("Deliveries / s", (load) => rate(load.deliveries), (sums) => rate(sums.deliveries)),
      figure("Refusals / s", (load) => rate(load.refusals), (sums) => rate(sums.refusals)),
      figure("CPU", (load) => `${Math.round(100 * load.cpu)} %`),
      figure("Heap", (load) => (load.heapMax > 0 ? `${Math.round((100 * load.heapUsed) / load.heapMax)} % of ${bytes(load.heapMax)}` : bytes(load.heapUsed))),
      figure("Lag", (load) => ms(load.eventLoopLagMs)),
      figure("Buffered", (load) => bytes(load.buffered)),
      figure("Slow readers", (load) => bytes(load.outboxBytes), (sums) => bytes(sums.outboxBytes)),
    ],
    rows.length > 1 ? [...rows, { totals }] : rows,
    { dense: true },
  );
}

function state(row, stats) {
  if (!row.reachable) return pill("unreachable", "bad");
  if (!row.load) return pill("no answer", "bad");
  if (row.seenMs > STALE_MS) return pill("row is old", "warn");
  if (row.self) return pill(stats.state, stats.state === "serving" ? "good" : "warn");
  const served = Object.keys(row.stages);
  if (served.length === 0) return pill("starting or leaving", "warn");
  return pill(row.load.state, row.load.state === "serving" ? "good" : "warn");
}

function stages(counts) {
  const names = Object.entries(counts);
  return names.length === 0
    ? "none"
    : el("span", { class: "chips" }, names.map(([stage, count]) => el("span", { class: "chip", text: `${stage} ${count}` })));
}
