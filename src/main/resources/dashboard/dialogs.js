// Questions before something that can't be undone, and short news.

import { button, el, field } from "./dom.js";

const NEWS_MS = 6_000;
let opened = 0;

/**
 * Resolves with whether the operator agreed. With `typed`, the operator has to write these words first.
 * Escape and the back gesture count as no.
 */
export function confirm({ title, text, action, typed }) {
  return new Promise((resolve) => {
    const id = `question-${++opened}`;
    const opener = document.activeElement;
    const agree = el("button", { type: "submit", class: "danger", text: action });
    const input = typed ? el("input", { id: `${id}-typed`, autocomplete: "off", spellcheck: "false", required: true }) : null;
    const close = (agreed) => {
      dialog.close();
      dialog.remove();
      if (opener?.isConnected) opener.focus();
      resolve(agreed);
    };
    if (input) {
      agree.disabled = true;
      input.addEventListener("input", () => (agree.disabled = input.value !== typed));
    }
    const dialog = el(
      "dialog",
      { "aria-labelledby": `${id}-title`, "aria-describedby": `${id}-text`, on: { cancel: (event) => {
        event.preventDefault();
        close(false);
      } } },
      el(
        "form",
        { on: { submit: (event) => {
          event.preventDefault();
          if (!agree.disabled) close(true);
        } } },
        el("h2", { id: `${id}-title`, text: title }),
        el("p", { id: `${id}-text`, text }),
        input ? field(`Type “${typed}” to go on`, input) : null,
        el("div", { class: "actions" }, button("Cancel", () => close(false)), agree),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
    (input ?? dialog.querySelector(".actions button")).focus();
  });
}

/** Tells what became of an action, also to screen readers. */
export function say(text, kind = "good") {
  const line = el("p", { class: kind, text });
  document.querySelector("#news").append(line);
  setTimeout(() => line.remove(), kind === "bad" ? 2 * NEWS_MS : NEWS_MS);
}

/** Runs a call for a control that must not be used twice meanwhile. Resolves with the answer, or undefined after a refusal. */
export async function during(control, work, done) {
  control.disabled = true;
  try {
    const answer = await work();
    if (done) say(done);
    return answer ?? null;
  } catch (failure) {
    say(failure.message + hint(failure.details), "bad");
    return undefined;
  } finally {
    control.disabled = false;
  }
}

function hint(details) {
  return details?.length ? ` (${details.map((each) => `${each.path} ${each.rule}`.trim()).join(", ")})` : "";
}
