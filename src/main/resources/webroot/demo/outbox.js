/** What the user says: messages, their edits and deletions. Each is shown at once, and its outcome when it is known. */
import { plural } from "./format.js";

const REASONS = {
  forbidden: "You may not do that here.",
  not_member: "You are not in this room.",
  not_found: "The message is no longer there, or too old to be changed.",
  restricted: "That is restricted for now.",
  conflict: "That contradicts something done before.",
  message_too_large: "That is too long.",
  queue_full: "Too many messages wait to be sent.",
  outcome_unknown: "Whether it was sent can't be known any more.",
  disconnected: "The connection was lost.",
  unsupported: "This server does not offer that.",
  ended: "You are no longer connected.",
};

/** A sentence for the user about a refused frame. */
export function explain({ reason, details = [], message }) {
  const rules = details.map(({ rule }) => rule);
  if (rules.includes("muted")) return "You are muted in this room for now.";
  if (rules.some((rule) => rule.startsWith("moderation"))) return "A moderation service refused this text.";
  if (rules.includes("unverified")) return "Confirm your e-mail address first.";
  if (rules.includes("last_owner")) return "A room keeps at least one owner.";
  return REASONS[reason] ?? message ?? "That did not work.";
}

export class Outbox {
  #chat;

  constructor(chat) {
    this.#chat = chat;
  }

  send(conversation, { text, replyTo, attachments, expiresInMs }) {
    this.#chat.keep(conversation);
    const id = crypto.randomUUID();
    const { timeline } = conversation;
    timeline.begin({ id, text, replyTo, attachments, expiresInMs, userId: this.#chat.me, timestamp: Date.now() });
    return this.#deliver(conversation, { id, text, replyTo, attachments, expiresInMs });
  }

  /** Under the same id, so that it is not delivered twice. */
  again(conversation, { id, text, replyTo, attachments, expiresInMs }) {
    conversation.timeline.change(id, { state: "sending", problem: undefined });
    return this.#deliver(conversation, { id, text, replyTo, attachments, expiresInMs });
  }

  discard(conversation, { id }) {
    conversation.timeline.discard(id);
    this.#chat.emit("timeline", conversation);
  }

  edit(conversation, messageId, text) {
    return this.#try(() => this.#chat.target(conversation).edit(messageId, text));
  }

  delete(conversation, messageId) {
    return this.#try(() => this.#chat.target(conversation).delete(messageId));
  }

  async #deliver(conversation, { id, text, replyTo, attachments, expiresInMs }) {
    const { timeline } = conversation;
    this.#chat.emit("timeline", conversation);
    try {
      const ack = await this.#chat.target(conversation).send(text, { id, replyTo, expiresInMs, attachments: attachments?.length ? attachments : undefined });
      if (conversation.muted) conversation.muted = conversation.quiet = false;
      timeline.confirm(id, ack, { userId: this.#chat.me, username: this.#chat.people.name(this.#chat.me) });
    } catch (failure) {
      timeline.change(id, { state: "failed", problem: explain(failure) });
      this.#chat.emit("announce", `Not sent: ${explain(failure)}`);
    }
    this.#chat.emit("timeline", conversation);
  }

  async #try(action) {
    try {
      await action();
      return true;
    } catch (failure) {
      this.#chat.emit("problem", explain(failure));
      return false;
    }
  }

  /** What to say of messages that are still to be sent. */
  static waiting(count, pausedMs, duration) {
    return pausedMs > 0
      ? `Slow mode: ${plural(count, "message")} ${count === 1 ? "goes" : "go"} out in ${duration(pausedMs)}`
      : `${plural(count, "message")} ${count === 1 ? "waits" : "wait"} for the connection`;
  }
}
