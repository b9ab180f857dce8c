/** What is likely wrong where the chat does not begin. */
import { FOREIGN_PAGE } from "./api.js";
import { el } from "./dom.js";

const UNREACHABLE = "The server can't be reached right now. This page goes on trying.";
const REFUSED = "The server answers, but opens no WebSocket to this page. It may refuse this address or be full, or something on the way lets no WebSocket pass. This page goes on trying.";

/**
 * Why there is no connection. A browser tells no script how a handshake was refused, so this asks for something that needs a
 * token, without one: nothing comes of it, but it is refused earlier where the page is of a foreign origin.
 */
export async function likelyCause() {
  const answer = await fetch("/api/rooms", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" }).catch(() => undefined);
  if (!answer || answer.status >= 500) return UNREACHABLE;
  const { error } = await answer.json().catch(() => ({}));
  return error?.reason === "forbidden" ? FOREIGN_PAGE : REFUSED;
}

/** Shows that the chat can't go on, instead of a view that never changes. */
export function explainFailure(root, failure) {
  const again = el("button", { type: "button", class: "primary", onclick: () => location.reload() }, "Load the page again");
  root.className = "";
  root.replaceChildren(el("div", { class: "starting", role: "alert" }, el("p", {}, `The chat can't start. ${failure.message}`), again));
}
