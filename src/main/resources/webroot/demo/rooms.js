/** The dialogs about rooms: find one, create one, look after one; and whom to write to. */
import { avatar, el, field, form, icon, openDialog } from "./dom.js";

const USER_ID = /^[A-Za-z0-9][A-Za-z0-9_.:@|+-]{0,127}$/;

export class RoomDialogs {
  #chat;
  #directory;
  #act;

  constructor(chat, directory, act) {
    this.#chat = chat;
    this.#directory = directory;
    this.#act = act;
  }

  browse() {
    openDialog("Rooms", (close) => {
      const list = el("ul", { class: "choice-list" }, el("li", { class: "empty" }, "Looking…"));
      this.#directory
        .refresh()
        .then((rooms) => list.replaceChildren(...rooms.map((room) => this.#choice(room, close))))
        .catch((failure) => list.replaceChildren(el("li", { class: "problem" }, failure.message)));
      return list;
    });
  }

  #choice(room, close) {
    const known = this.#chat.find("room", room.roomId);
    const enter = () => {
      close();
      location.hash = this.#chat.join(room).hash;
    };
    return el(
      "li",
      {},
      icon(room.visibility === "private" ? "lock" : "hash"),
      el("span", { class: "choice-name" }, room.name),
      room.role && room.role !== "member" && el("span", { class: "role" }, room.role),
      el("button", { type: "button", class: known ? "quiet" : "primary", "aria-label": `${known ? "Open" : "Join"} ${room.name}`, onclick: enter }, known ? "Open" : "Join"),
    );
  }

  create() {
    openDialog("Create a room", (close) =>
      form(
        async ({ name, visibility }) => {
          const conversation = await this.#directory.create(name.trim(), visibility);
          close();
          location.hash = conversation.hash;
        },
        "Create",
        field("Name", { name: "name", required: true, maxlength: 100, autofocus: true }),
        el(
          "fieldset",
          { class: "field" },
          el("legend", {}, "Who may enter"),
          el("label", { class: "radio" }, el("input", { type: "radio", name: "visibility", value: "public", checked: true }), "Everybody"),
          el("label", { class: "radio" }, el("input", { type: "radio", name: "visibility", value: "private" }), "Only members"),
        ),
      ),
    );
  }

  /** @param conversation the room to look after */
  settings(conversation) {
    const { room } = conversation;
    const rank = this.#chat.rank(conversation);
    openDialog(room.name, (close) => {
      const done = (promise, sentence) => this.#act(promise, sentence).then((went) => went && close());
      const link = el("p", { class: "hint" }, `Room id: `, el("code", {}, conversation.id));
      const leave = el("button", { type: "button", class: "quiet", onclick: () => done(this.#directory.leave(conversation), `You left ${room.name}`) }, icon("logout"), "Leave the room");
      const remove = el("button", { type: "button", class: "quiet danger", onclick: () => this.#confirmDelete(conversation, close) }, icon("trash"), "Delete the room");
      const isOwner = rank > 1 && room.createdAt;
      return [link, rank > 0 && this.#adding(conversation), isOwner && this.#renaming(conversation, close), el("div", { class: "choices" }, leave, isOwner && remove)].filter(Boolean);
    });
  }

  #adding(conversation) {
    const add = form(
      async ({ userId }) => {
        const id = this.#idOf(userId);
        const isMember = await this.#directory.setRole(conversation, id, "member");
        await this.#act(Promise.resolve(), `${this.#chat.people.name(id)} is ${isMember ? "a member of" : "invited to"} ${conversation.room.name}`);
        add.reset();
      },
      "Add",
      field("Add somebody", { name: "userId", required: true, maxlength: 128 }, "A name that you know from here, or a user's id. Somebody who was removed may come back."),
    );
    return add;
  }

  #renaming(conversation, close) {
    return form(
      async ({ name }) => {
        await this.#directory.rename(conversation, name.trim());
        close();
      },
      "Rename",
      field("Name", { name: "name", required: true, maxlength: 100, value: conversation.room.name }),
    );
  }

  #confirmDelete(conversation, close) {
    openDialog(`Delete ${conversation.room.name}?`, (closeThis) =>
      form(
        async () => {
          await this.#directory.delete(conversation);
          closeThis();
          close();
          this.#chat.leave(conversation);
        },
        "Delete",
        el("p", {}, "Everybody leaves, and the messages are gone. This can't be undone."),
      ),
    );
  }

  write() {
    openDialog("Write to somebody", (close) => {
      const open = (userId) => {
        close();
        location.hash = this.#chat.conversation("user", userId).hash;
      };
      const people = this.#chat.people.known.map((userId) => {
        const name = this.#chat.people.name(userId);
        return el("li", {}, el("button", { type: "button", class: "person", onclick: () => open(userId) }, avatar(userId, name, { size: "small", online: this.#chat.isOnline(userId) }), el("span", { class: "person-name" }, name)));
      });
      const byId = form(async ({ userId }) => open(this.#idOf(userId)), "Write", field("Name or user id", { name: "userId", required: true, maxlength: 128, autofocus: true }, "Each user finds their id under their own name, at the bottom left."));
      return [byId, people.length > 0 && el("ul", { class: "people scroll" }, ...people)].filter(Boolean);
    });
  }

  /** Of a name that was seen here, or of an id. */
  #idOf(text) {
    const wanted = text.trim();
    const { people } = this.#chat;
    const named = people.known.filter((userId) => people.name(userId).toLowerCase() === wanted.toLowerCase());
    if (named.length > 1) throw new Error("Several people have this name. Take the id.");
    const id = named[0] ?? wanted;
    if (!USER_ID.test(id)) throw new Error("That is neither a name seen here nor an id.");
    return id;
  }
}
