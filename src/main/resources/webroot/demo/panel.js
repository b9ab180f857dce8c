/** The right side: who is in the room, and what happened. */
import { avatar, el, iconButton, reconcile } from "./dom.js";
import { plural } from "./format.js";

const TABS = { people: "People", happened: "What happened" };

export class Panel {
  #chat;
  #root;
  #acts;
  #people = el("div", { id: "panel-people", role: "tabpanel", "aria-labelledby": "tab-people", class: "panel-body" });
  #happened;
  #tabs;
  #chosen = "people";

  constructor(chat, root, happened, acts) {
    this.#chat = chat;
    this.#root = root;
    this.#acts = acts;
    this.#happened = happened;
    this.#tabs = Object.entries(TABS).map(([name, label]) =>
      el("button", { type: "button", role: "tab", class: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}`, onclick: () => this.choose(name) }, label),
    );
    const tabs = el("div", { class: "tabs", role: "tablist", "aria-label": "Beside the conversation" }, ...this.#tabs);
    tabs.addEventListener("keydown", ({ key }) => {
      if (key !== "ArrowLeft" && key !== "ArrowRight") return;
      this.choose(this.#chosen === "people" ? "happened" : "people");
      this.#tabs.find((tab) => tab.tabIndex === 0).focus();
    });
    root.replaceChildren(el("header", { class: "panel-head" }, tabs, iconButton("close", "Close the side", acts.close)), this.#people, happened);
    chat.on("people", (conversation) => conversation === chat.current && this.#draw());
    chat.on("open", () => this.#draw());
    this.choose("people");
  }

  get chosen() {
    return this.#chosen;
  }

  choose(name) {
    this.#chosen = name;
    this.#tabs.forEach((tab) => {
      const is = tab.id === `tab-${name}`;
      tab.setAttribute("aria-selected", String(is));
      tab.tabIndex = is ? 0 : -1;
    });
    this.#people.hidden = name !== "people";
    this.#happened.hidden = name !== "happened";
  }

  #draw() {
    const { current } = this.#chat;
    if (!current) return this.#people.replaceChildren(el("p", { class: "empty" }, "Open a room to see who is there."));
    if (!current.isRoom) return this.#people.replaceChildren(this.#partner(current));
    if (current.status === "outside") return this.#people.replaceChildren(el("p", { class: "empty" }, "Join the room to see who is there."));
    const all = current.members.list((userId) => this.#chat.people.name(userId));
    const there = all.filter(({ online }) => online);
    const away = all.filter(({ online }) => !online);
    const sections = [
      { key: "there", title: `Here now: ${there.length}`, list: there },
      { key: "away", title: `Members who are away: ${away.length}`, list: away },
    ].filter(({ list }) => list.length > 0);
    if (this.#people.firstElementChild?.tagName !== "SECTION") this.#people.replaceChildren();
    reconcile(
      this.#people,
      sections.map((section) => ({ ...section, signature: JSON.stringify(section) })),
      ({ title, list }) => el("section", {}, el("h3", {}, title), el("ul", { class: "people" }, ...list.map((each) => this.#person(each)))),
    );
  }

  #person({ userId, name, online, role }) {
    const isMe = userId === this.#chat.me;
    return el(
      "li",
      {},
      el(
        "button",
        { type: "button", class: "person", "aria-label": name, onclick: () => this.#acts.profile(userId) },
        avatar(userId, name, { size: "small", online }),
        el("span", { class: "person-name" }, name, isMe && el("span", { class: "you" }, " you")),
        role && role !== "member" && el("span", { class: "role" }, role),
      ),
    );
  }

  #partner({ id }) {
    const name = this.#chat.people.name(id);
    const rooms = this.#chat.sharedRooms(id);
    return el(
      "div",
      { class: "partner" },
      avatar(id, name, { size: "large", online: this.#chat.isOnline(id) }),
      el("h3", {}, name),
      el("p", {}, this.#chat.isOnline(id) ? `Here now, in ${plural(rooms.length, "room")} with you` : "Away. Your messages wait for them."),
      el("button", { type: "button", class: "quiet", onclick: () => this.#acts.profile(id) }, "Profile"),
    );
  }
}
