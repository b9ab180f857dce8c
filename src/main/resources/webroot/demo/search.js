/** The dialog that looks for messages, and leads to each where it was written. */
import { el, icon, openDialog } from "./dom.js";
import { clock, dayName, plural } from "./format.js";
import { explain } from "./outbox.js";
import { textOf } from "./timeline.js";

const BEFORE = 40;
const LENGTH = 160;
const TICK_MS = 250;

/** The part of a text with the first of its highlights, as texts and marks. */
export function excerpt(text, highlights) {
  const from = Math.max(0, (highlights[0]?.[0] ?? 0) - BEFORE);
  const end = Math.min(text.length, from + LENGTH);
  const parts = from > 0 ? ["…"] : [];
  let at = from;
  for (const [start, length] of highlights) {
    if (start + length > end) break;
    parts.push(text.slice(at, start), { mark: text.slice(start, start + length) });
    at = start + length;
  }
  parts.push(text.slice(at, end), ...(end < text.length ? ["…"] : []));
  return parts.filter((part) => part !== "");
}

export class SearchDialog {
  #chat;
  #jump;

  /** @param jump brings the message of a match into view */
  constructor(chat, jump) {
    this.#chat = chat;
    this.#jump = jump;
  }

  open() {
    const here = this.#chat.current;
    const list = el("ol", { class: "found" });
    const said = el("p", { class: "hint", role: "status" });
    const more = el("button", { type: "button", class: "quiet", hidden: true }, "Earlier ones");
    const input = el("input", { type: "search", name: "query", maxlength: 200, required: true, autofocus: true, autocomplete: "off", "aria-label": "Words to look for" });
    const scope = el("select", { name: "scope", "aria-label": "Where to look" }, here && el("option", { value: "here" }, `In ${this.#name(here)}`), el("option", { value: "" }, "Everywhere"));
    const button = el("button", { class: "primary", type: "submit" }, icon("search"), "Search");
    const gone = new Set();
    const remove = (messageId) => gone.add(messageId) && list.querySelector(`[data-id="${CSS.escape(messageId)}"]`)?.remove();
    const stopHearing = this.#chat.on("deleted", remove);
    const timer = setInterval(() => this.#over(list).forEach(remove), TICK_MS);
    const dialog = openDialog("Search", (close) => {
      let asked;
      const ask = async (cursor) => {
        const mine = (asked = { query: input.value, within: scope.value === "here" ? here : undefined });
        button.disabled = more.disabled = true;
        said.textContent = "Looking…";
        try {
          const { matches, cursor: next } = await this.#chat.search(mine.query, mine.within, cursor);
          if (mine !== asked) return;
          if (!cursor) list.replaceChildren();
          list.append(...matches.filter((match) => !gone.has(match.messageId)).map((match) => this.#match(match, close)));
          const count = list.childElementCount;
          said.textContent = count > 0 ? `${plural(count, "message")}, the newest first` : "Nothing was found";
          more.hidden = next === undefined;
          more.onclick = () => ask(next);
        } catch (failure) {
          said.textContent = explain(failure);
        } finally {
          button.disabled = more.disabled = false;
        }
      };
      const form = el("form", { class: "search-line", role: "search" }, input, scope, button);
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        if (input.value.trim() !== "") ask(undefined);
      });
      return [form, said, list, more];
    }, { class: "search" });
    dialog.addEventListener("close", () => (stopHearing(), clearInterval(timer)));
  }

  /** The ids of the matches whose time is over. */
  #over(list) {
    const left = ({ from, lasts }) => this.#chat.timeLeft({ timestamp: Number(from), expiresInMs: Number(lasts) });
    return [...list.querySelectorAll("[data-lasts]")].filter(({ dataset }) => left(dataset) === 0).map(({ dataset }) => dataset.id);
  }

  #name(conversation) {
    return conversation.isRoom ? `#${conversation.room.name}` : this.#chat.people.name(conversation.id);
  }

  #match(match, close) {
    const [kind, id] = this.#chat.placeOf(match);
    const known = this.#chat.find(kind, id);
    const name = known || kind === "user" ? this.#name(known ?? { id }) : id;
    const go = () => {
      close();
      this.#jump(this.#chat.visit(kind, id), match);
    };
    this.#chat.people.learn(match.userId, match.username);
    const text = excerpt(textOf(match), match.highlights).map((part) => (part.mark === undefined ? part : el("mark", {}, part.mark)));
    const about = el("span", { class: "found-about" }, el("strong", {}, this.#chat.people.name(match.userId)), ` in ${name}, ${dayName(match.timestamp)} ${clock(match.timestamp)}`);
    const ends = match.expiresInMs === undefined ? {} : { "data-from": match.timestamp, "data-lasts": match.expiresInMs };
    return el("li", { "data-id": match.messageId, ...ends }, el("button", { type: "button", class: "found-message", onclick: go }, about, el("span", { class: "found-text" }, ...text)));
  }
}
