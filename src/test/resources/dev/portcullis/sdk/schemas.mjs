/** As much of JSON Schema as the published schemas use, and frames at and beyond the bounds that they set. */

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const TYPES = {
  string: (value) => typeof value === "string",
  integer: Number.isInteger,
  number: Number.isFinite,
  boolean: (value) => typeof value === "boolean",
  array: Array.isArray,
  object: isObject,
};
const length = (value) => [...value].length;

const KEYWORDS = {
  type: (rule, value) => TYPES[rule](value),
  const: (rule, value) => value === rule,
  enum: (rule, value) => rule.includes(value),
  pattern: (rule, value) => typeof value !== "string" || new RegExp(rule, "u").test(value),
  minLength: (rule, value) => typeof value !== "string" || length(value) >= rule,
  maxLength: (rule, value) => typeof value !== "string" || length(value) <= rule,
  minimum: (rule, value) => typeof value !== "number" || value >= rule,
  maximum: (rule, value) => typeof value !== "number" || value <= rule,
  required: (rule, value) => !isObject(value) || rule.every((name) => Object.hasOwn(value, name)),
  properties: (rule, value) => !isObject(value) || Object.entries(rule).every(([name, of]) => !Object.hasOwn(value, name) || accepts(of, value[name])),
  propertyNames: (rule, value) => !isObject(value) || Object.keys(value).every((name) => accepts(rule, name)),
  additionalProperties: (rule, value, schema) => !isObject(value) || rule !== false || Object.keys(value).every((name) => name in schema.properties),
  items: (rule, value) => !Array.isArray(value) || value.every((each) => accepts(rule, each)),
  minItems: (rule, value) => !Array.isArray(value) || value.length >= rule,
  maxItems: (rule, value) => !Array.isArray(value) || value.length <= rule,
  uniqueItems: (rule, value) => !Array.isArray(value) || new Set(value.map((each) => each?.roomId ?? each)).size === value.length,
  oneOf: (rule, value) => rule.filter((each) => accepts(each, value)).length === 1,
  not: (rule, value) => !accepts(rule, value),
  if: (rule, value, schema) => !accepts(rule, value) || accepts(schema.then, value),
  then: () => true,
  dependentRequired: (rule, value) => !isObject(value) || Object.entries(rule).every(([name, needs]) => !Object.hasOwn(value, name) || needs.every((need) => Object.hasOwn(value, need))),
};
const NOTES = ["$schema", "$id", "$comment", "title", "description"];

export function accepts(schema, value) {
  return Object.entries(schema).every(([keyword, rule]) => {
    if (NOTES.includes(keyword)) return true;
    if (!Object.hasOwn(KEYWORDS, keyword)) throw new Error(`a schema uses ${keyword}`);
    return KEYWORDS[keyword](rule, value, schema);
  });
}

const GOOD_STRINGS = [
  "lobby", "a", "0190a6e2-7c1a-7000-8000-000000000001", "https://files.example/a.png", "image/png", "image", "a.b:c-d_e", "bob@x|y+z",
];
const BAD_VALUES = [undefined, null, 5, -1, 0, 1, 0.5, 2 ** 53, true, "", "..", "-a", "a b", "\ud800", "x\udc00", [], {}, { __proto__: null, x: 1 }];

function sized(schema) {
  const sizes = [schema.minLength, schema.maxLength].filter((size) => size !== undefined).flatMap((size) => [size - 1, size, size + 1]);
  return sizes.filter((size) => size >= 0 && size < 20_000).flatMap((size) => ["a".repeat(size), "\u{1F600}".repeat(size)]);
}

/** The numbers at the bounds, and beside them. */
function around({ minimum, maximum }) {
  return [minimum, maximum].filter((bound) => bound !== undefined).flatMap((bound) => [bound - 1, bound, bound + 1]);
}

function values(schema) {
  if (schema.const !== undefined) return [schema.const];
  if (schema.enum) return [...schema.enum, "other", 5];
  if (schema.type === "boolean") return [true, false, ...BAD_VALUES];
  if (schema.type === "integer" || schema.type === "number") return [0, 1, 7, 100, 101, 200, 201, 2 ** 53 - 1, ...around(schema), ...BAD_VALUES];
  if (schema.type === "array") {
    const items = objects(schema.items);
    const good = items.find((each) => accepts(schema.items, each));
    const many = (count) => Array.from({ length: count }, (_, i) => (good?.roomId ? { ...good, roomId: `r-${i}` } : good));
    return [...items.map((each) => [each]), many(0), many(2), [good, good], many(schema.maxItems), many(schema.maxItems + 1), ...BAD_VALUES];
  }
  if (schema.type === "object") return [...objects(schema), ...BAD_VALUES];
  return [...GOOD_STRINGS, ...sized(schema), "x".repeat(64), "x".repeat(65), "x".repeat(128), "x".repeat(129), ...BAD_VALUES];
}

/** A good object, and it with each field left out, wrong, or at a bound. */
function objects(schema) {
  if (schema.type !== "object") return values(schema);
  const fields = Object.entries(schema.properties);
  const firstGood = ([name, of]) => [name, values(of).find((value) => value !== undefined && accepts(of, value))];
  const full = Object.fromEntries(fields.map(firstGood));
  const least = Object.fromEntries(fields.filter(([name]) => schema.required?.includes(name)).map(firstGood));
  const bases = [full, least];
  for (const group of schema.oneOf ?? []) {
    const chosen = { ...full };
    for (const other of schema.oneOf) other.required.filter((name) => !group.required.includes(name)).forEach((name) => delete chosen[name]);
    bases.push(chosen, { ...least, ...Object.fromEntries(group.required.map((name) => [name, full[name]])) });
    for (const name of Object.keys(schema.dependentRequired ?? {})) bases.push(Object.fromEntries(Object.entries(chosen).filter(([each]) => each !== name)));
    for (const name of schema.not?.required ?? []) bases.push(Object.fromEntries(Object.entries(chosen).filter(([each]) => each !== name)));
  }
  const all = [...bases, ...bases.map((base) => ({ ...base, unknown: 1 })), ...bases.map((base) => JSON.parse(`{"__proto__":1,${JSON.stringify(base).slice(1)}`.replace(",}", "}")))];
  for (const base of bases) {
    for (const [name, of] of fields) {
      for (const value of values(of)) {
        const { [name]: dropped, ...rest } = base;
        all.push(value === undefined ? rest : { ...rest, [name]: value });
      }
    }
  }
  return all;
}

export function samples(schema, type) {
  return objects(schema).filter((sample) => sample.type === type);
}
