import { code, el, prose, row, table } from "./dom.js";

/** Patterns that many fields have, in words. */
const PATTERNS = new Map([
  ["^[A-Za-z0-9_-]{1,64}$", "1-64 of A-Z a-z 0-9 _ -"],
  ["^[A-Za-z0-9_-]{1,32}$", "1-32 of A-Z a-z 0-9 _ -"],
  ["^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$", "1-64 of A-Z a-z 0-9 _ . : -, beginning with a letter or digit"],
  ["^[A-Za-z0-9][A-Za-z0-9_.:@|+-]{0,127}$", "1-128 of A-Z a-z 0-9 _ . : @ | + -, beginning with a letter or digit"],
  ["^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", "UUID"],
  ["^\\P{Cs}*$", ""],
]);
const SAFE_INTEGER = 9007199254740991;

/** The fields of an object, those within others indented below them. */
export function fields(caption, schema, links) {
  const rows = [...rowsOf(schema, 0, links)];
  if (rows.length === 0) return el("p", { class: "muted" }, "No fields.");
  const explained = rows.some((each) => each.lastElementChild.textContent !== "");
  if (!explained) rows.forEach((each) => each.lastElementChild.remove());
  return el("div", {}, table(caption, explained ? ["Field", "Type", "Meaning"] : ["Field", "Type"], rows), rulesOf(schema));
}

/** What most frames have comes after what is the frame's own. */
const COMMON = ["id", "csrfToken", "timestamp"];

function* rowsOf(schema, depth, links) {
  const required = new Set(schema.required ?? []);
  const all = Object.entries(schema.properties ?? {});
  const isCommon = ([name]) => depth === 0 && COMMON.includes(name);
  for (const [name, property] of [...all.filter((each) => !isCommon(each)), ...all.filter(isCommon)]) {
    const label = el(
      "span",
      { class: `field depth-${Math.min(depth, 3)}` },
      code(name),
      required.has(name) ? el("span", { class: "required" }, "required") : null,
    );
    yield row(label, [typeOf(property), limitsOf(property)], prose(property.description ?? "", links));
    yield* rowsOf(property.items ?? property, depth + 1, links);
  }
}

export function typeOf(schema) {
  if (schema.const !== undefined) return code(JSON.stringify(schema.const));
  if (schema.enum) return schema.enum.flatMap((each, index) => [index > 0 ? " | " : "", code(JSON.stringify(each))]);
  if (schema.type === "array") return ["list of ", typeOf(schema.items ?? {})];
  if (schema.type === "object" || schema.properties) return "object";
  if (Array.isArray(schema.type)) return schema.type.join(" | ");
  return schema.type ?? "any";
}

function limitsOf(schema) {
  const limits = [
    bounds(schema.minLength, schema.maxLength, "characters"),
    bounds(schema.minItems, schema.maxItems, "items"),
    bounds(schema.minimum, schema.maximum === SAFE_INTEGER ? undefined : schema.maximum, ""),
    schema.pattern === undefined ? undefined : (PATTERNS.get(schema.pattern) ?? code(schema.pattern)),
    schema.uniqueItems ? "each once" : undefined,
  ].filter((each) => each !== undefined && each !== "");
  return limits.length === 0 ? null : el("span", { class: "limits" }, limits.flatMap((each, i) => (i > 0 ? [", ", each] : [each])));
}

function bounds(least, most, unit) {
  const number = (value) => value.toLocaleString("en");
  const text = (words) => `${words} ${unit}`.trim();
  if (least !== undefined && most !== undefined) return text(`${number(least)}-${number(most)}`);
  if (most !== undefined) return text(`up to ${number(most)}`);
  return least === undefined ? undefined : text(`from ${number(least)} on`);
}

/** Rules over several fields, in words where the schema has no field to put them at. */
function rulesOf(schema) {
  const rules = [];
  const names = (list) => list.map((each) => (each.required ?? []).join(" and "));
  if (schema.oneOf?.every((each) => each.required)) rules.push(`Exactly one of ${names(schema.oneOf).join(", ")}.`);
  if (schema.not?.required) rules.push(`Not ${schema.not.required.join(" and ")} together.`);
  for (const [name, needed] of Object.entries(schema.dependencies ?? schema.dependentRequired ?? {})) {
    rules.push(`${name} only with ${needed.join(" and ")}.`);
  }
  if (schema.then?.properties?.content?.maxLength) {
    rules.push(`With ${schema.if.required.join()}: content of up to ${schema.then.properties.content.maxLength.toLocaleString("en")} characters.`);
  }
  return rules.length === 0 ? null : el("p", { class: "rules" }, rules.join(" "));
}
