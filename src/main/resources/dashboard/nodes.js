// The nodes of the cluster as this one sees them, and the stop of this one.

import { call } from "./api.js";
import { all } from "./checks.js";
import { confirm, during } from "./dialogs.js";
import { button, card, el, pill, replace, table } from "./dom.js";
import { span } from "./format.js";

const STALE_MS = 5_000;

export function nodes() {
  const list = el("div");
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

function state(row, stats) {
  if (!row.reachable) return pill("unreachable", "bad");
  if (row.seenMs > STALE_MS) return pill("row is old", "warn");
  if (row.self) return pill(stats.state, stats.state === "serving" ? "good" : "warn");
  const served = Object.keys(row.stages);
  if (served.length === 0) return pill("starting or leaving", "warn");
  return pill("serving", "good");
}

function stages(counts) {
  const names = Object.entries(counts);
  return names.length === 0
    ? "none"
    : el("span", { class: "chips" }, names.map(([stage, count]) => el("span", { class: "chip", text: `${stage} ${count}` })));
}
