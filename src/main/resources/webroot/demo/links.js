/** The links of mails: `#verify=…` confirms an e-mail address, `#reset=…` sets a new password. */
import { el, field, form } from "./dom.js";

const LINK = /^#(verify|reset)=(.*)$/;

export const CONFIRMED = "Your e-mail address is confirmed.";
export const NOT_GOOD = "This link is not good: it was used already, or is over.";

/** `{purpose, token}` of the part of an address behind #, if it is that of a mail. */
export function linkOf(hash) {
  const [, purpose, token] = LINK.exec(hash) ?? [];
  return purpose && { purpose, token };
}

/**
 * The link that the page was opened with. Its token leaves the address at once: it must not be in the history, or in an
 * address that a user passes on (CWE-598).
 *
 * @param address what stands there instead
 */
export function takeLink(address = location.pathname) {
  const link = linkOf(location.hash);
  if (link) history.replaceState(null, "", address);
  return link;
}

/** Whether the link is the cause of a refusal, so that it would be refused again. */
const isOfLink = ({ details = [] }) => details.some(({ path }) => path === "/token");

/** Returns whether the link was good. Anything but an answer about the link itself is thrown, and may pass. */
export async function confirmAddress(api, token) {
  try {
    await api.verify(token);
    return true;
  } catch (failure) {
    if (isOfLink(failure)) return false;
    throw failure;
  }
}

/**
 * The view before anything else is shown. It asks first: somebody else may have registered with the address, and their account would
 * be confirmed by a user who only follows a link, or by a program that looks at mails. Resolves with whether the link was good, or
 * nothing if the user does not want it, or does not wait for it.
 */
export function openConfirmation(root, api, token) {
  return new Promise((resolve) => {
    const words = el("p", { role: "status" }, "Have you created an account here with your e-mail address?");
    const again = el("button", { type: "button", class: "primary", onclick: () => attempt() }, "Yes, confirm the address");
    const skip = el("button", { type: "button", class: "quiet", onclick: () => resolve(undefined) }, "No");
    const choices = el("div", { class: "choices" }, again, skip);
    const attempt = async () => {
      if (choices.hidden) return; // a link is good once: of two clicks the second would say that it is not
      choices.hidden = true;
      words.textContent = "Confirming your e-mail address…";
      try {
        resolve(await confirmAddress(api, token));
      } catch ({ message }) {
        words.textContent = `Your e-mail address is not confirmed yet. ${message}`;
        again.textContent = "Try again";
        skip.textContent = "Go on without";
        choices.hidden = false;
        again.focus();
      }
    };
    root.className = "";
    root.replaceChildren(el("main", { class: "starting" }, words, choices));
    again.focus();
  });
}

/**
 * Asks for a mail with a link for a new password. What it says is the same whether there is such an account.
 *
 * @param email what the user has typed already
 * @param problem why they are here, if it is no wish of theirs
 * @param back returns to where they can log in
 */
export function forgottenPassword(api, { email = "", problem, back }) {
  const node = el("div", { class: "forgotten" });
  const leave = () => el("button", { type: "button", class: "link", onclick: back }, "Back to the login");
  const ask = async (values) => {
    await api.askReset(values.email.trim());
    const words = el("p", { role: "status", tabindex: -1 }, "If there is an account with this address, a mail is on its way.");
    node.replaceChildren(words, el("p", { class: "hint" }, "A mail of the last 30 minutes is good too. Look among the unwanted mails as well."), leave());
    words.focus();
  };
  node.append(
    el("h2", {}, "Forgot your password?"),
    ...(problem ? [el("p", { class: "problem", role: "alert" }, problem)] : []),
    form(ask, "Send me a link", field("E-mail address", { name: "email", type: "email", required: true, autocomplete: "username", maxlength: 254, value: email }, "We send a link to it, by which you set a new password.")),
    leave(),
  );
  return node;
}

export const PASSWORD_HINT = "At least 8 characters, with upper and lower case and a digit.";

/** The form for a new password. It resolves by one of `done` and `refused`; the latter gets why the link is not good. */
export function newPassword(api, token, { done, refused, back }) {
  const set = async (values) => {
    try {
      await api.reset(token, values.newPassword);
    } catch (failure) {
      if (isOfLink(failure)) return refused(failure.message);
      throw failure;
    }
    return done();
  };
  return el(
    "div",
    { class: "forgotten" },
    el("h2", {}, "Set a new password"),
    form(set, "Set the password", field("New password", { name: "newPassword", type: "password", required: true, autocomplete: "new-password", maxlength: 128 }, `${PASSWORD_HINT} You are logged out everywhere.`)),
    el("button", { type: "button", class: "link", onclick: back }, "Keep the password as it is"),
  );
}
