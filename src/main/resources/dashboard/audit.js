// The end of this node's audit file.

import { get, query } from "./api.js";
import { say } from "./dialogs.js";
import { button, el, pill, replace, table } from "./dom.js";
import { plain, time } from "./format.js";

const KEPT = 200;
const PAGE = 200;
const MOST_PAGES = 20;
const HIDDEN = new Set(["timestamp", "severity", "event", "node", "seq", "n", "prev", "hash", "mac", "chain", "message", "logger", "time"]);
const KINDS = { ERROR: "bad", WARN: "warn" };

export function audit() {
  const shown = el("div");
  const filter = el("input", { type: "search", placeholder: "Filter: event, user, address …", "aria-label": "Filter the lines", on: { input: () => show() } });
  let lines = [];
  let next = 0;
  let busy = false;

  const load = async (stats) => {
    if (busy) return;
    if (stats?.configured?.auditFile === false) {
      replace(shown, el("p", { class: "empty muted", text: "This node writes no audit file: audit.file.path is not set." }));
      filter.hidden = true;
      return;
    }
    busy = true;
    try {
      await read();
      show();
    } catch (failure) {
      say(failure.message, "bad");
    } finally {
      busy = false;
    }
  };
  /** The file is read forwards; only the newest lines are kept. A long file is read in parts, a few at each visit. */
  const read = async () => {
    for (let page = 0; page < MOST_PAGES; page++) {
      const answer = await get(query("/admin/audit", { after: next, limit: PAGE }));
      lines = [...lines, ...answer.events].slice(-KEPT);
      next = answer.next;
      if (!answer.more) return;
    }
  };
  const show = () => {
    const wanted = filter.value.trim().toLowerCase();
    const some = lines.filter((line) => !wanted || JSON.stringify(line).toLowerCase().includes(wanted)).reverse();
    replace(shown, table(
      `The newest ${some.length} of ${lines.length} lines that were read`,
      [
        { title: "Time", narrow: true, cell: (line) => (line.damaged ? "–" : moment(line)) },
        { title: "Event", cell: (line) => (line.damaged ? pill("damaged line", "bad") : pill(line.event ?? "–", KINDS[line.severity] ?? "plain")) },
        { title: "Details", cell: (line) => details(line) },
      ],
      some,
      { empty: "No line fits.", stack: true },
    ));
  };
  return {
    element: el(
      "div",
      { class: "stack" },
      el("div", { class: "head" }, el("h1", { text: "Audit log" }), button("Refresh", () => load(), { class: "quiet" })),
      el("p", { class: "muted", text: "Of this node, newest first. Reading it is an audit event itself. The command “audit verify” proves that no line was changed." }),
      filter,
      shown,
    ),
    enter: load,
    everyMs: 5_000,
  };
}

function moment(line) {
  const at = line.timestamp ?? line.time;
  return time(typeof at === "number" ? at : Date.parse(at));
}

function details(line) {
  const parts = Object.entries(line).filter(([name]) => !HIDDEN.has(name));
  return el("span", { class: "details" }, parts.map(([name, value]) =>
    el("span", {}, el("small", { class: "muted", text: `${name} ` }), el("span", { text: `${plain(typeof value === "object" ? JSON.stringify(value) : value)} ` }))));
}
