import { code, el, json, prose, row, table } from "./dom.js";
import { fields } from "./schema.js";

const COMMON_ANSWERS = new Set(["error", "rate_limited"]);

/** The description of one frame. `tryIt` shows it in the console. */
export function frameArticle(frame, model, tryIt) {
  const heading = `${frame.anchor}-heading`;
  return el(
    "article",
    { id: frame.anchor, "aria-labelledby": heading, "data-search": searchText(frame) },
    el(
      "header",
      {},
      el("span", { class: frame.fromClient ? "tag out" : "tag in" }, frame.fromClient ? "client → server" : "server → client"),
      el("h3", { id: heading }, el("a", { href: `#${frame.anchor}` }, frame.type)),
      frame.fromClient
        ? el("button", { type: "button", class: "try", "aria-label": `Try ${frame.type}`, click: () => tryIt(frame) }, "Try it")
        : null,
    ),
    el("p", { class: "summary" }, frame.summary),
    el("p", {}, prose(frame.about, model.links)),
    factsOf(frame),
    el("h4", {}, "Fields"),
    fields(`Fields of ${frame.type}`, frame.schema, model.links),
    frame.examples.map((example) => [el("h4", {}, `Example: ${example.name}`), json(example.payload)]),
    errorsOf(frame, model),
    el("p", { class: "muted" }, "JSON Schema: ", el("a", { href: frame.schemaUrl }, frame.schemaUrl)),
  );
}

function factsOf(frame) {
  const facts = [];
  if (frame.fromClient) {
    facts.push(["Answer", frame.answers.filter((each) => !COMMON_ANSWERS.has(each.type)).map(link)]);
    if (frame.needs) facts.push(["Needs", [frame.needs]]);
    facts.push(["Limits", [`counts for the ${frame.counts.join(" and the ")}`, frame.perMinute ? `; ${frame.perMinute} a minute` : ""]]);
  } else {
    const asks = frame.asks.map(link);
    if (COMMON_ANSWERS.has(frame.type)) facts.push(["Answers", ["any frame"]]);
    else if (asks.length > 0) facts.push(["Answers", asks]);
    facts.push(["Comes unasked", [frame.unasked ? "yes" : "no"]]);
  }
  return el(
    "dl",
    { class: "facts" },
    facts.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value.length === 0 ? "none" : spaced(value)))),
  );
}

const link = (frame) => el("a", { href: `#${frame.anchor}` }, code(frame.type));

const spaced = (values) => values.flatMap((each, index) => (index > 0 && typeof each !== "string" ? [" ", each] : [each]));

function errorsOf(frame, model) {
  if (!frame.fromClient) return null;
  const rows = Object.entries(frame.errors).map(([reason, when]) => row(code(reason), prose(when, model.links)));
  const other = ["Further ", el("a", { href: "#reasons" }, "reasons"), " are those of any frame."];
  if (rows.length === 0) return el("p", { class: "muted" }, "No errors of its own. ", other);
  return [el("h4", {}, "Errors"), table(`Errors of ${frame.type}`, ["Reason", "When"], rows), el("p", { class: "muted" }, other)];
}

function searchText(frame) {
  const names = Object.keys(frame.schema.properties ?? {}).join(" ");
  return `${frame.type} ${frame.summary} ${frame.about} ${names}`.toLowerCase();
}
