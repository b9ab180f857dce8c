// The rooms that clients are in, on all nodes; and a room: its position, who is there, its members, and a message of the system.

import { call, get, newest, path, query } from "./api.js";
import { confirm, during, say } from "./dialogs.js";
import { button, card, el, field, link, pill, replace, table } from "./dom.js";
import { plain, time, whole } from "./format.js";
import { listing, placed } from "./listing.js";
import { removal } from "./removal.js";

export function rooms() {
  const found = el("div");
  const list = listing({
    view: "rooms",
    call: "/admin/rooms",
    rows: "rooms",
    what: "Rooms with a connection",
    search: "Room id begins with",
    empty: "No client has joined a room.",
    columns: () => [
      { title: "Room", sort: "name", cell: (row) => link(query("rooms", { roomId: row.roomId }), row.roomId, { "data-key": `room ${row.roomId}` }) },
      { title: "Name", cell: (row) => (row.name ? el("span", { class: "text", text: plain(row.name) }) : "–") },
      { title: "Kind", cell: (row) => pill(row.visibility ?? "of no user") },
      { title: "Connections", sort: "connections", first: "descending", number: true, cell: (row) => link(query("connections", { roomId: row.roomId }), whole(row.connections), { "aria-label": `Connections in ${row.roomId}: ${row.connections}` }) },
      { title: "Users", number: true, cell: (row) => link(query("users", { roomId: row.roomId }), row.present === undefined ? "show" : whole(row.present), { "aria-label": `Users in ${row.roomId}` }) },
      { title: "Nodes", cell: (row) => placed(row.nodes) },
      { title: "Position", number: true, cell: (row) => (row.seq === undefined ? "–" : whole(row.seq)) },
    ],
  });
  const all = el("div");
  const room = el("input", { id: "room-id", required: true, maxlength: 64, autocomplete: "off", spellcheck: "false", autocapitalize: "off" });
  let shown = "";
  let composer = null;

  const ask = newest((room) => get(path`/admin/rooms/${room}`));
  const load = async () => {
    const of = shown;
    if (!of) return;
    try {
      const view = await ask(of);
      if (view) show(of, view);
    } catch (failure) {
      if (failure.reason === "not_found") replace(found, el("p", { class: "empty muted", text: `There is no room ${of}, and nothing was ever said in it.` }));
      else say(failure.message, "bad");
    }
  };
  const show = (of, view) => {
    composer ??= messages(of);
    const present = view.presence;
    const facts = [
      ["Position", `seq ${whole(view.seq)}, epoch ${view.epoch}`],
      ["Connections", whole(view.connections) + (view.complete ? "" : " at least: a node did not answer")],
      ["Present users", present ? whole(present.count) : "not known now"],
      ["Visibility", view.visibility ?? "configured or granted by tokens"],
      ["Created", view.createdAt ? time(view.createdAt) : "by no user"],
    ];
    const parts = el("div", { class: "stack" },
      el("div", { class: "head" },
        el("p", { class: "acts" }, link("rooms", "All rooms"), link(query("users", { roomId: of }), "Users in it"), link(query("connections", { roomId: of }), "Connections in it")),
        button("Refresh", () => load(), { class: "quiet", "data-key": "refresh" })),
      card(view.name ? plain(view.name) : view.roomId,
        view.name && plain(view.name) !== view.roomId ? el("p", { class: "line" }, pill(view.roomId)) : null,
        el("dl", { class: "facts" }, facts.flatMap(([name, value]) => [el("dt", { text: name }), el("dd", { text: value })]))),
      el("div", { class: "columns" },
        table(
          present?.more ? `The first ${present.users.length} of ${whole(present.count)} present users` : "Present users",
          [{ title: "User", cell: (row) => userLink(row) }, { title: "Sessions", number: true, cell: (row) => whole(row.sessions) }],
          present?.users ?? [],
          { empty: present ? "No user is there." : "It is not known now who is there." },
        ),
        table(
          view.more ? `The first ${view.members.length} members` : "Members",
          [{ title: "User", cell: (row) => userLink(row) }, { title: "Role", cell: (row) => pill(row.role) }, { title: "Remove", cell: (row) => removal(of, row.userId, load) }],
          view.members,
          { empty: "This room has no members of its own." },
        )),
    );
    found.replaceChildren(el("div", { class: "stack" }, parts, composer));
  };
  const open = (of) => {
    if (shown !== of) {
      composer = null;
      found.replaceChildren();
    }
    shown = of;
    all.replaceChildren(...(of === "" ? [list.element] : []));
    return load();
  };
  return {
    element: el(
      "div",
      { class: "stack" },
      el("h1", { text: "Rooms" }),
      card(
        "Find",
        el(
          "form",
          { class: "row", on: { submit: (event) => {
            event.preventDefault();
            open(room.value.trim());
          } } },
          field("Room id", room, "Also of a room that no client is in"),
          el("div", { class: "actions" }, el("button", { type: "submit", class: "primary", text: "Show" })),
        ),
      ),
      found,
      all,
    ),
    enter(stats, params) {
      if (params) {
        const wanted = params.get("roomId") ?? "";
        if (wanted) room.value = wanted;
        open(wanted);
      } else if (shown) {
        return undefined; // the figures of a room stay until they are asked for again: a message may be half written
      }
      return shown ? undefined : list.enter(params);
    },
    everyMs: 5_000,
  };
}

function userLink({ userId }) {
  return link(query("connections", { userId }), userId, { "aria-label": `Connections of ${userId}` });
}

/** A call that gets no answer is repeated under the same key, so the message is published once. Another text is another message. */
function messages(room) {
  const text = el("textarea", { id: "room-message", rows: 2, maxlength: 1000, required: true });
  const send = el("button", { type: "submit", text: "Send …" });
  let unsure = {}; // the message of which it is not known whether it was published
  return card(
    "Say something as system",
    el(
      "form",
      { class: "stack", on: { submit: async (event) => {
        event.preventDefault();
        const agreed = await confirm({ title: `Send to all members of ${room}?`, text: "The message comes from the user system, and stays in the history of the room.", action: "Send" });
        if (!agreed) return;
        const content = text.value;
        const message = unsure.content === content ? unsure : { content, id: crypto.randomUUID() };
        unsure = message;
        const sent = await during(send, () => call("POST", path`/admin/rooms/${room}/messages`, message), "The message is stored and delivered.");
        if (sent === undefined) return;
        unsure = {};
        if (text.value === content) text.value = ""; // else it is the next one already
      } } },
      field("Message", text, "1 to 1,000 characters"),
      el("div", { class: "actions" }, send),
    ),
  );
}
