/** The card of a user, with what can be done about them, and the user's own account. */
import { openDeletion, openFactor, openLogins } from "./account.js";
import { avatar, el, field, form, icon, openDialog } from "./dom.js";
import { rankOfRole } from "./people.js";
import { theme, toggleTheme } from "./memory.js";

const MUTES = [
  ["Mute for 10 minutes", 600],
  ["Mute for a day", 86_400],
  ["Unmute", 0],
];

const button = (name, text, onclick, className = "quiet") => el("button", { type: "button", class: className, onclick }, icon(name), text);

function idLine(userId) {
  const copy = button("copy", "Copy id", async () => {
    await navigator.clipboard?.writeText(userId).catch(() => {});
    copy.lastChild.textContent = "Copied";
  });
  return el("p", { class: "id-line" }, el("code", {}, userId), copy);
}

export class Profiles {
  #chat;
  #directory;
  #act;

  /** @param act tells how an action went: `act(promise, sentence)`, or with what gives the sentence for the result */
  constructor(chat, directory, act) {
    this.#chat = chat;
    this.#directory = directory;
    this.#act = act;
  }

  open(userId) {
    const name = this.#chat.people.name(userId);
    const conversation = this.#chat.current;
    openDialog(
      name,
      (close) => {
        const isMe = userId === this.#chat.me;
        const online = isMe || this.#chat.isOnline(userId);
        const head = el("div", { class: "profile-head" }, avatar(userId, name, { size: "large", online }), el("div", {}, el("p", {}, online ? "Here now" : "Away"), idLine(userId)));
        if (isMe) return [head];
        const done = (promise, sentence) => this.#act(promise, sentence).then((went) => went && close());
        return [head, this.#personal(userId, name, done, close), conversation?.isRoom && this.#moderation(conversation, userId, name, done)].filter(Boolean);
      },
      { class: "profile" },
    );
  }

  #personal(userId, name, done, close) {
    const write = () => {
      close();
      location.hash = this.#chat.conversation("user", userId).hash;
    };
    const block = button("mute", "Block direct messages", () => done(this.#directory.block(userId, true), `${name} can't write to you any more`));
    const unblock = button("check", "Unblock", () => done(this.#directory.block(userId, false), `${name} can write to you`));
    block.disabled = true; // it has its place from the beginning, so that nothing moves under a pointer
    this.#directory.isBlocked(userId).then(
      (blocked) => (blocked ? block.replaceWith(unblock) : (block.disabled = false)),
      () => {}, // it is reported like any refused call
    );
    return el("div", { class: "choices" }, button("at", "Write a direct message", write, "primary"), block);
  }

  #moderation(conversation, userId, name, done) {
    const rank = this.#chat.rank(conversation);
    const role = conversation.members.roles.get(userId);
    const parts = [];
    if (rank > 0 && rank > rankOfRole(role)) {
      parts.push(...MUTES.map(([text, seconds]) => button("mute", text, () => done(this.#directory.mute(conversation, userId, seconds), seconds > 0 ? `${name} is muted` : `${name} may speak again`))));
      if (rank > 1) parts.push(...this.#roles(conversation, userId, name, role, done));
    }
    if (parts.length === 0) return undefined;
    const remove = form(
      async ({ reason }) => {
        await this.#directory.remove(conversation, userId, reason.trim());
        await done(Promise.resolve(), `${name} was removed from ${conversation.room.name}`);
      },
      "Remove from the room",
      field("Reason", { name: "reason", maxlength: 256 }, "Everybody in the room sees it."),
    );
    remove.classList.add("danger");
    return el("section", { class: "moderation" }, el("h3", {}, `In ${conversation.room.name}`), el("div", { class: "choices" }, ...parts), remove);
  }

  #roles(conversation, userId, name, role, done) {
    const set = (to, sentence) => done(this.#directory.setRole(conversation, userId, to), (hasRole) => (hasRole ? sentence : `${name} is invited`));
    return [
      role === undefined && button("plus", "Make a member", () => set("member", `${name} is a member`)),
      role !== "moderator" && button("shield", "Make a moderator", () => set("moderator", `${name} is a moderator`)),
      role === "moderator" && button("shield", "No longer a moderator", () => set("member", `${name} is a member`)),
    ].filter(Boolean);
  }

  /** The user's own account. */
  account({ api, logout, remove }) {
    const { email, verified } = api.user ?? {};
    const name = this.#chat.people.name(this.#chat.me);
    openDialog(
      name,
      (close) => {
        const toggle = () => {
          toggleTheme();
          switching.replaceChildren(icon(other()), `Use ${words()}`);
        };
        const other = () => (theme() === "dark" ? "sun" : "moon");
        const words = () => (theme() === "dark" ? "light colours" : "dark colours");
        const switching = button(other(), `Use ${words()}`, toggle);
        const leave = () => {
          close();
          logout();
        };
        const head = el("div", { class: "profile-head" }, avatar(this.#chat.me, name, { size: "large", online: true }), el("div", {}, email && el("p", { class: "own-email" }, email, verified !== undefined && el("span", { class: `role ${verified ? "" : "lacking"}` }, verified ? "confirmed" : "not confirmed")), idLine(this.#chat.me)));
        const instead = (open) => () => {
          close();
          open();
        };
        const logins = button("shield", "Your logins", instead(() => openLogins(api, this.#act).catch(() => {})));
        const factor = button("lock", "Second factor", instead(() => openFactor(api).catch(() => {})));
        const end = button("trash", "Delete account", instead(() => openDeletion(remove)), "quiet danger");
        return [head, el("div", { class: "choices" }, switching, button("logout", "Log out", leave), email && logins, email && factor, email && end)];
      },
      { class: "profile" },
    );
  }
}
