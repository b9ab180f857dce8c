/** The messages of one room or conversation in the order of their `seq`, and behind them what is still to be sent. */
import { dayKey } from "./format.js";
import { plain } from "./markup.js";

const GROUP_MS = 5 * 60_000;
const MAX_ENTRIES = 2_000;

/** The text of a message as its author wrote it. */
export const textOf = (message) => message.text ?? plain(message.content);

/** The text of a message as it is shown, without its markup. */
export const shownText = (message) => (message.content ? plain(message.content) : (message.text ?? ""));

export class Timeline {
  /** Whether the newest messages were read from the history, and whether there are older ones. */
  loaded = false;
  more = false;
  /** Whether the history goes on behind what is here: then what comes live waits until it was read up to there. */
  newer = false;
  pending = [];
  #entries = [];
  #byId = new Map();
  /** The newest edit, or the deletion, of messages that are not here, by message id: a history that was asked for before may bring them as they were. */
  #early = new Map();
  #versions = 0;
  #waiting = [];
  #forgotten = false;
  /** The `seq` up to which the history was read forwards. */
  #followed = 0;
  /** The `seq` of the first event of an application among what was read. They are not shown here. */
  #firstEvent = Infinity;

  get(messageId) {
    return this.#byId.get(messageId);
  }

  get last() {
    return this.#entries[this.#entries.length - 1];
  }

  /** Before it the history goes on. */
  get firstSeq() {
    const first = Math.min(this.#entries[0]?.seq ?? Infinity, this.#firstEvent);
    return first === Infinity ? undefined : first;
  }

  /** The newest message of a user that can be edited. */
  lastOf(userId) {
    return this.#entries.findLast((entry) => entry.userId === userId && entry.kind === "message" && !entry.deleted);
  }

  /** How many messages of other users are behind this one. */
  countBehind(seq, me) {
    return this.#entries.filter((entry) => entry.kind === "message" && !entry.deleted && entry.userId !== me && entry.seq > seq).length;
  }

  /** The message behind which there are `count - 1` others of other users. */
  fromEnd(count, me) {
    return this.#entries.filter((entry) => entry.kind === "message" && entry.userId !== me).at(-count);
  }

  clear() {
    this.#entries = [];
    this.#byId.clear();
    this.#early.clear();
    this.#firstEvent = Infinity;
    this.loaded = this.more = this.newer = this.#forgotten = false;
    this.#waiting = [];
  }

  /** Where the history goes on forwards. */
  get followed() {
    return this.#followed;
  }

  /** Adds a page of the history that goes on forwards. */
  follow(messages, newer) {
    this.newer = false;
    messages.forEach((message) => this.add(message));
    this.#followed = messages.at(-1)?.seq ?? this.#followed;
    const waited = newer ? [] : this.#waiting.splice(0);
    this.newer = newer || this.#forgotten; // it can be read again
    this.#forgotten &&= newer;
    if (!this.newer) waited.forEach((frame) => this.add(frame));
  }

  #wait(frame) {
    this.#waiting.push(frame);
    if (this.#waiting.length <= MAX_ENTRIES) return;
    this.#waiting.shift();
    this.#forgotten = true;
  }

  /** Adds an entry of a live stream, a resume or a history. Returns whether it was new. */
  add(frame) {
    if (frame.type === "event") {
      this.#firstEvent = Math.min(this.#firstEvent, frame.seq);
      return false;
    }
    if (frame.type === "message_edited") return this.edit(frame);
    const known = this.#byId.get(frame.messageId);
    if (this.newer && !known && frame.type !== "message_deleted") {
      this.#wait(frame);
      return frame.type !== "member_removed";
    }
    if (frame.type === "member_removed") return this.#addNotice(frame);
    if (frame.type === "message_deleted") return known ? this.remove(frame) : this.#addPlaceholder(frame);
    const edited = frame.edited?.seq ?? 0;
    const entry = { ...frame, kind: "message", edited, deleted: false, version: ++this.#versions };
    if (!known) return this.#insert(entry);
    if (!known.deleted && (known.provisional || edited > known.edited)) Object.assign(known, entry, { provisional: false });
    return false;
  }

  /** The entry `message_edited` of a live stream or a resume. */
  edit(frame) {
    const { messageId, seq, content, text, mentions, hashtags, links } = frame;
    const known = this.#byId.get(messageId);
    if (!known) this.#keep(frame);
    else if (!known.deleted && seq > known.edited) {
      Object.assign(known, { content, text, mentions, hashtags, links, edited: seq, version: ++this.#versions });
    }
    return false;
  }

  remove(frame) {
    const { messageId, userId, reason } = frame;
    const known = this.#byId.get(messageId);
    if (!known) this.#keep(frame);
    else Object.assign(known, { deleted: true, deletedBy: userId, expired: reason === "expired", content: "", text: undefined, attachments: [], version: ++this.#versions });
    return false;
  }

  /**
   * Takes the texts of messages that are over: the page may be cut off from the server, or the server may have many to end. Returns
   * whether there were any. A message that only this page has may bear a time that is wrong.
   */
  endThose(timeLeft) {
    const over = this.#entries.filter((entry) => entry.expiresInMs !== undefined && !entry.deleted && !entry.provisional && timeLeft(entry) === 0);
    over.forEach(({ messageId, userId }) => this.remove({ messageId, userId, reason: "expired" }));
    return over.length > 0;
  }

  #keep(frame) {
    const early = this.#early.get(frame.messageId);
    if (early?.type === "message_deleted" || early?.seq > frame.seq) return;
    this.#early.set(frame.messageId, frame);
    if (this.#early.size > MAX_ENTRIES) this.#early.delete(this.#early.keys().next().value);
  }

  #catchUp(messageId) {
    const early = this.#early.get(messageId);
    this.#early.delete(messageId);
    if (early?.type === "message_deleted") this.remove(early);
    else if (early) this.edit(early);
  }

  #addPlaceholder({ messageId, seq, userId, timestamp, reason }) {
    const gone = { deleted: true, deletedBy: userId, expired: reason === "expired", content: "", edited: 0 };
    return this.#insert({ kind: "message", messageId, seq, timestamp, userId: "", ...gone });
  }

  #addNotice({ seq, userId, reason, timestamp }) {
    const messageId = `removal-${seq}`;
    return !this.#byId.has(messageId) && this.#insert({ kind: "removal", messageId, seq, userId, reason, timestamp });
  }

  #insert(entry) {
    entry.version ??= ++this.#versions;
    let at = this.#entries.length;
    while (at > 0 && this.#entries[at - 1].seq > entry.seq) at--;
    this.#entries.splice(at, 0, entry);
    this.#byId.set(entry.messageId, entry);
    this.#catchUp(entry.messageId);
    if (this.#entries.length > MAX_ENTRIES && at > 0) {
      this.#byId.delete(this.#entries.shift().messageId);
      this.#firstEvent = Infinity;
      this.more = true; // it can be read again
    }
    return true;
  }

  // -- what is still to be sent

  begin(message) {
    this.pending.push({ ...message, kind: "pending", state: "sending", version: ++this.#versions });
  }

  change(id, changes) {
    const message = this.pending.find((each) => each.id === id);
    if (message) Object.assign(message, changes, { hidden: false, version: ++this.#versions });
    return message;
  }

  discard(id) {
    this.pending = this.pending.filter((each) => each.id !== id);
  }

  /** The message may come before or after its ack, and is shown once. */
  confirm(id, { messageId, epoch, seq }, author) {
    const message = this.pending.find((each) => each.id === id);
    this.discard(id);
    if (!message || this.newer || this.#byId.has(messageId)) return;
    const { text, replyTo, attachments, timestamp, expiresInMs } = message;
    const entry = { kind: "message", messageId, epoch, seq, timestamp, expiresInMs, text, replyTo, attachments, edited: 0, content: "", provisional: true };
    this.#insert({ ...entry, ...author });
  }

  /**
   * Hides the pending message that seems to have come back before its ack. Only the ack or the refusal tells: a message of
   * another session of the user may have the same text.
   */
  cameBack(frame) {
    if (this.#byId.has(frame.messageId)) return;
    const text = textOf(frame);
    const message = this.pending.find((each) => each.state === "sending" && !each.hidden && each.text === text && each.replyTo === frame.replyTo);
    if (message) message.hidden = true;
  }

  // -- what to show

  /** Rows in order: days, the line before what is new, messages, notices and what is still to be sent. */
  rows({ newFrom = Infinity, readers = new Map() } = {}) {
    const rows = [];
    let before;
    for (const entry of [...this.#entries, ...this.pending.filter(({ hidden }) => !hidden)]) {
      if (!before || dayKey(before.timestamp) !== dayKey(entry.timestamp)) {
        rows.push({ kind: "day", key: `day-${dayKey(entry.timestamp)}`, signature: "day", timestamp: entry.timestamp });
        before = undefined;
      }
      if (entry.seq >= newFrom) {
        rows.push({ kind: "new", key: "new", signature: "new" });
        newFrom = Infinity;
        before = undefined;
      }
      rows.push(this.#row(entry, before, readers));
      before = entry;
    }
    return rows;
  }

  #row(entry, before, readers) {
    const quoted = entry.replyTo && this.#byId.get(entry.replyTo);
    const compact =
      before !== undefined &&
      before.kind !== "removal" &&
      before.userId === entry.userId &&
      entry.userId !== "" &&
      !entry.replyTo &&
      entry.timestamp - before.timestamp < GROUP_MS;
    const readBy = readers.get(entry.messageId) ?? [];
    const key = entry.kind === "pending" ? `pending-${entry.id}` : entry.messageId;
    const signature = [entry.version, compact, quoted?.version, ...readBy].join();
    return { kind: entry.kind, key, signature, entry, quoted, compact, readBy };
  }

  /** For each user with a read mark, the last message up to it, unless that is their own. */
  readers(marks, me) {
    const found = new Map();
    for (const [userId, seq] of marks) {
      const entry = userId === me ? undefined : this.#entries.findLast((each) => each.seq <= seq && each.kind === "message");
      if (entry && entry.userId !== userId) found.set(entry.messageId, [...(found.get(entry.messageId) ?? []), userId].sort());
    }
    return found;
  }
}
