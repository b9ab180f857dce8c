// What the readiness checks of a node mean.

import { el, pill } from "./dom.js";

const KINDS = { up: "good", degraded: "warn", down: "bad" };
const MEANINGS = {
  store: ["The store answers, and this node holds its leases there.", "The store does not answer, or this node can't renew its leases there. Users of the lanes concerned are answered “unavailable”."],
  stages: ["All stages of this node run.", "Not all stages of this node run: it starts, or drains."],
  peers: ["Each stage runs on a node that can be reached.", "No node that can be reached runs a stage that this one needs."],
  keys: ["The keys of all issuers are known.", "The keys of an issuer can't be read from its server. Tokens that need newer keys are not accepted."],
  archive: ["The archive has what is older than the windows.", "The archive does not answer. Messages are taken, and wait for it; what is older than the windows, and the search, are unavailable."],
  audit: ["The audit file is written.", "The audit file can't be written."],
};

export const kindOf = (state) => KINDS[state] ?? "plain";

function meaning(name, state) {
  const [good, bad] = MEANINGS[name] ?? ["This check passes.", "This check does not pass."];
  return state === "up" ? good : bad;
}

export function failing(checks) {
  return Object.entries(checks)
    .filter(([, state]) => state !== "up")
    .map(([name, state]) =>
      el("p", { class: `notice ${kindOf(state)}` }, pill(`${name} ${state}`, kindOf(state)), el("span", { text: meaning(name, state) })));
}

export function all(checks) {
  return el("dl", { class: "facts" }, Object.entries(checks).flatMap(([name, state]) => [
    el("dt", { text: name }),
    el("dd", {}, pill(state, kindOf(state)), ` ${meaning(name, state)}`),
  ]));
}
