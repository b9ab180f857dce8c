/** The user's own account: the logins that it has, and its end. */
import { el, field, form, openDialog } from "./dom.js";
import { full, plural } from "./format.js";

function row(login, end) {
  const what = login.current ? "This login" : login.userAgent || "A client without a name";
  const button = el("button", { type: "button", class: "quiet", "aria-label": `End ${what}`, onclick: () => end(login, button) }, "End");
  return el(
    "li",
    { class: "own-login" },
    el("div", {}, el("strong", {}, what), el("p", {}, [login.address, `since ${full(login.createdAt)}`, `used ${full(login.renewedAt)}`].filter(Boolean).join(" · "))),
    !login.current && button,
  );
}

/** Where the user is logged in. */
export async function openLogins(api, act) {
  const { logins } = await api.call("GET", "/api/auth/logins");
  const list = el("ul", { class: "choice-list" });
  const end = async (login, button) => {
    button.disabled = true;
    const ended = await act(api.call("DELETE", `/api/auth/logins/${login.id}`), "That login has ended");
    if (ended) button.closest("li").remove();
    else button.disabled = false;
  };
  list.append(...logins.sort((one, other) => other.renewedAt - one.renewedAt).map((login) => row(login, end)));
  openDialog("Your logins", () => [list]);
}

async function showStatus(api, holder) {
  const { enabled, recoveryCodes } = await api.call("GET", "/api/auth/totp");
  holder.replaceChildren(...(enabled ? removal(api, holder, recoveryCodes) : beginning(api, holder)));
}

function beginning(api, holder) {
  const start = async ({ password }) => {
    const { secret, uri } = await api.call("POST", "/api/auth/totp", { password });
    holder.replaceChildren(...confirmation(api, holder, secret, uri));
  };
  const password = field("Password", { name: "password", type: "password", required: true, autocomplete: "current-password", maxlength: 128 });
  return [el("p", {}, "With a second factor a login needs a code of an authenticator app too, so a stolen password alone opens nothing."), form(start, "Add a second factor", password)];
}

function confirmation(api, holder, secret, uri) {
  const confirm = async ({ code }) => {
    const { recoveryCodes } = await api.call("POST", "/api/auth/totp/confirm", { code: code.trim() });
    const codes = el("ul", { class: "recovery-codes" }, ...recoveryCodes.map((each) => el("li", {}, el("code", {}, each))));
    holder.replaceChildren(el("p", {}, "Each of these recovery codes logs you in once without the app. Keep them: they are not shown again."), codes);
  };
  const code = field("Code", { name: "code", required: true, autocomplete: "one-time-code", inputmode: "numeric", maxlength: 32 }, "The six digits that the app shows now.");
  return [el("p", {}, "Give this secret to your authenticator app:"), el("p", {}, el("code", { class: "totp-secret" }, secret)), el("p", {}, el("code", {}, uri)), form(confirm, "Confirm", code)];
}

function removal(api, holder, left) {
  const remove = async ({ password, code }) => {
    await api.call("DELETE", "/api/auth/totp", { password, code: code.trim() });
    await showStatus(api, holder);
  };
  const password = field("Password", { name: "password", type: "password", required: true, autocomplete: "current-password", maxlength: 128 });
  const code = field("Code", { name: "code", required: true, autocomplete: "one-time-code", maxlength: 32 }, "Of your authenticator app, or a recovery code.");
  return [el("p", {}, `Your account has a second factor, and ${plural(left, "recovery code")}.`), form(remove, "Remove it", password, code)];
}

/** The second factor: adds it, shows how many recovery codes are left, and removes it. */
export async function openFactor(api) {
  const holder = el("div", { class: "second-factor" });
  await showStatus(api, holder);
  openDialog("Second factor", () => [holder]);
}

/** @param remove deletes the account for its password */
export function openDeletion(remove) {
  openDialog("Delete your account", () => {
    const node = form(
      ({ password }) => remove(password),
      "Delete everything",
      el("p", {}, "Your account, your direct messages and your files are deleted. What you wrote in rooms stays, without your name. This can't be undone."),
      field("Password", { name: "password", type: "password", required: true, autocomplete: "current-password", maxlength: 128 }),
    );
    node.classList.add("danger");
    return [node];
  });
}
