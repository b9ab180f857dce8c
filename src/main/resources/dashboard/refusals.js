// What the node refuses, and which limits were hit.

import { el, pill, replace, table } from "./dom.js";
import { whole, words } from "./format.js";
import { plot } from "./plot.js";

const KINDS = { frame: "frame", handshake: "handshake", token: "token" };

export function refusals() {
  const lists = el("div", { class: "columns" });
  const course = plot("Refusals a second", [{ name: "refusals", column: "refusals" }], (value) => whole(value * 10) / 10);
  return {
    element: el(
      "div",
      { class: "stack" },
      el("h1", { text: "Refusals and limits" }),
      el("p", { class: "muted", text: "Of this node, since its start. No figure names a user or an address; the audit log does." }),
      course.element,
      lists,
    ),
    update(stats, history) {
      course.draw(history, stats.time);
      replace(
        lists,
        table(
          "Refusals by reason",
          [
            { title: "What", cell: (row) => pill(KINDS[row.kind] ?? row.kind) },
            { title: "Reason", cell: (row) => words(row.reason) },
            { title: "Last minute", number: true, cell: (row) => whole(row.lastMinute) },
            { title: "Since the start", number: true, cell: (row) => whole(row.count) },
          ],
          stats.refusals,
          { empty: "Nothing was refused so far." },
        ),
        table(
          "Limits that were hit most",
          [
            { title: "Of", cell: (row) => pill(row.scope) },
            { title: "Window", cell: (row) => row.window },
            { title: "Frame", cell: (row) => (row.action === "none" ? "any" : words(row.action)) },
            { title: "Last minute", number: true, cell: (row) => whole(row.lastMinute) },
            { title: "Since the start", number: true, cell: (row) => whole(row.count) },
          ],
          stats.limits,
          { empty: "No limit refused a frame so far." },
        ),
      );
    },
  };
}
