/** The elements of one conversation: a day, a message, a notice. */
import { avatar, el, icon, iconButton } from "./dom.js";
import { clock, dayName, duration, full, shortClock } from "./format.js";
import { plain, render } from "./markup.js";
import { shownText } from "./timeline.js";

const MAX_READERS = 5;
const QUOTE_LENGTH = 120;

const cut = (text) => (text.length > QUOTE_LENGTH ? `${text.slice(0, QUOTE_LENGTH)}…` : text).replace(/\s+/g, " ");

/** Makes the elements of rows. `acts` are what a user can do with a message. */
export class MessageView {
  #people;
  #files;
  #acts;

  constructor(people, files, acts) {
    this.#people = people;
    this.#files = files;
    this.#acts = acts;
  }

  build(row) {
    if (row.kind === "day") return el("li", { class: "divider day" }, el("span", {}, dayName(row.timestamp)));
    if (row.kind === "new") return el("li", { class: "divider new" }, el("span", {}, "New"));
    return row.kind === "removal" ? this.#removal(row.entry) : this.#message(row);
  }

  #removal({ userId, reason, timestamp }) {
    const why = reason ? `: ${plain(reason)}` : "";
    return el("li", { class: "divider removal" }, el("span", {}, `${this.#people.name(userId)} is no longer in the room${why}, ${clock(timestamp)}`));
  }

  /** Shows again how long messages still last. */
  tick(list) {
    for (const node of list.querySelectorAll(".ends")) node.textContent = this.#endsIn({ timestamp: Number(node.dataset.from), expiresInMs: Number(node.dataset.lasts) });
  }

  #endsIn(entry) {
    return `ends in ${duration(this.#acts.timeLeft(entry))}`;
  }

  #ends(entry) {
    return el("span", { class: "ends", "data-from": entry.timestamp, "data-lasts": entry.expiresInMs }, this.#endsIn(entry));
  }

  #message(row) {
    const { entry } = row;
    const isAuthorKnown = entry.userId !== ""; // the history has a deleted message without it
    const compact = row.compact || !isAuthorKnown;
    const name = this.#people.name(entry.userId);
    const isMine = entry.userId === this.#people.me;
    const time = el("time", { datetime: new Date(entry.timestamp).toISOString(), title: full(entry.timestamp) }, (compact ? shortClock : clock)(entry.timestamp));
    return el(
      "li",
      { class: `message ${compact ? "compact" : ""} ${isMine ? "mine" : ""} ${entry.state ?? ""}`, tabindex: -1, "data-id": entry.messageId },
      compact ? el("span", { class: "gutter" }, time) : avatar(entry.userId, name),
      el(
        "div",
        { class: "body" },
        compact ? isAuthorKnown && el("span", { class: "visually-hidden" }, `${name}:`) : this.#head(entry, name, time),
        ...(entry.deleted ? [this.#deleted(entry)] : this.#content(row)),
        entry.kind === "message" && !entry.deleted && entry.expiresInMs !== undefined && this.#ends(entry),
        entry.kind === "pending" && this.#pending(entry),
        row.readBy.length > 0 && this.#readers(row.readBy),
      ),
      entry.kind === "message" && !entry.deleted && this.#acts.mayWrite() && this.#actions(entry, isMine),
    );
  }

  #head({ userId }, name, time) {
    const isPerson = userId !== "system" && userId !== "deleted";
    const author = isPerson ? el("button", { type: "button", class: "author", onclick: () => this.#acts.profile(userId) }, name) : el("span", { class: "author" }, name);
    return el("div", { class: "head" }, author, time);
  }

  #deleted({ userId, deletedBy, expired }) {
    if (expired) return el("p", { class: "text gone" }, "This message has ended, as its author set it.");
    const by = deletedBy && deletedBy !== userId && userId !== "" ? ` by ${this.#people.name(deletedBy)}` : "";
    return el("p", { class: "text gone" }, `This message was deleted${by}.`);
  }

  #content({ entry, quoted }) {
    const text = entry.kind === "pending" || entry.provisional ? [entry.text] : render(entry, this.#people.name(this.#people.me));
    const attachments = (entry.attachments ?? []).map((each) => this.#files.show(each, this.#acts.problem));
    return [
      entry.replyTo && this.#quote(entry, quoted),
      el("div", { class: "text" }, ...text, entry.edited > 0 && el("span", { class: "edited" }, " (edited)")),
      attachments.length > 0 && el("div", { class: "attachments" }, ...attachments),
    ];
  }

  #quote({ replyTo }, quoted) {
    const words = quoted ? (quoted.deleted ? "deleted message" : cut(shownText(quoted))) : "an earlier message";
    return el(
      "button",
      { type: "button", class: "quote", "aria-label": `In reply to ${words}`, onclick: () => this.#acts.show(replyTo) },
      quoted?.userId && el("strong", {}, this.#people.name(quoted.userId)),
      el("span", {}, words),
    );
  }

  #pending(entry) {
    if (entry.state === "sending") return el("p", { class: "sending" }, "Sending…");
    return el(
      "p",
      { class: "failed-line" },
      icon("warning"),
      el("span", {}, `Not sent. ${entry.problem}`),
      el("button", { type: "button", class: "link", onclick: () => this.#acts.again(entry) }, "Try again"),
      el("button", { type: "button", class: "link", onclick: () => this.#acts.discard(entry) }, "Discard"),
    );
  }

  #readers(readBy) {
    const names = readBy.map((userId) => this.#people.name(userId));
    return el(
      "div",
      { class: "readers", title: `Read by ${names.join(", ")}` },
      el("span", { class: "visually-hidden" }, `Read by ${names.join(", ")}`),
      ...readBy.slice(0, MAX_READERS).map((userId) => avatar(userId, this.#people.name(userId), { size: "tiny" })),
      readBy.length > MAX_READERS && el("span", { class: "more", "aria-hidden": "true" }, `+${readBy.length - MAX_READERS}`),
    );
  }

  #actions(entry, isMine) {
    return el(
      "div",
      { class: "actions", role: "group", "aria-label": "What to do with the message" },
      iconButton("reply", "Reply", () => this.#acts.reply(entry)),
      isMine && iconButton("edit", "Edit", () => this.#acts.edit(entry)),
      (isMine || this.#acts.mayDelete()) && iconButton("trash", "Delete", () => this.#acts.delete(entry)),
    );
  }
}
