import { el, json } from "./dom.js";

const MOST = 200;
const ARROWS = { out: "↑", in: "↓", note: "•" };
const SPOKEN = { out: "sent", in: "received", note: "connection" };

/** What went over the wire, newest last, with the time of each. */
export class Log {
  #list = el("ol", { class: "log", role: "log", "aria-label": "What went over the wire", tabindex: "0" });
  #closes;

  /** @param closes the close codes of the server */
  constructor(closes) {
    this.#closes = closes;
  }

  get element() {
    return this.#list;
  }

  clear() {
    this.#list.replaceChildren();
  }

  add({ at, direction, text, frame, ms, code }) {
    const atEnd = this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < 40;
    const line = [
      el("time", { datetime: at.toISOString() }, clock(at)),
      el("span", { class: "arrow", "aria-hidden": "true" }, ARROWS[direction]),
      el("span", { class: "unseen" }, SPOKEN[direction]),
      el("span", { class: "what" }, text),
      ms === undefined ? null : el("span", { class: "ms" }, `${ms.toFixed(ms < 10 ? 1 : 0)} ms`),
    ];
    const problem = frame?.type === "error" || frame?.type === "rate_limited" || frame?.type === "auth_failure";
    this.#list.append(
      el(
        "li",
        { class: `${direction}${problem ? " problem" : ""}`, "data-type": frame === undefined ? undefined : text },
        frame !== undefined ? el("details", { open: direction === "in" }, el("summary", {}, line), json(frame)) : el("p", {}, line),
        this.#meaning(code),
      ),
    );
    while (this.#list.childElementCount > MOST) this.#list.firstElementChild.remove();
    if (atEnd) this.#list.scrollTop = this.#list.scrollHeight;
  }

  #meaning(code) {
    const rows = this.#closes.filter((each) => each.code === code);
    return rows.length === 0 ? null : el("p", { class: "meaning" }, rows.map((each) => `${each.phrase}: ${each.description}`).join(" "));
  }
}

function clock(at) {
  const two = (number) => String(number).padStart(2, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, "0")}`;
}
