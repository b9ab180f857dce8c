// The connections that have a session, on all nodes.

import { call, path, query } from "./api.js";
import { confirm, during } from "./dialogs.js";
import { button, el, link } from "./dom.js";
import { bytes, span, time, whole, words } from "./format.js";
import { listing } from "./listing.js";

export function connections() {
  const list = listing({
    view: "connections",
    call: "/admin/connections",
    rows: "connections",
    what: "Connections",
    search: "User or address",
    empty: "No client is connected.",
    columns: (filters, again) => [
      { title: "User", sort: "name", cell: (row) => link(query("sessions", { userId: row.userId }), row.userId, { "data-key": `user ${row.sessionId}`, "aria-label": `Sessions of ${row.userId}` }) },
      { title: "Role", sort: "role", cell: (row) => row.role },
      { title: "Node", sort: "node", cell: (row) => link(query("connections", { ...filters, node: row.node }), row.node, { "aria-label": `Connections of ${row.node}` }) },
      { title: "Address", sort: "ip", cell: (row) => link(query("bans", { ip: row.ip }), row.ip, { "aria-label": `Ban ${row.ip}` }) },
      { title: "Transport", sort: "transport", cell: (row) => words(row.transport) },
      { title: "Since", sort: "connectedAt", narrow: true, cell: (row) => time(row.connectedAt) },
      { title: "Last frame", sort: "lastActivityAt", narrow: true, cell: (row) => `${span(Date.now() - row.lastActivityAt)} ago` },
      { title: "Rooms", sort: "rooms", first: "descending", number: true, cell: (row) => link(query("rooms", { userId: row.userId }), whole(row.rooms), { "aria-label": `Rooms of ${row.userId}: ${row.rooms}` }) },
      { title: "Waiting", sort: "waitingBytes", first: "descending", number: true, cell: (row) => bytes(row.waitingBytes) },
      { title: "End", cell: (row) => end(row, again) },
    ],
  });
  return {
    element: el("div", { class: "stack" }, el("h1", { text: "Connections" }), el("p", { class: "muted", text: "Those with a session. How many have not authenticated yet is on “Nodes”." }), list.element),
    enter: (stats, params) => list.enter(params),
    everyMs: 5_000,
  };
}

function end(row, again) {
  const control = button("End", async () => {
    const agreed = await confirm({
      title: `End a connection of ${row.userId}?`,
      text: `The connection from ${row.ip} to ${row.node} is closed within a second, with its session ${row.sessionId}. Its token stays good: ${row.userId} may connect with it again.`,
      action: "End the connection",
    });
    if (agreed && (await during(control, () => call("DELETE", path`/admin/sessions/${row.sessionId}`), "The connection has ended.")) !== undefined) await again();
  }, { "data-key": row.sessionId, "aria-label": `End the connection ${row.sessionId} of ${row.userId}` });
  return control;
}
