/** The panel "What happened": what the connection, the limits and the server did, as the client library reports it. */
import { el, icon, reconcile } from "./dom.js";
import { clockWithSeconds, duration, plural } from "./format.js";

const MAX_ENTRIES = 200;
const TICK_MS = 250;
const GATHER_MS = 300;
const ICONS = { good: "check", bad: "warning", wait: "warning", info: "pulse" };
/** What goes on after a limit, by the type of the frames that waited. */
const WAITING = {
  history: "Reading",
  presence: "Reading who is here",
  join: "Joining rooms",
  typing_indicator: "Telling that you type",
  read: "Telling what you read",
  file_upload: "Sending files",
  remove_user: "Removing people",
};
const EVERYTHING = "*";
const SHOWN_MS = 3_000;
const WINDOWS = { burst: "messages in a second", minute: "frames in a minute", hour: "frames in an hour", bytes: "bytes in a minute" };

export class Happened {
  #entries = [];
  #list;
  #announcer;
  #ids = 0;
  #resumes = [];
  /** How long frames are known to wait for a limit, by their type. */
  #until = new Map();
  /** The entry of the connection that was lost, until there is another. */
  #lost;

  constructor(list, announcer) {
    this.#list = list;
    this.#announcer = announcer;
    setInterval(() => this.#count(), TICK_MS);
    this.add("info", "This page began");
  }

  /** @param wait `{until, words, over}`: what an entry counts down to, and what it says behind that */
  add(mood, title, detail = "", wait = undefined) {
    const entry = { key: String(++this.#ids), signature: "", mood, title, detail, wait, time: Date.now() };
    this.#entries.unshift(entry);
    this.#entries.length = Math.min(this.#entries.length, MAX_ENTRIES);
    this.#draw();
    return entry;
  }

  #draw() {
    reconcile(this.#list, this.#entries, (entry) => this.#row(entry));
    this.#count();
  }

  #row({ key, mood, title, detail, wait, time }) {
    return el(
      "li",
      { class: `event ${mood}` },
      icon(ICONS[mood]),
      el(
        "div",
        {},
        el("p", { class: "event-title" }, title),
        wait && el("p", { class: "event-wait", "data-entry": key }),
        detail && el("p", { class: "event-detail" }, detail),
      ),
      el("time", { datetime: new Date(time).toISOString() }, clockWithSeconds(time)),
    );
  }

  #count() {
    for (const each of this.#list.querySelectorAll(".event-wait:not(.over)")) {
      const { until, words, over } = this.#entries.find(({ key }) => key === each.dataset.entry).wait;
      const left = until - Date.now();
      each.textContent = left > 0 ? `${words} ${duration(left)}` : over;
      each.classList.toggle("over", left <= 0);
    }
  }

  /** Reports what the client of the library tells. */
  follow(client) {
    client.on("state", (event) => this.#state(event));
    client.on("rate_limited", ({ scope, window, retryAfter, action }) => {
      const title = scope === "action" ? "Too much of this at once" : `Too many ${WINDOWS[window] ?? window}`;
      const detail = `rate_limited: scope ${scope}, window ${window}. Nothing is lost: it is sent when the time is over.`;
      this.#limit(title, detail, scope === "action" ? action : EVERYTHING, retryAfter);
    });
    client.on("paced", ({ paced }) => {
      for (const { type, count, inMs } of paced.filter(({ inMs }) => inMs >= SHOWN_MS)) {
        const isKnown = Math.max(this.#until.get(EVERYTHING) ?? 0, this.#until.get(type) ?? 0) > Date.now();
        if (!isKnown) this.#limit("Slower, to stay within the limits", `${plural(count, "frame")} of type ${type} ${count === 1 ? "waits" : "wait"}.`, type, inMs);
      }
    });
    client.on("server_draining", ({ reconnectInMs }) => {
      const wait = { until: Date.now() + reconnectInMs, words: "This page comes back in its slot, in", over: "The slot has come" };
      this.add("wait", "The server is about to restart", "server_draining: the clients come back spread over a window.", wait);
      this.#announcer.say("The server is about to restart");
    });
    client.on("error", ({ reason, message, requestId }) => this.add("bad", `Refused: ${reason}`, `${message} requestId ${requestId}`));
    client.on("auth_failure", ({ reason }) => this.add("bad", "The token was refused", `auth_failure: ${reason}`));
    client.on("token_expiring", () => this.add("info", "The access token is about to expire"));
    client.on("token_refreshed", ({ expiresAt }) => this.add("good", "The session has a new access token", `It is good until ${clockWithSeconds(expiresAt)}.`));
  }

  /** @param type of the frames that wait */
  #limit(title, detail, type, ms) {
    const goesOn = type === EVERYTHING ? "Sending and reading go on" : `${WAITING[type] ?? "Sending"} goes on`;
    this.#until.set(type, Date.now() + ms);
    this.add("wait", title, detail, { until: Date.now() + ms, words: `${goesOn} in`, over: goesOn });
    this.#announcer.say(`A limit was reached. ${goesOn} in ${duration(ms)}`);
  }

  refusedCall({ status, reason, requestId, message }) {
    this.add("bad", `Refused: ${reason}`, `${message} ${status > 0 ? `HTTP ${status}, ` : ""}requestId ${requestId ?? "unknown"}`);
  }

  #state({ state, code, reason, retryInMs }) {
    const why = [code > 0 && `close code ${code}`, reason].filter(Boolean).join(", ");
    if (state === "open") {
      this.#back();
      this.add("good", "Connected");
    } else if (state === "waiting") {
      this.#waiting(why, { until: Date.now() + retryInMs, words: "Next attempt in", over: "Trying again" });
    } else if (state === "ended") {
      this.add("bad", "The session ended", why);
    }
  }

  #back() {
    const entry = this.#entries.find(({ key }) => key === this.#lost?.key);
    this.#lost = undefined;
    if (!entry) return;
    Object.assign(entry, { wait: { until: 0, over: `Back after ${duration(Date.now() - entry.time)}` }, signature: "back" });
    this.#draw();
  }

  /** The attempts until the next connection are one entry. */
  #waiting(why, wait) {
    if (!this.#lost) {
      this.#lost = { ...this.add("wait", "The connection was lost", why, wait), attempts: 0 };
      this.#announcer.say("The connection was lost");
      return;
    }
    const entry = this.#entries.find(({ key }) => key === this.#lost.key);
    const attempts = ++this.#lost.attempts;
    if (!entry) return;
    Object.assign(entry, { wait, signature: String(attempts), detail: `${this.#lost.detail}. ${plural(attempts, "attempt")} without an answer.` });
    this.#draw();
  }

  /** The resumes of one reconnect are one line. */
  resumed(resume) {
    if (this.#resumes.push(resume) > 1) return;
    setTimeout(() => {
      const all = this.#resumes.splice(0);
      const count = all.reduce((sum, each) => sum + each.count, 0);
      const places = all.map(({ inbox, name }) => (inbox ? "direct messages" : name)).join(", ");
      const lost = all.some(({ recovered }) => !recovered);
      const title = lost ? "Too long away: here are the newest messages" : count > 0 ? `${plural(count, "missed message")} recovered` : "Resumed, nothing was missed";
      this.add(lost ? "wait" : "good", title, `Exactly where it stopped, in ${places}.`);
      this.#announcer.say(`Connected again. ${title}`);
    }, GATHER_MS);
  }
}
