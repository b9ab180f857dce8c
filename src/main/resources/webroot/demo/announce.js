/**
 * The one place that a screen reader speaks from. What happens within a moment is said in one piece, and politely, so that it
 * never interrupts. Typing, presence and countdowns are not said at all.
 */
const GATHER_MS = 1_000;
const MAX_SENTENCES = 3;
/** The text of a message does not stay here behind its end. */
const SPOKEN_MS = 10_000;

export class Announcer {
  #region;
  #sentences = [];
  #messages = [];
  #timer;
  #silence;

  constructor(region) {
    this.#region = region;
  }

  say(sentence) {
    this.#sentences.push(sentence);
    this.#soon();
  }

  /** A message of the conversation that is open. */
  message(text) {
    this.#messages.push(text);
    this.#soon();
  }

  #soon() {
    this.#timer ??= setTimeout(() => this.#speak(), GATHER_MS);
  }

  #speak() {
    this.#timer = undefined;
    const messages = this.#messages.length > MAX_SENTENCES ? [`${this.#messages.length} new messages`] : this.#messages;
    this.#region.textContent = [...new Set(this.#sentences), ...messages].join(". ");
    this.#sentences = [];
    this.#messages = [];
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => (this.#region.textContent = ""), SPOKEN_MS);
  }
}
