/** The last view: it stays until the server has ended the login, and does not say so before. */
import { el } from "./dom.js";

const TROUBLE =
  "You are not logged out yet: the server can't be told of it. Nothing of you is left in this page, but the cookie of this browser is still good for a login.";

/** Resolves once the login of this browser has ended. */
export function endLogin(root, api) {
  return new Promise((resolve) => {
    const words = el("p", { role: "status" });
    const again = el("button", { type: "button", class: "primary", onclick: () => attempt() }, "Try again");
    const attempt = async () => {
      words.textContent = "Logging out…";
      again.disabled = true;
      const hasEnded = await api.logout();
      if (hasEnded) return resolve();
      words.textContent = TROUBLE;
      again.disabled = again.hidden = false;
      again.focus();
    };
    again.hidden = true;
    root.className = "";
    root.replaceChildren(el("main", { class: "starting" }, words, again));
    attempt();
  });
}
