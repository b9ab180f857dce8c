import { el } from "./dom.js";
import { Log } from "./log.js";
import { isObject, Wire } from "./wire.js";

/** The console: connects with a token, sends frames, and shows what comes. Returns what puts a frame into it. */
export function tryConsole(container, model) {
  const frames = model.frames.filter((each) => each.fromClient && each.type !== "auth");
  const log = new Log(model.closes);
  const state = el("output", { class: "state closed" }, "not connected");
  const problem = el("p", { class: "problem", role: "alert" });
  const text = el("textarea", { id: "frame-text", rows: 9, spellcheck: "false", autocomplete: "off", "aria-describedby": "frame-hint" });
  const type = el("select", { id: "frame-type", change: () => choose(0) }, frames.map((each) => el("option", {}, each.type)));
  const example = el("select", { id: "frame-example", change: () => choose(example.selectedIndex) });
  const send = el("button", { type: "submit", class: "primary", disabled: true }, "Send");
  const access = accessForm((token) => wire.connect(token), () => wire.close(), say);

  const wire = new Wire((entry) => log.add(entry), (next) => {
    const session = typeof next === "object" ? next : undefined;
    send.disabled = session === undefined;
    state.className = `state ${session ? "open" : next}`;
    state.textContent = session ? `${session.userId}, ${session.role}` : next === "closed" ? "not connected" : "connecting …";
    access.show(next !== "closed");
  });

  function say(words) {
    problem.textContent = words;
  }

  function choose(index) {
    const frame = frames[type.selectedIndex];
    example.replaceChildren(...frame.examples.map((each) => el("option", {}, each.name)));
    example.selectedIndex = index;
    text.value = JSON.stringify(withNewId(frame.examples[index].payload), null, 2);
    say("");
  }

  function submit(event) {
    event.preventDefault();
    say("");
    let frame;
    try {
      frame = JSON.parse(text.value);
    } catch (failure) {
      say(`Not JSON: ${failure.message}`);
      return;
    }
    if (!wire.isOpen) {
      say("Connect first.");
      return;
    }
    wire.send(frame);
    if (isObject(frame) && frame.id !== undefined) text.value = JSON.stringify(withNewId(frame), null, 2);
  }

  container.append(
    el("header", {}, el("h2", {}, "Try it"), state),
    access.element,
    el(
      "form",
      { class: "frame", submit },
      el("div", { class: "pair" }, label("Frame", type), label("Example", example)),
      label("The frame, as it goes over the wire", text),
      el("p", { id: "frame-hint", class: "muted" }, "Each one gets a new id. Ctrl+Enter sends."),
      problem,
      el("div", { class: "buttons" }, send, el("button", { type: "button", click: () => log.clear() }, "Clear the log")),
    ),
    log.element,
  );
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form.requestSubmit();
  });
  type.selectedIndex = Math.max(0, frames.findIndex((each) => each.type === "ping"));
  choose(0);

  return (frame) => {
    if (frame.type !== "auth") {
      type.selectedIndex = frames.indexOf(frame);
      choose(0);
    }
    (wire.isOpen && frame.type !== "auth" ? text : access.first).focus();
  };
}

const label = (words, control) => el("label", { for: control.id }, words, control);

/** The same id twice would be a repeat. */
function withNewId(frame) {
  return frame.id === undefined ? frame : { ...frame, id: randomId() };
}

function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(9));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_");
}

/** What a login at this node gives: `{accessToken}`, or `{problem}` as a sentence. */
async function logIn(email, password) {
  const body = JSON.stringify({ email, password, refreshTokenIn: "body" });
  const answer = await fetch("/api/auth/login", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  const { accessToken, error } = await answer.json().catch(() => ({}));
  if (answer.ok) return { accessToken };
  if (answer.status === 404) return { problem: "This node has no accounts: paste a token of your own login." };
  return { problem: error?.message ?? `The login was answered with ${answer.status}.` };
}

/** Where a token comes from: pasted, or a login at this node. It is kept in the field only, until the page is left. */
function accessForm(connect, disconnect, say) {
  const token = el("input", { id: "access-token", type: "password", autocomplete: "off", spellcheck: "false", placeholder: "eyJ…" });
  const email = el("input", { id: "access-email", type: "email", autocomplete: "username" });
  const password = el("input", { id: "access-password", type: "password", autocomplete: "current-password" });
  const leave = el("button", { type: "button", click: disconnect, hidden: true }, "Disconnect");
  let attempts = 0;

  function usePasted(event) {
    event.preventDefault();
    const pasted = token.value.trim();
    say(pasted === "" ? "Paste an access token." : "");
    if (pasted === "") return;
    attempts++;
    connect(pasted);
  }

  /** An answer that comes after another attempt is dropped: it would end the connection of that one. */
  async function useLogin(event) {
    event.preventDefault();
    const mine = ++attempts;
    say("");
    const asked = logIn(email.value, password.value);
    password.value = "";
    const { accessToken, problem } = await asked.catch((failure) => ({ problem: String(failure) }));
    if (mine !== attempts) return;
    if (problem) say(problem);
    else connect(accessToken);
  }

  const withToken = el(
    "form",
    { submit: usePasted },
    label("Access token", token),
    el("div", { class: "buttons" }, el("button", { class: "primary", id: "connect" }, "Connect")),
  );
  const withLogin = el(
    "details",
    {},
    el("summary", {}, "or log in at this node"),
    el("form", { submit: useLogin }, label("Email", email), label("Password", password), el("div", { class: "buttons" }, el("button", {}, "Log in and connect"))),
  );
  const closed = el("div", { class: "access" }, withToken, withLogin);
  return {
    element: el("div", {}, closed, leave),
    first: token,
    show(connected) {
      closed.hidden = connected;
      leave.hidden = !connected;
    },
  };
}
