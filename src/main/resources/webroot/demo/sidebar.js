/** The left side: the rooms of the user, those that they are invited to, and the people they write with. */
import { avatar, el, icon, iconButton, reconcile } from "./dom.js";

export class Sidebar {
  #chat;
  #rooms = el("ul", { class: "conversations", "aria-label": "Rooms" });
  #people = el("ul", { class: "conversations", "aria-label": "Direct messages" });
  #invited = el("ul", { class: "conversations", "aria-label": "Invitations" });
  #invitations;
  #acts;
  #drawing = false;

  /** @param acts what the buttons do: `browse`, `create`, `write`, `account`, and with an invitation `accept`, `decline` */
  constructor(chat, invitations, root, acts) {
    this.#chat = chat;
    this.#invitations = invitations;
    this.#acts = acts;
    const name = chat.people.name(chat.me);
    const role = el("span", { class: "role" });
    const drawRole = () => (role.textContent = { member: "", unverified: "not confirmed" }[chat.role] ?? chat.role);
    drawRole();
    chat.on("role", drawRole);
    root.replaceChildren(
      el("p", { class: "brand" }, el("img", { src: "/favicon.svg", alt: "", width: 26, height: 26 }), "Portcullis"),
      el(
        "nav",
        { "aria-label": "Conversations" },
        heading("Rooms", iconButton("compass", "Browse rooms", acts.browse), iconButton("plus", "Create a room", acts.create)),
        this.#invited,
        this.#rooms,
        heading("Direct messages", iconButton("plus", "Write to somebody", acts.write)),
        this.#people,
      ),
      el(
        "button",
        { type: "button", class: "account", onclick: acts.account },
        avatar(chat.me, name, { online: true }),
        el("span", { class: "account-name" }, name),
        role,
        icon("cog"),
      ),
    );
    for (const event of ["list", "open", "people"]) chat.on(event, () => this.#drawSoon());
    invitations.on("list", () => this.#drawSoon());
    this.#draw();
  }

  #drawSoon() {
    if (this.#drawing) return;
    this.#drawing = true;
    queueMicrotask(() => {
      this.#drawing = false;
      this.#draw();
    });
  }

  #draw() {
    const all = [...this.#chat.conversations.values()];
    const rooms = all.filter(({ isRoom }) => isRoom).sort((one, other) => one.room.name.localeCompare(other.room.name));
    const people = all.filter(({ isRoom }) => !isRoom).sort((one, other) => this.#name(one).localeCompare(this.#name(other)));
    reconcile(this.#invited, [...this.#invitations.open.values()].map((each) => this.#invitation(each)), (item) => this.#offer(item));
    reconcile(this.#rooms, rooms.map((each) => this.#item(each)), (item) => link(item));
    reconcile(this.#people, people.map((each) => this.#item(each)), (item) => link(item));
    const unread = all.reduce((sum, each) => sum + each.unread, 0);
    document.title = unread > 0 ? `(${unread}) Portcullis chat` : "Portcullis chat";
  }

  #name({ isRoom, room, id }) {
    return isRoom ? room.name : this.#chat.people.name(id);
  }

  #invitation({ roomId, name, role, byUserId }) {
    const item = { key: `invitation ${roomId}`, roomId, name, role, by: byUserId ? this.#chat.people.name(byUserId) : "The application" };
    return { ...item, signature: JSON.stringify(item) };
  }

  #offer(invitation) {
    const { name, role, by } = invitation;
    return el(
      "li",
      { class: "invitation" },
      el("p", {}, el("strong", {}, name), el("span", { class: "hint" }, role === "member" ? `${by} invites you` : `${by} asks you to be ${role}`)),
      iconButton("check", `Accept the invitation to ${name}`, () => this.#acts.accept(invitation)),
      iconButton("close", `Decline the invitation to ${name}`, () => this.#acts.decline(invitation)),
    );
  }

  #item(conversation) {
    const { key, hash, isRoom, id, room, unread, mentioned, status, kept } = conversation;
    const name = this.#name(conversation);
    const isOpen = conversation === this.#chat.current;
    const online = !isRoom && this.#chat.isOnline(id);
    const isOut = !kept || (status !== "joined" && status !== "joining");
    const item = { key, hash, isRoom, id, name, unread, mentioned, isOpen, online, isOut, isPrivate: room.visibility === "private" };
    return { ...item, signature: JSON.stringify(item) };
  }
}

function heading(text, ...buttons) {
  return el("div", { class: "section-head" }, el("h2", {}, text), ...buttons);
}

function link({ hash, isRoom, id, name, unread, mentioned, isOpen, online, isOut, isPrivate }) {
  const badge = unread > 0 && el("span", { class: `badge ${mentioned || !isRoom ? "strong" : ""}` }, unread > 99 ? "99+" : String(unread), el("span", { class: "visually-hidden" }, " unread"));
  return el(
    "li",
    {},
    el(
      "a",
      { href: hash, class: `conversation ${unread > 0 ? "unread" : ""} ${isOut ? "out" : ""}`, "aria-current": isOpen && "page" },
      isRoom ? icon(isPrivate ? "lock" : "hash") : avatar(id, name, { size: "small", online }),
      el("span", { class: "conversation-name" }, name),
      online && el("span", { class: "visually-hidden" }, ", online"),
      badge,
    ),
  );
}
