// The frame of the dashboard: the key, the views, and the figures that are asked for while the page is seen.

import { ApiError, get, hasKey, newest, query, useKey } from "./api.js";
import { audit } from "./audit.js";
import { bans } from "./bans.js";
import { kindOf } from "./checks.js";
import { connections } from "./connections.js";
import { el, link } from "./dom.js";
import { files } from "./files.js";
import { clock, span } from "./format.js";
import { hooks } from "./hooks.js";
import { nodes } from "./nodes.js";
import { overview } from "./overview.js";
import { refusals } from "./refusals.js";
import { rooms } from "./rooms.js";
import { sessions } from "./sessions.js";
import { users } from "./users.js";

const POLL_MS = 2_000;
const POINTS = 360;
const IN_A_HEADER = /^[\x20-\x7e]+$/;
const VIEWS = [
  ["overview", "Overview", overview],
  ["nodes", "Nodes", nodes],
  ["rooms", "Rooms", rooms],
  ["users", "Users", users],
  ["connections", "Connections", connections],
  ["sessions", "Sessions", sessions],
  ["refusals", "Refusals", refusals],
  ["bans", "Bans", bans],
  ["files", "Files", files],
  ["hooks", "Hooks", hooks],
  ["audit", "Audit", audit],
];
const $ = (id) => document.getElementById(id);

let views = new Map();
let current = null;
let stats = null;
let history = { times: [], values: {}, intervalMs: 10_000 };
let failedSince = null;
let timer = 0;
let viewTimer = 0;

const ask = newest(() => get(query("/admin/stats", { cluster: true, after: history.times.at(-1) })));

function lock(problem = "") {
  useKey(null);
  clearTimeout(timer);
  clearTimeout(viewTimer);
  views = new Map();
  current = null;
  stats = null;
  history = { times: [], values: {}, intervalMs: 10_000 };
  failedSince = null;
  document.querySelectorAll("dialog").forEach((each) => each.remove());
  $("view").replaceChildren();
  $("news").replaceChildren();
  for (const id of ["app", "status", "lock", "gone"]) $(id).hidden = true;
  $("node").textContent = "operators";
  $("login").hidden = false;
  $("key-problem").textContent = problem;
  $("key-form").querySelector("button").disabled = false;
  $("key").value = "";
  $("key").focus();
}

async function unlock(event) {
  event.preventDefault();
  const submit = $("key-form").querySelector("button");
  submit.disabled = true;
  $("key-problem").textContent = "";
  useKey($("key").value.trim());
  try {
    if (!IN_A_HEADER.test($("key").value)) throw new ApiError("unauthorized", 401);
    take(await get(query("/admin/stats", { cluster: true })));
    $("key").value = "";
    $("login").hidden = true;
    for (const id of ["app", "status", "lock"]) $(id).hidden = false;
    enter();
    schedule();
  } catch (failure) {
    useKey(null);
    $("key-problem").textContent = failure instanceof ApiError ? failure.message : "The answer of the node can't be read.";
    $("key").focus();
  } finally {
    submit.disabled = false;
  }
}

function take(answer) {
  const restarted = stats && (stats.node !== answer.node || answer.time < history.times.at(-1));
  if (restarted) history = { times: [], values: {}, intervalMs: 10_000 };
  const { times, values, intervalMs } = answer.history;
  const known = times.filter((time) => time <= history.times.at(-1)).length; // two answers may tell of the same points
  for (const [name, list] of Object.entries(values)) {
    history.values[name] = [...(history.values[name] ?? []), ...list.slice(known)].slice(-POINTS);
  }
  history.times = [...history.times, ...times.slice(known)].slice(-POINTS);
  history.intervalMs = intervalMs;
  stats = answer;
  failedSince = null;
  frame();
}

function frame() {
  $("node").textContent = stats.node;
  $("state").textContent = stats.state;
  $("state").className = `pill ${stats.state === "serving" ? "good" : "warn"}`;
  $("health").textContent = `health ${stats.health.status}`;
  $("health").className = `pill ${kindOf(stats.health.status)}`;
  $("uptime").textContent = `${stats.version} · up ${span(stats.uptimeMs)}`;
  document.title = `${stats.node} – Portcullis operators`;
  $("gone").hidden = true;
  $("app").classList.remove("stale");
  current?.update?.(stats, history);
}

function gone() {
  failedSince ??= Date.now();
  const after = stats.state === "draining" ? "It was draining, so its process has ended." : "What is shown is from then.";
  const text = `The node does not answer since ${clock(failedSince)}. ${after}`;
  if ($("gone").textContent !== text) $("gone").textContent = text;
  $("gone").hidden = false;
  for (const [id, said] of [["state", "no answer"], ["health", "health unknown"]]) {
    $(id).textContent = said;
    $(id).className = `pill ${id === "state" ? "bad" : "plain"}`;
  }
  $("app").classList.add("stale");
}

function schedule() {
  clearTimeout(timer);
  if (!hasKey() || document.hidden) return;
  timer = setTimeout(poll, POLL_MS);
}

async function poll() {
  try {
    const answer = await ask();
    if (!answer) return;
    take(answer);
  } catch (failure) {
    if ([401, 403, 429].includes(failure.status)) { // 429 only for a key that is wrong too
      lock(`${failure.message} Give another one.`);
      return;
    }
    gone();
  }
  schedule();
}

function enter() {
  if (!hasKey() || !stats) return;
  const [wanted, ...rest] = location.hash.slice(1).split("?");
  const id = VIEWS.some(([each]) => each === wanted) ? wanted : "overview";
  const [, title, make] = VIEWS.find(([each]) => each === id);
  if (!views.has(id)) views.set(id, make());
  current = views.get(id);
  $("view").replaceChildren(current.element);
  $("view").setAttribute("aria-label", title);
  for (const anchor of $("views").querySelectorAll("a")) {
    if (anchor.hash === `#${id}`) anchor.setAttribute("aria-current", "page");
    else anchor.removeAttribute("aria-current");
  }
  $("views").querySelector("[aria-current]").scrollIntoView({ block: "nearest", inline: "center" });
  current.update?.(stats, history);
  current.enter?.(stats, new URLSearchParams(rest.join("?")));
  again(current);
}

/** Lists are read again while they are seen, but not while a question about one of their rows is open. */
function again(view) {
  clearTimeout(viewTimer);
  if (!view.everyMs) return;
  viewTimer = setTimeout(async () => {
    if (current !== view || !hasKey()) return;
    if (!document.hidden && failedSince === null && !document.querySelector("dialog")) await view.enter(stats);
    if (current === view) again(view);
  }, view.everyMs);
}

$("views").append(...VIEWS.map(([id, title]) => el("li", {}, link(id, title))));
$("key-form").addEventListener("submit", unlock);
$("lock").addEventListener("click", () => lock());
addEventListener("hashchange", () => {
  enter();
  $("view").focus({ preventScroll: true });
  scrollTo(0, 0);
});
addEventListener("resize", () => stats && current?.update?.(stats, history));
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && hasKey()) {
    clearTimeout(timer);
    poll();
  }
});
addEventListener("pageshow", (event) => event.persisted && lock());
lock();
