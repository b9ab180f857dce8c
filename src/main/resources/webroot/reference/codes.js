import { code, el, prose, row, table } from "./dom.js";

const RETRY = {
  never: "no",
  with_backoff: "yes, with backoff",
  with_new_token: "with a new token",
  after_its_slot: "yes, after its slot",
};

/** How to begin: what is needed for a first frame, and which ways a token can take. */
export function overview(model) {
  const schemes = Object.entries(model.security).map(([name, each]) => row(code(name), prose(each.description, model.links)));
  return el(
    "section",
    { id: "overview", "aria-labelledby": "overview-heading" },
    el("h2", { id: "overview-heading" }, "The protocol in one page"),
    el(
      "p",
      { class: "lead" },
      "Portcullis speaks JSON over one WebSocket. This page is made of ",
      el("a", { href: "/asyncapi.json" }, "asyncapi.json"),
      " and ",
      el("a", { href: "/openapi.json" }, "openapi.json"),
      " of this node, by whose schemas it refuses frames and calls. Each example can be sent from the console.",
    ),
    el(
      "ol",
      { class: "steps" },
      el("li", {}, prose("Open a WebSocket at `/ws` with the subprotocol `portcullis.v1`. A frame is a text message with one JSON object.")),
      el("li", {}, prose("Send `auth` with an access token. The answer is `auth_success`, with the limits of the session.", model.links)),
      el("li", {}, prose("Send `join` for a room, then `chat`. The `ack` says that the message is stored; every member gets it as `chat`.", model.links)),
      el("li", {}, prose("After a reconnect join with `since`, the last position: what was missed comes first. The JavaScript client at `/sdk/portcullis.js` does all of this.", model.links)),
    ),
    el("h3", {}, "Ways of a token"),
    table("Ways of a token", ["Way", "What the client sends"], schemes),
  );
}

export function closeCodes(model) {
  const rows = model.closes.map((each) =>
    row(code(String(each.code)), each.phrase, RETRY[each.retry] ?? each.retry, prose(each.description, model.links)),
  );
  return el(
    "section",
    { id: "close-codes", "aria-labelledby": "close-codes-heading", "data-search": "close codes " + model.closes.map((each) => each.code).join(" ") },
    el("h2", { id: "close-codes-heading" }, "Close codes"),
    table("Close codes", ["Code", "Phrase", "Come back?", "When"], rows),
  );
}

export function reasons(model) {
  const rows = model.reasons.map((each) => row(code(each.reason), each.message, prose(each.ofAnyFrame ?? "", model.links)));
  return el(
    "section",
    { id: "reasons", "aria-labelledby": "reasons-heading", "data-search": "reasons of an error " + model.reasons.map((each) => each.reason).join(" ") },
    el("h2", { id: "reasons-heading" }, "Reasons of an error"),
    el("p", {}, "The message is always this sentence. The server's log has the rest, under the requestId."),
    table("Reasons of an error", ["Reason", "Message", "For any frame"], rows),
  );
}
