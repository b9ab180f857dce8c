/** The middle of the page: the messages of the conversation that is open, and who types. */
import { el, icon, iconButton, reconcile } from "./dom.js";
import { duration } from "./format.js";
import { plain } from "./markup.js";
import { MessageView } from "./message.js";

const TICK_MS = 500;
const NEAR_END_PX = 60;
const NEAR_BEGIN_PX = 200;
const OUTSIDE = {
  outside: "You are not in this room. Who is there sees that you come",
  removed: "You were removed from this room",
  room_deleted: "This room was deleted",
  not_member: "There is no such room, or you may not enter it",
  forbidden: "You may not enter this room",
  conflict: "You are in as many rooms as one connection may be in",
};

export class Messages {
  #chat;
  #view;
  #scroller;
  #list = el("ol", { class: "messages" });
  #begin = el("div", { class: "begin" });
  #outside = el("div", { class: "outside", hidden: true });
  #jump;
  #typing;
  #drawing = false;
  #atEnd = true;

  constructor(chat, files, acts, { scroller, typing, jump }) {
    this.#chat = chat;
    this.#scroller = scroller;
    this.#typing = typing;
    this.#jump = jump;
    this.#view = new MessageView(chat.people, files, { ...acts, show: (messageId) => this.show(messageId), mayWrite: () => !chat.unverified, timeLeft: (message) => chat.timeLeft(message), mayDelete: () => chat.rank(chat.current) > 0 });
    scroller.replaceChildren(this.#begin, this.#list, this.#outside);
    jump.addEventListener("click", () => this.#toNewest());
    scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    this.#list.addEventListener("keydown", (event) => this.#key(event));
    this.#list.addEventListener("focusin", ({ target }) => this.#focusable(target.closest(".message")));
    for (const name of ["timeline", "people"]) chat.on(name, (conversation) => conversation === chat.current && this.#drawSoon());
    chat.on("signals", (conversation) => conversation === chat.current && this.#drawTyping());
    chat.on("open", () => this.#opened());
    chat.on("role", () => this.#drawSoon());
    setInterval(() => this.#countDown(), TICK_MS);
    const looked = () => this.#read();
    document.addEventListener("visibilitychange", looked);
    addEventListener("focus", looked);
    new ResizeObserver(() => this.#atEnd && this.#toEnd()).observe(scroller);
    new ResizeObserver(() => this.#atEnd && this.#toEnd()).observe(this.#list); // such as when an image has come
  }

  /** Brings a message into view that was just read. */
  reveal(messageId) {
    this.#atEnd = false;
    this.#draw();
    this.show(messageId);
  }

  /** Brings a message into view, if it is there, and marks it for a moment. */
  show(messageId) {
    const node = this.#list.querySelector(`[data-id="${CSS.escape(messageId)}"]`);
    if (!node) return;
    this.#atEnd = false;
    node.scrollIntoView({ block: "center" });
    node.focus({ preventScroll: true });
    node.classList.add("shown");
    node.addEventListener("animationend", () => node.classList.remove("shown"), { once: true });
  }

  #opened() {
    this.#atEnd = true;
    this.#list.replaceChildren();
    this.#draw();
    this.#drawTyping();
    this.#toEnd();
  }

  /** Once for each frame of the screen, however many messages have come. */
  #drawSoon() {
    if (this.#drawing) return;
    this.#drawing = true;
    const draw = () => {
      if (!this.#drawing) return;
      this.#drawing = false;
      this.#draw();
    };
    requestAnimationFrame(draw);
    setTimeout(draw, 200); // a page in the background has no frames
  }

  #draw() {
    const conversation = this.#chat.current;
    if (!conversation) return this.#drawNothing();
    const { timeline } = conversation;
    const fromEnd = this.#scroller.scrollHeight - this.#scroller.scrollTop;
    const oldest = this.#list.querySelector(".message");
    const readers = timeline.readers(conversation.marks, this.#chat.me);
    const rank = this.#chat.rank(conversation);
    const rows = timeline.rows({ newFrom: conversation.newFrom, readers });
    const named = rows.map((row) => ({ ...row, signature: `${row.signature},${row.entry ? this.#chat.people.name(row.entry.userId) : ""},${rank},${this.#chat.unverified}` }));
    reconcile(this.#list, named, (row) => this.#view.build(row));
    this.#drawEnds(conversation);
    if (this.#atEnd && !timeline.newer) this.#toEnd();
    else if (oldest && oldest.previousElementSibling) this.#scroller.scrollTop = this.#scroller.scrollHeight - fromEnd; // older ones came above
    this.#jump.hidden = this.#atEnd && !timeline.newer;
    if (!this.#list.contains(document.activeElement)) this.#focusable([...this.#list.querySelectorAll(".message")].at(-1));
    this.#read();
  }

  #drawNothing() {
    this.#list.replaceChildren();
    this.#outside.hidden = this.#jump.hidden = true;
    this.#begin.replaceChildren(el("div", { class: "first" }, icon("compass"), el("h2", {}, "Nothing is open"), el("p", {}, "Find a room on the left, or create one.")));
  }

  #drawEnds({ timeline, loading, isRoom, room, id, kept, status, statusReason }) {
    const name = isRoom ? room.name : this.#chat.people.name(id);
    const paused = loading ? this.#chat.pausedMs("history") : 0;
    const beginning = timeline.loaded && !timeline.more;
    const talk = kept ? `Here you and ${name} write to each other, and only you two read it.` : `You and ${name} have not written to each other. Once you do, the conversation stays in your list.`;
    const older = el("button", { type: "button", class: "quiet", onclick: () => this.#older() }, "Earlier messages");
    this.#begin.replaceChildren(
      ...(loading ? [el("p", { class: "loading" }, paused > 0 ? `To stay within the limits, reading goes on in ${duration(paused)}` : "Reading the history…")] : []),
      ...(timeline.more && !loading ? [older] : []),
      ...(beginning ? [el("div", { class: "first" }, icon(isRoom ? "hash" : "at"), el("h2", {}, name), el("p", {}, isRoom ? "This is where the room begins. Say hello." : talk))] : []),
    );
    this.#outside.hidden = status === "joined" || status === "joining";
    const words = OUTSIDE[status] ?? "This room can't be entered right now";
    const button = (className, text, onclick) => el("button", { type: "button", class: className, onclick }, text);
    const leave = button("quiet", "Take it off the list", () => this.#chat.drop(this.#chat.current));
    const join = status === "outside" && button("primary", `Join ${name}`, () => this.#chat.join(room));
    this.#outside.replaceChildren(icon(join ? "hash" : "lock"), el("p", {}, `${words}${statusReason ? `: ${plain(statusReason)}` : ""}.`), join || leave);
  }

  /** Counts down how long the history waits, and how long messages last, and ends those that are over. */
  #countDown() {
    this.#chat.endThose();
    this.#view.tick(this.#list);
    const { current } = this.#chat;
    if (current?.loading && this.#chat.pausedMs("history") > 0) this.#drawEnds(current);
  }

  #drawTyping() {
    const names = (this.#chat.current?.typists ?? []).map((userId) => this.#chat.people.name(userId));
    const words = names.length > 3 ? "Several people are typing" : names.length > 0 ? `${names.join(names.length > 2 ? ", " : " and ")} ${names.length > 1 ? "are" : "is"} typing` : "";
    const dots = [1, 2, 3].map(() => el("i"));
    this.#typing.replaceChildren(...(words ? [el("span", { class: "dots", "aria-hidden": "true" }, ...dots), words] : []));
  }

  // -- reading

  #toNewest() {
    const { current } = this.#chat;
    if (current?.timeline.newer) this.#chat.loadNewest(current);
    this.#toEnd();
  }

  #toEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#atEnd = true;
    this.#jump.hidden = true;
    this.#read();
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    const { current } = this.#chat;
    const fromEnd = scrollHeight - scrollTop - clientHeight;
    this.#atEnd = fromEnd < NEAR_END_PX && !current?.timeline.newer;
    this.#jump.hidden = this.#atEnd;
    if (fromEnd < NEAR_BEGIN_PX && current && !current.loading && this.#chat.isConnected) this.#chat.loadNewer(current);
    if (scrollTop < NEAR_BEGIN_PX && !this.#atEnd) this.#older();
    this.#read();
  }

  #older() {
    const { current } = this.#chat;
    if (current?.timeline.more && !current.loading && this.#chat.isConnected) this.#chat.load(current, true);
  }

  #read() {
    const { current } = this.#chat;
    const isSeen = document.visibilityState === "visible" && document.hasFocus() && this.#atEnd;
    if (current?.status === "joined" && current.timeline.loaded && isSeen) this.#chat.markRead(current);
  }

  // -- keyboard: one message is in the order of the Tab key, arrows go to the others

  #focusable(message) {
    if (!message) return;
    for (const other of this.#list.querySelectorAll(".message[tabindex='0']")) other.tabIndex = -1;
    message.tabIndex = 0;
  }

  #key(event) {
    const message = event.target.closest(".message");
    if (!message || event.target !== message) return;
    const all = [...this.#list.querySelectorAll(".message")];
    const at = all.indexOf(message);
    const next = { ArrowUp: all[at - 1], ArrowDown: all[at + 1], Home: all[0], End: all[all.length - 1] }[event.key];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }
}

export const jumpButton = () => iconButton("down", "To the newest message", undefined, { class: "icon-button jump", hidden: true });
