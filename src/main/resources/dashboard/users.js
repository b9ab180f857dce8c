// The users who are connected, on all nodes.

import { query } from "./api.js";
import { el, link, pill } from "./dom.js";
import { bytes, time, whole } from "./format.js";
import { listing, placed } from "./listing.js";
import { removal } from "./removal.js";

export function users() {
  const list = listing({
    view: "users",
    call: "/admin/users",
    rows: "users",
    what: "Users with a connection",
    search: "User",
    empty: "No user is connected.",
    columns: (filters, again) => [
      { title: "User", sort: "name", cell: (row) => link(query("connections", { userId: row.userId, roomId: filters.roomId }), row.userId, { "data-key": `user ${row.userId}` }) },
      { title: "Connections", sort: "connections", first: "descending", number: true, cell: (row) => whole(row.connections) },
      { title: "Nodes", cell: (row) => placed(row.nodes) },
      { title: "Rooms", sort: "rooms", first: "descending", number: true, cell: (row) => link(query("rooms", { userId: row.userId }), whole(row.rooms), { "aria-label": `Rooms of ${row.userId}: ${row.rooms}` }) },
      { title: "Waiting", sort: "waitingBytes", first: "descending", number: true, cell: (row) => bytes(row.waitingBytes) },
      { title: "Since", sort: "connectedAt", narrow: true, cell: (row) => time(row.connectedAt) },
      { title: "State", cell: (row) => (row.banned === undefined ? pill("bans not known") : row.banned ? pill("banned", "bad") : pill("not banned")) },
      { title: "Act", cell: (row) => el("span", { class: "acts" },
        link(query("sessions", { userId: row.userId }), "Sessions", { "aria-label": `Sessions of ${row.userId}` }),
        link(query("bans", { userId: row.userId }), "Ban …", { "aria-label": `Ban ${row.userId}` }),
        filters.roomId ? removal(filters.roomId, row.userId, again) : null) },
    ],
  });
  return {
    element: el("div", { class: "stack" }, el("h1", { text: "Users" }), el("p", { class: "muted", text: "Who is connected now, to any node. “Rooms” counts a room for each connection that has joined it." }), list.element),
    enter: (stats, params) => list.enter(params),
    everyMs: 5_000,
  };
}
