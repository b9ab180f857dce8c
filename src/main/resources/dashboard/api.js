// The calls of the contract (/openapi.json on the public listener). The key lives here, in memory, and nowhere else: what is
// in a store of the browser can be read by every script that ever runs on this origin, and outlives the operator's visit.

const DEADLINE_MS = 10_000;
const SENTENCES = {
  unauthorized: "The key or token is not accepted.",
  forbidden: "This needs a token of the role admin.",
  banned: "The user of this token is banned.",
  not_found: "There is no such thing.",
  conflict: "That is not possible as things stand.",
  validation_failed: "The server does not accept these values.",
  invalid_parameter: "The server does not accept these values.",
  rate_limited: "Too many calls; wait a moment.",
  unavailable: "The node could not reach what it needs for this. The outcome may be unknown: look again.",
  unsupported: "This node is not configured for that.",
  gone: "The node does not answer.",
};

let key = null;
let visits = 0;

export class ApiError extends Error {
  constructor(reason, status, details = []) {
    super(SENTENCES[reason] ?? `The node refuses this (${reason}).`);
    this.reason = reason;
    this.status = status;
    this.details = details;
  }
}

/** What was asked with the key before has no answer any more, so nothing of it is shown to who sits here next. */
export function useKey(value) {
  key = value;
  visits++;
}

export function hasKey() {
  return key !== null;
}

/** Path segments and parameters are the caller's to encode: see `path` and `query`. */
export async function call(method, target, body) {
  const visit = visits;
  try {
    return await answer(method, target, body);
  } finally {
    if (visit !== visits) await new Promise(() => {}); // for ever
  }
}

/**
 * Returns what asks for something that is shown: an answer that comes after a later question is undefined, and its failure
 * is not told. Otherwise it would be shown as the answer to the later one.
 */
export function newest(ask) {
  let asked = 0;
  return async (...what) => {
    const mine = ++asked;
    try {
      const found = await ask(...what);
      return mine === asked ? found : undefined;
    } catch (failure) {
      if (mine === asked) throw failure;
      return undefined;
    }
  };
}

async function answer(method, target, body) {
  const headers = { Authorization: `Bearer ${key}` };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(target, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(DEADLINE_MS),
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
    });
  } catch {
    throw new ApiError("gone", 0);
  }
  const content = await read(response);
  if (response.ok) return content;
  const error = content?.error ?? {};
  throw new ApiError(error.reason ?? String(response.status), response.status, error.details);
}

async function read(response) {
  const text = await response.text().catch(() => "");
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

export const get = (target) => call("GET", target);

export function path(strings, ...values) {
  return String.raw({ raw: strings }, ...values.map((each) => encodeURIComponent(each)));
}

export function query(target, values) {
  const known = Object.entries(values).filter(([, value]) => value !== undefined && value !== "");
  return known.length === 0 ? target : `${target}?${new URLSearchParams(known)}`;
}
