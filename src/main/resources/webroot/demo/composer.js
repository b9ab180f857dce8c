/** Where the user writes: a message, a reply, an edit, with files. */
import { el, icon, iconButton } from "./dom.js";
import { cleanName, namesOf } from "./files.js";
import { duration, plural, size } from "./format.js";
import { Outbox, explain } from "./outbox.js";
import { shownText, textOf } from "./timeline.js";

const ROOM_LENGTH = 1_000;
const DIRECT_LENGTH = 5_000;
const MAX_FILES = 10;
const ENDS = [[10_000, "10 seconds"], [60_000, "1 minute"], [3_600_000, "1 hour"], [86_400_000, "1 day"], [604_800_000, "1 week"]];
const SHOW_PAUSE_MS = 1_500;
const TICK_MS = 500;
const WRONG = { "/name": "A file can't have this name.", "/mime": "Files of this type are not taken.", "/size": "The file is too large." };

export class Composer {
  #chat;
  #outbox;
  #files;
  #about; // {kind: "reply" | "edit", entry}, and of an edit the draft that it waits for: {text, about}
  #attached = [];
  #pausedSince = 0;

  #bar = el("div", { class: "about", hidden: true });
  #chips = el("ul", { class: "chips", "aria-label": "Files", hidden: true });
  #text = el("textarea", { id: "say", rows: 1, "aria-label": "Message", enterkeyhint: "send" });
  #count = el("span", { class: "count", hidden: true });
  #send = iconButton("send", "Send", undefined, { type: "submit", class: "icon-button send" });
  #input = el("input", { type: "file", multiple: true, hidden: true });
  #attach = iconButton("clip", "Attach files", () => this.#input.click());
  #ends = el("select", { class: "ends-choice", "aria-label": "How long your messages last" });
  #endsLabel = el("label", { class: "ends-label", title: "How long your messages last" }, icon("clock"), this.#ends);
  #waiting = el("p", { class: "waiting", hidden: true });

  constructor(chat, outbox, files, form) {
    this.#chat = chat;
    this.#outbox = outbox;
    this.#files = files;
    form.replaceChildren(this.#waiting, this.#bar, this.#chips, el("div", { class: "line" }, this.#attach, this.#input, this.#endsLabel, this.#text, this.#count, this.#send));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#text.addEventListener("keydown", (event) => this.#key(event));
    this.#text.addEventListener("input", () => this.#typed());
    this.#text.addEventListener("paste", (event) => this.#take(event.clipboardData.files, event));
    this.#input.addEventListener("change", () => {
      this.#take(this.#input.files);
      this.#input.value = "";
    });
    const pane = form.parentElement;
    pane.addEventListener("dragover", (event) => event.preventDefault());
    pane.addEventListener("drop", (event) => this.#take(event.dataTransfer.files, event));
    chat.on("open", () => this.#opened());
    for (const name of ["timeline", "people"]) chat.on(name, (conversation) => conversation === chat.current && this.#draw());
    chat.on("role", () => this.#draw());
    const offered = ENDS.filter(([ms]) => ms <= chat.longestEndMs);
    this.#ends.replaceChildren(el("option", { value: "" }, "Stays"), ...offered.map(([ms, name]) => el("option", { value: ms }, name)));
    this.#endsLabel.hidden = offered.length === 0;
    this.#ends.addEventListener("change", () => this.#drawEnds());
    setInterval(() => this.#drawWaiting(), TICK_MS);
  }

  #conversation;

  /** A choice holds for its conversation, until the page is closed. */
  #drawEnds() {
    if (this.#conversation) this.#conversation.endsInMs = Number(this.#ends.value) || undefined;
    this.#endsLabel.classList.toggle("chosen", this.#ends.value !== "");
  }

  #opened() {
    if (this.#conversation) this.#conversation.draft = this.#draft.text;
    this.#conversation = this.#chat.current;
    this.#ends.value = this.#conversation?.endsInMs ?? "";
    this.#drawEnds();
    this.#about = undefined;
    this.#attached = [];
    this.#text.value = this.#conversation?.draft ?? "";
    this.#takeBackEdit();
    this.#draw();
    this.#fit();
    if (this.#conversation && matchMedia("(hover: hover)").matches) this.#text.focus();
  }

  /** What the user writes besides an edit. */
  get #draft() {
    return this.#about?.kind === "edit" ? this.#about.draft : { text: this.#text.value, about: this.#about };
  }

  reply(entry) {
    if (this.#about?.kind === "edit") this.cancel();
    this.#about = { kind: "reply", entry };
    this.#draw();
    this.#text.focus();
  }

  edit(entry, text = textOf(entry)) {
    this.#about = { kind: "edit", entry, draft: this.#draft };
    this.#text.value = text;
    this.#draw();
    this.#fit();
    this.#text.focus();
  }

  /** Returns whether there was something to give up. */
  cancel() {
    if (!this.#about) return false;
    const { text, about } = this.#about.kind === "edit" ? this.#about.draft : { text: this.#text.value };
    this.#text.value = text;
    this.#about = about;
    this.#draw();
    this.#fit();
    return true;
  }

  get #limit() {
    return this.#conversation?.isRoom ? ROOM_LENGTH : DIRECT_LENGTH;
  }

  #draw() {
    const { current, unverified } = this.#chat;
    const name = current && (current.isRoom ? `#${current.room.name}` : this.#chat.people.name(current.id));
    const isIn = current?.status === "joined" || current?.status === "joining";
    this.#text.disabled = this.#send.disabled = this.#attach.disabled = this.#ends.disabled = !isIn || unverified;
    const hindrance = unverified ? "Confirm your address to write" : "You can't write here";
    const invitation = current?.status === "outside" ? "Join the room to write" : this.#text.disabled ? hindrance : current?.muted ? "You are muted here for now" : `Message ${name}`;
    this.#text.placeholder = current ? invitation : "";
    this.#bar.hidden = !this.#about;
    if (this.#about) {
      const { kind, entry } = this.#about;
      const words = kind === "reply" ? [el("strong", {}, this.#chat.people.name(entry.userId)), el("span", {}, shownText(entry))] : [el("strong", {}, "Edit message"), el("span", {}, "Escape gives up")];
      this.#bar.replaceChildren(icon(kind), ...words, iconButton("close", kind === "reply" ? "Do not reply" : "Do not edit", () => this.cancel()));
    }
    this.#chips.hidden = this.#attached.length === 0;
    this.#chips.replaceChildren(...this.#attached.map((each) => this.#chip(each)));
  }

  #chip(each) {
    const remove = iconButton("close", `Remove ${each.file.name}`, () => {
      this.#attached = this.#attached.filter((other) => other !== each);
      this.#draw();
    });
    each.bar = el("progress", { max: 1, value: each.progress, "aria-label": `Upload of ${each.file.name}`, hidden: each.attachment !== undefined });
    return el("li", { class: "chip" }, icon("file"), el("span", { class: "file-name" }, each.file.name), el("span", { class: "file-size" }, size(each.file.size)), each.bar, remove);
  }

  #drawWaiting() {
    const sending = this.#chat.current?.timeline.pending.filter(({ state }) => state === "sending").length ?? 0;
    const pausedMs = this.#chat.pausedMs();
    this.#pausedSince = sending > 0 ? this.#pausedSince || Date.now() : 0;
    const isLong = sending > 0 && Date.now() - this.#pausedSince > SHOW_PAUSE_MS;
    this.#waiting.hidden = !isLong;
    if (isLong) this.#waiting.textContent = pausedMs > 0 || !this.#chat.isConnected ? Outbox.waiting(sending, this.#chat.isConnected ? pausedMs : 0, duration) : `${plural(sending, "message")} on the way`;
  }

  #key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "ArrowUp" && this.#text.value === "" && !this.#about) {
      const last = this.#chat.current?.timeline.lastOf(this.#chat.me);
      if (!last) return;
      event.preventDefault();
      this.edit(last);
    }
  }

  #typed() {
    this.#fit();
    const { current } = this.#chat;
    if (current?.tellsTyping && this.#chat.isConnected && this.#about?.kind !== "edit") this.#chat.target(current).typing(this.#text.value !== "");
  }

  #fit() {
    this.#text.style.height = "auto";
    this.#text.style.height = `${this.#text.scrollHeight}px`;
    const left = this.#limit - [...this.#text.value].length;
    this.#count.hidden = left > this.#limit / 5;
    this.#count.textContent = String(left);
    this.#count.classList.toggle("over", left < 0);
  }

  async #submit() {
    const conversation = this.#chat.current;
    const text = this.#text.value.trim();
    const uploads = this.#attached.map(({ attachment }) => attachment);
    if (!conversation || this.#text.disabled) return;
    const over = [...text].length - this.#limit;
    const wait = over > 0 ? `That is ${plural(over, "character")} too long.` : uploads.includes(undefined) && "A file is still on its way.";
    if (wait) return this.#chat.emit("problem", wait);
    if (this.#about?.kind === "edit") return this.#submitEdit(conversation, text);
    if (text === "" && uploads.length === 0) return;
    if (conversation.timeline.newer) this.#chat.loadNewest(conversation); // what is said now is there
    const replyTo = this.#about?.entry.messageId;
    this.#about = undefined;
    this.#attached = [];
    this.#text.value = "";
    this.#draw();
    this.#fit();
    await this.#outbox.send(conversation, { text: text || namesOf(uploads, this.#limit), replyTo, attachments: uploads, expiresInMs: conversation.endsInMs });
  }

  async #submitEdit(conversation, text) {
    const { entry } = this.#about;
    if (text === "") return;
    this.cancel();
    if (text === textOf(entry) || (await this.#outbox.edit(conversation, entry.messageId, text))) return;
    conversation.refusedEdit = { entry, text };
    if (conversation === this.#chat.current && this.#takeBackEdit()) return;
    const name = conversation.isRoom ? conversation.room.name : this.#chat.people.name(conversation.id);
    this.#chat.emit("problem", `An edit in ${name} was refused. Its text is there when you open ${name} with nothing typed.`);
  }

  /** The text of a refused edit waits in its conversation, and takes no place where the user has begun something else. */
  #takeBackEdit() {
    const refused = this.#conversation?.refusedEdit;
    if (!refused || this.#about || this.#text.value !== "" || this.#attached.length > 0) return false;
    this.#conversation.refusedEdit = undefined;
    this.edit(refused.entry, refused.text);
    return true;
  }

  #take(files, event) {
    if (files.length === 0 || this.#text.disabled) return;
    event?.preventDefault();
    const room = MAX_FILES - this.#attached.length;
    for (const file of [...files].slice(0, room)) this.#upload(new File([file], cleanName(file.name), { type: file.type }));
    if (files.length > room) this.#chat.emit("problem", `A message has at most ${MAX_FILES} files.`);
    this.#draw();
  }

  async #upload(file) {
    const each = { file, progress: 0, attachment: undefined };
    this.#attached.push(each);
    try {
      each.attachment = await this.#files.upload(this.#chat.target(this.#chat.current), file, (part) => {
        each.progress = part;
        each.bar.value = part;
      });
    } catch (failure) {
      this.#attached = this.#attached.filter((other) => other !== each);
      const why = failure.details?.map(({ path }) => WRONG[path]).find(Boolean) ?? (failure.reason ? explain(failure) : failure.message);
      this.#chat.emit("problem", `${file.name}: ${file.size > 0 ? why : "The file is empty."}`);
    }
    this.#draw();
    this.#text.focus();
  }
}
