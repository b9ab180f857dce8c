/** One room, or one partner of direct messages: its messages, its people, and what is new in it. */
import { Members } from "./people.js";
import { Timeline } from "./timeline.js";

const TYPING_MS = 6_000;
export const PAGE = 50;

export class Conversation {
  timeline = new Timeline();
  members = new Members();
  unread = 0;
  mentioned = false;
  /** How many messages were new when the conversation was opened, and the `seq` of the first of them. */
  newCount = 0;
  newFrom = undefined;
  loading = false;
  /** Whether it is one of the user's, and not only named by an address. */
  kept = false;
  /** `joining`, `joined`, `left`, `outside` where the user was not in the room yet, or a reason why it can't be entered. */
  status = "joining";
  statusReason = undefined;
  /** Whether the user leaves it at the moment, so that its end is no news. */
  leaving = false;
  draft = "";
  /** After how long the user's messages end by themselves; `undefined` if they stay. */
  endsInMs = undefined;
  /** `{entry, text}` of an edit that the server refused while the user was at something else. */
  refusedEdit = undefined;
  marks = new Map();
  muted = false;
  /** Whether neither typing nor read marks are to be sent. */
  quiet = false;
  #typing = new Map();

  /** @param kind `room` or `user` */
  constructor(kind, id) {
    this.kind = kind;
    this.id = id;
    this.key = `${kind}:${id}`;
    this.room = { roomId: id, name: id, visibility: "public" };
  }

  get isRoom() {
    return this.kind === "room";
  }

  /** The part of the address of the page that opens it. */
  get hash() {
    return `#${this.kind}/${encodeURIComponent(this.id)}`;
  }

  typing(userId, isTyping, changed) {
    clearTimeout(this.#typing.get(userId));
    this.#typing.delete(userId);
    // The frame that ends it may be lost.
    if (isTyping) this.#typing.set(userId, setTimeout(() => this.typing(userId, false, changed), TYPING_MS));
    changed();
  }

  /** Whether others may be told that the user types. With a stranger, not before a message has shown that writing is allowed. */
  get tellsTyping() {
    return !this.quiet && !this.muted && (this.isRoom || this.timeline.last !== undefined);
  }

  get typists() {
    return [...this.#typing.keys()];
  }

  /** Reads the newest messages once, or older ones. Returns a promise, unless there is nothing to read. */
  read(target, older, learn) {
    const { timeline } = this;
    if (timeline.loaded && !(older && timeline.more)) return undefined;
    const before = older ? timeline.firstSeq : undefined;
    return this.#page(target, before === undefined ? {} : { before }, ({ messages, more }) => {
      timeline.loaded = true;
      timeline.more = more;
      messages.forEach(learn);
      messages.forEach((message) => timeline.add(message));
    });
  }

  /** Reads on forwards, where newer messages are still to be read. Returns a promise, unless there is nothing to read. */
  readOn(target, learn) {
    const { timeline } = this;
    if (!timeline.newer) return undefined;
    return this.#page(target, { after: timeline.followed }, ({ messages, more }) => {
      messages.forEach(learn);
      timeline.follow(messages, more);
    });
  }

  /** Shows the messages around a `seq`, instead of what was shown before. Returns a promise, unless another page is under way. */
  readAround(target, seq, learn) {
    const { timeline } = this;
    const after = Math.max(0, seq - 1 - PAGE / 2);
    return this.#page(target, { after }, ({ messages, more }) => {
      timeline.clear();
      timeline.loaded = true;
      timeline.more = after > 0;
      messages.forEach(learn);
      timeline.follow(messages, more);
    });
  }

  #page(target, from, take) {
    if (this.loading || this.status !== "joined") return undefined;
    this.loading = true;
    return target
      .history({ ...from, limit: PAGE })
      .then(take)
      .catch(() => {}) // the library reports it; opening the conversation again asks again
      .finally(() => (this.loading = false));
  }

  /** Shows the newest messages of a room, instead of what was shown before. Returns how many of others are new. */
  show(messages, readSeq, me) {
    const { timeline } = this;
    timeline.clear();
    messages.forEach((message) => timeline.add(message));
    timeline.loaded = true;
    timeline.more = timeline.firstSeq > 1;
    return timeline.countBehind(readSeq, me);
  }

  markNew(me) {
    if (!this.timeline.loaded || this.newCount === 0) return;
    this.newFrom = this.timeline.fromEnd(this.newCount, me)?.seq;
    this.newCount = 0;
  }
}

/** The conversation that a part of an address names. */
export function fromHash(hash) {
  const [, kind, id] = /^#(room|user)\/([^/]{1,400})$/.exec(hash) ?? [];
  try {
    return kind && { kind, id: decodeURIComponent(id) };
  } catch {
    return undefined;
  }
}
