/** Whether the user's e-mail address is confirmed: says above the messages that it is not, and makes it so by the link of a mail. */
import { el, iconButton } from "./dom.js";
import { duration } from "./format.js";
import { CONFIRMED, NOT_GOOD, confirmAddress } from "./links.js";

const TICK_MS = 500;
const CHANNEL = "portcullis.demo";
const ASKED = "Confirm your e-mail address: we have sent you a mail.";
const OTHER = "The e-mail address of this link is confirmed. It is not that of the account you are logged in with.";

export class Verification {
  #api;
  #chat;
  #renewToken;
  #banner;
  #words = el("p", { role: "status" });
  #again = el("button", { type: "button", class: "quiet", onclick: () => this.#act() });
  #close = iconButton("close", "Close this line", () => this.#say(undefined));
  /** What there is to say of the last step: `{sentence, mood}`, and of one that may yet succeed the token of its link. */
  #said;
  #waitsUntil = 0;
  #acting = false;
  /** The other pages of this browser. */
  #others = new BroadcastChannel(CHANNEL);

  /** @param renewToken has the open connection take the newest token */
  constructor(api, chat, renewToken, banner) {
    this.#api = api;
    this.#chat = chat;
    this.#renewToken = renewToken;
    this.#banner = banner;
    banner.replaceChildren(this.#words, this.#again, this.#close);
    api.onrenewed = () => this.#renewed();
    chat.on("role", () => this.#agree());
    this.#others.onmessage = () => this.#look();
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#look());
    setInterval(() => this.#draw(), TICK_MS);
    this.#draw();
  }

  get #isOpen() {
    return this.#api.user?.verified === false;
  }

  /** Tries the link of a mail. */
  async open(token) {
    this.#say({ sentence: "Confirming your e-mail address…" });
    try {
      const isGood = await confirmAddress(this.#api, token);
      if (isGood) await this.#api.renew();
      this.told(isGood);
    } catch ({ message }) {
      this.#say({ sentence: `Your e-mail address is not confirmed yet. ${message}`, mood: "bad", token });
    }
  }

  /** Says what became of a link. The login is newer than that. */
  told(isGood) {
    const isOwn = this.#api.user?.verified === true;
    if (isGood || isOwn) this.#others.postMessage("confirmed");
    if (isGood) this.#say({ sentence: this.#isOpen ? OTHER : CONFIRMED, mood: this.#isOpen ? "bad" : "good" });
    else this.#say(isOwn ? { sentence: "Your e-mail address is confirmed already.", mood: "good" } : { sentence: NOT_GOOD, mood: "bad" });
  }

  #say(said) {
    this.#said = said;
    this.#draw();
  }

  /** The address may have been confirmed elsewhere, such as on a phone. */
  async #look() {
    if (!this.#isOpen) return;
    try {
      const { user } = await this.#api.call("GET", "/api/auth/me");
      if (user.verified) await this.#confirmedElsewhere();
    } catch {
      // it is reported like any refused call, and the next look comes
    }
  }

  async #confirmedElsewhere() {
    await this.#api.renew();
    if (!this.#isOpen) this.#say({ sentence: CONFIRMED, mood: "good" });
  }

  async #act() {
    if (this.#said?.token) return this.open(this.#said.token);
    this.#acting = true;
    this.#draw();
    try {
      await this.#api.resend();
      this.#say({ sentence: "Another mail is on its way." });
    } catch (failure) {
      await this.#notSent(failure);
    } finally {
      this.#acting = false;
      this.#draw();
    }
  }

  async #notSent({ reason, retryAfterMs, message }) {
    this.#waitsUntil = Date.now() + (retryAfterMs ?? 0);
    if (reason === "conflict") await this.#confirmedElsewhere().catch(() => {}); // the next look comes
    else if (reason === "rate_limited") this.#say({ sentence: "We sent you a mail a short time ago. Look among the unwanted mails as well." });
    else this.#say({ sentence: message, mood: "bad" });
  }

  #renewed() {
    this.#agree();
    this.#draw();
  }

  /** The session gets the role of the newest token. */
  #agree() {
    const mayWrite = this.#api.role !== undefined && this.#api.role !== "unverified";
    if (mayWrite && this.#chat.unverified && this.#chat.isConnected) this.#renewToken();
  }

  #draw() {
    const said = this.#said ?? (this.#isOpen ? { sentence: ASKED } : undefined);
    this.#banner.hidden = !said;
    this.#banner.className = `banner ${said?.mood ?? ""}`;
    if (this.#words.textContent !== (said?.sentence ?? "")) this.#words.textContent = said?.sentence ?? "";
    const left = this.#waitsUntil - Date.now();
    const words = said?.token ? "Try again" : this.#said?.sentence === NOT_GOOD ? "Send another mail" : "Send it again";
    const label = left > 0 && !said?.token ? `${words} in ${duration(left)}` : words;
    if (this.#again.textContent !== label) this.#again.textContent = label;
    this.#again.hidden = !this.#isOpen && !said?.token;
    this.#again.disabled = this.#acting || (left > 0 && !said?.token);
    this.#close.hidden = !this.#said;
  }
}
