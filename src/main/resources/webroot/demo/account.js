/** The user's own account: the logins that it has, and its end. */
import { el, field, form, openDialog } from "./dom.js";
import { full } from "./format.js";

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
