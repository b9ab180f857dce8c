import { code, el, prose, row, table } from "./dom.js";
import { fields, typeOf } from "./schema.js";

/** The description of one HTTP call. */
export function callArticle(call, model) {
  const heading = `${call.anchor}-heading`;
  return el(
    "article",
    { id: call.anchor, "aria-labelledby": heading, "data-search": searchText(call) },
    el(
      "header",
      {},
      el("span", { class: `tag ${call.method.toLowerCase()}` }, call.method),
      el("h3", { id: heading }, el("a", { href: `#${call.anchor}` }, call.path)),
    ),
    el("p", { class: "summary" }, call.summary),
    call.description ? el("p", {}, prose(call.description, model.links)) : null,
    el("dl", { class: "facts" }, factsOf(call).map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
    parametersOf(call),
    call.body?.schema ? [el("h4", {}, "Body"), bodyOf(call.body, `Body of ${call.operationId}`, model)] : null,
    el("h4", {}, "Answers"),
    answersOf(call, model),
  );
}

function factsOf(call) {
  return [["Listener", call.operators ? "operators" : "public"], ["Needs", needs(call)]];
}

function needs(call) {
  const schemes = (call.security ?? []).flatMap((each) => Object.keys(each));
  if (schemes.includes("user")) return "an access token";
  return schemes.includes("operator") ? "a token of role admin, or the API key" : "nothing";
}

function parametersOf(call) {
  if (call.parameters.length === 0) return null;
  const rows = call.parameters.map((each) =>
    row(
      el("span", { class: "field" }, code(each.name), each.required ? el("span", { class: "required" }, "required") : null),
      [each.in, ", ", typeOf(each.schema ?? {})],
      each.description ?? "",
    ),
  );
  return [el("h4", {}, "Parameters"), table(`Parameters of ${call.operationId}`, ["Name", "In", "Meaning"], rows)];
}

function bodyOf(holder, caption, model) {
  if (!holder.schema.properties) return el("p", {}, code(holder.mediaType));
  return fields(caption, holder.schema, model.links);
}

function answersOf(call, model) {
  const good = call.answers.filter((each) => !each.refusal);
  const refusals = call.answers.filter((each) => each.refusal);
  return [
    table(
      `Answers to ${call.operationId}`,
      ["Status", "Meaning"],
      [
        ...good.map((each) => row(code(each.status), prose(each.description, model.links))),
        refusals.length > 0
          ? row(
              "refused",
              [
                refusals.flatMap((each) => [code(each.status), " "]),
                "with ",
                code("{error: {reason, message, requestId, details?}}"),
              ],
            )
          : null,
      ].filter(Boolean),
    ),
    good
      .filter((each) => each.schema?.properties)
      .map((each) => [el("h4", {}, `Body of ${each.status}`), bodyOf(each, `Body of ${each.status} of ${call.operationId}`, model)]),
  ];
}

function searchText(call) {
  const names = [...Object.keys(call.body?.schema?.properties ?? {}), ...call.parameters.map((each) => each.name)];
  return `${call.method} ${call.path} ${call.operationId} ${call.summary} ${call.description ?? ""} ${names.join(" ")}`.toLowerCase();
}
