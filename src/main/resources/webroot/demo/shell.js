/** The frame of the page: three columns, of which the outer two are drawers where there is no room for them. */
import { el, icon, iconButton } from "./dom.js";
import { duration } from "./format.js";
import { jumpButton } from "./messages.js";
import { theme, toggleTheme } from "./memory.js";

const TICK_MS = 500;
const TOAST_MS = 6_000;
const WIDE = matchMedia("(min-width: 1180px)");

export class Shell {
  sidebar = el("aside", { class: "sidebar", id: "sidebar", "aria-label": "Your conversations" });
  side = el("aside", { class: "side", id: "side", "aria-label": "People, and what happened" });
  scroller = el("div", { class: "scroller", id: "messages", tabindex: -1 });
  typing = el("p", { class: "typing" });
  composer = el("form", { class: "composer", "aria-label": "Write a message" });
  jump = jumpButton();
  banner = el("section", { class: "banner", "aria-label": "Your e-mail address", hidden: true });
  happened = el("ol", { class: "panel-body events", id: "panel-happened", role: "tabpanel", "aria-labelledby": "tab-happened", tabindex: 0 });
  live = el("p", { class: "visually-hidden", "aria-live": "polite", role: "status" });
  #title = el("h1", {});
  #subtitle = el("p", { class: "subtitle" });
  #status = el("button", { type: "button", class: "status connecting", "aria-controls": "side" });
  #toasts = el("div", { class: "toasts" });
  #settings;
  #root;
  #opener;
  #state = { state: "connecting" };
  #retryAt = 0;

  /** @param acts what the buttons of the head do: `happened`, `search`, `people`, `settings` */
  constructor(root, acts) {
    this.#root = root;
    this.#settings = iconButton("cog", "About this room", acts.settings);
    this.#status.addEventListener("click", acts.happened);
    const menu = iconButton("menu", "Rooms and people", () => this.toggle("left"), { class: "icon-button only-narrow", "aria-controls": "sidebar" });
    const look = iconButton(theme() === "dark" ? "sun" : "moon", "Light or dark", () => {
      toggleTheme();
      look.replaceChildren(icon(theme() === "dark" ? "sun" : "moon"));
    });
    const search = iconButton("search", "Search", acts.search);
    const people = iconButton("people", "People", acts.people, { "aria-controls": "side" });
    const head = el("header", { class: "head-line" }, menu, el("div", { class: "titles" }, this.#title, this.#subtitle), this.#status, search, look, this.#settings, people);
    const main = el("main", { class: "pane" }, head, this.banner, el("div", { class: "middle" }, this.scroller, this.jump), this.typing, this.composer);
    const skip = el("a", { class: "skip", href: "#say", onclick: (event) => this.#skip(event) }, "Skip to the message field");
    const scrim = el("div", { class: "scrim", onclick: () => this.close() });
    root.replaceChildren(skip, this.sidebar, main, this.side, scrim, this.#toasts, this.live);
    root.className = "app";
    if (WIDE.matches) root.dataset.right = "open";
    WIDE.addEventListener("change", () => {
      this.close();
      if (WIDE.matches) root.dataset.right = "open"; // there is room for it
      else delete root.dataset.right;
    });
    document.addEventListener("keydown", (event) => event.key === "Escape" && !document.querySelector("dialog[open]") && this.close() && event.stopImmediatePropagation());
    setInterval(() => this.#drawStatus(), TICK_MS);
  }

  #skip(event) {
    event.preventDefault(); // the fragment of the address names the conversation
    this.composer.querySelector("textarea").focus();
  }

  isOpen(which) {
    return this.#root.dataset[which] === "open";
  }

  /** Opens a drawer, and brings the focus into it. */
  show(which) {
    if (this.isOpen(which)) return;
    this.#opener = document.activeElement;
    if (!WIDE.matches) this.close();
    this.#root.dataset[which] = "open";
    const drawer = which === "left" ? this.sidebar : this.side;
    if (!WIDE.matches) drawer.querySelector("a[aria-current], [role=tab][aria-selected=true], button")?.focus();
  }

  hide(which) {
    if (!this.isOpen(which)) return;
    delete this.#root.dataset[which];
    this.#opener?.focus?.({ preventScroll: true });
  }

  toggle(which) {
    if (this.isOpen(which)) this.hide(which);
    else this.show(which);
  }

  /** Closes what lies above the messages. Returns whether there was something. */
  close() {
    const open = ["left", "right"].filter((which) => this.isOpen(which) && !(which === "right" && WIDE.matches));
    open.forEach((which) => this.hide(which));
    return open.length > 0;
  }

  /** @param isRoom whether there are settings */
  drawHead(title, subtitle, isRoom) {
    this.#title.textContent = title;
    this.#subtitle.textContent = subtitle;
    this.#settings.hidden = !isRoom;
  }

  connection(state) {
    this.#state = state;
    this.#retryAt = Date.now() + (state.retryInMs ?? 0);
    this.#drawStatus();
  }

  #drawStatus() {
    const { state } = this.#state;
    const left = this.#retryAt - Date.now();
    const words = { open: "Connected", connecting: "Connecting…", waiting: left > 0 ? `Reconnecting in ${duration(left)}` : "Reconnecting…", ended: "Ended" }[state];
    if (this.#status.textContent === words) return;
    this.#status.className = `status ${state}`;
    this.#status.replaceChildren(el("span", { class: "light", "aria-hidden": "true" }), el("span", { class: "words" }, words));
    this.#status.title = "What happened";
  }

  /** A sentence that goes away by itself; the panel keeps refusals. */
  toast(sentence, mood = "info") {
    const node = el("p", { class: `toast ${mood}` }, icon(mood === "bad" ? "warning" : "check"), sentence);
    this.#toasts.append(node);
    setTimeout(() => node.remove(), TOAST_MS);
  }
}
