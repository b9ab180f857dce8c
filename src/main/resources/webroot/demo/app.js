/** The demo chat: it uses the client library as any application would, and nothing else of the server than its documented calls. */
import { connect } from "/sdk/portcullis.js";
import { Announcer } from "./announce.js";
import { Api } from "./api.js";
import { Chat } from "./chat.js";
import { Composer } from "./composer.js";
import { PAGE, fromHash } from "./conversation.js";
import { Directory } from "./directory.js";
import { el } from "./dom.js";
import { Files } from "./files.js";
import { plural } from "./format.js";
import { Happened } from "./happened.js";
import { Invitations } from "./invitations.js";
import { CONFIRMED, NOT_GOOD, linkOf, openConfirmation, takeLink } from "./links.js";
import { askLogin, askNewPassword } from "./login.js";
import { endLogin } from "./logout.js";
import { plain } from "./markup.js";
import { Memory, login, showTheme } from "./memory.js";
import { Messages } from "./messages.js";
import { Outbox } from "./outbox.js";
import { Panel } from "./panel.js";
import { Profiles } from "./profile.js";
import { RoomDialogs } from "./rooms.js";
import { SearchDialog } from "./search.js";
import { Shell } from "./shell.js";
import { Sidebar } from "./sidebar.js";
import { explainFailure, likelyCause } from "./trouble.js";
import { Verification } from "./verification.js";

const NOTICE = "portcullis.demo.notice";
const OTHER_USER = "Another user signed in in this browser. What was not sent yet was dropped.";
const PASSWORD_SET = "Your password is set. Log in.";
/** What the login says of a link that was tried before it. */
const AFTER_LINK = new Map([[true, `${CONFIRMED} Log in.`], [false, `${NOT_GOOD} Log in to have another mail.`]]);
const SOME_ATTEMPTS = 2;
const ENDS = {
  0: "You were logged out.",
  4005: "You are logged in too often: other sessions of yours are open.",
  1008: "The server ended your session. You may have been logged out elsewhere.",
};

const root = document.getElementById("root");
const link = takeLink();
/** A new part of the address behind #: before the chat begins it matters only if it is the link of a mail. */
let followAddress = () => linkOf(location.hash) && location.reload();
addEventListener("hashchange", () => followAddress());

let restarts = false;
/** While the account is being deleted: its session ends before the answer comes. */
let leaves = false;

/** Begins again, with a sentence for the user. A fresh page is sure to keep nothing of the session before. */
function restart(notice) {
  if (restarts) return; // the first reason counts
  restarts = true;
  if (notice) sessionStorage.setItem(NOTICE, notice);
  history.replaceState(null, "", location.pathname);
  location.reload();
}

function takeNotice() {
  const notice = sessionStorage.getItem(NOTICE) ?? undefined;
  sessionStorage.removeItem(NOTICE);
  return notice;
}

async function main() {
  showTheme();
  const api = new Api();
  const isConfirmed = link?.purpose === "verify" ? await openConfirmation(root, api, link.token) : undefined;
  const isSet = link?.purpose === "reset" && (await askNewPassword(root, api, link.token));
  if (login.is("ending")) return logOut(api);
  const notice = isSet ? PASSWORD_SET : takeNotice();
  const { accounts, registration, mails } = await api.settings();
  const isBack = accounts && !notice && (await api.resume().catch(() => false));
  if (!isBack) await askLogin(root, api, { accounts, registration, mails, notice: notice ?? AFTER_LINK.get(isConfirmed) });
  const client = connect({ url: new URL("/ws", location.href).href, getToken: api.getToken, tail: PAGE });
  client.on("state", ({ state, code, reason }) => {
    if (state !== "ended" || code === 1000 || leaves) return;
    const refused = /^(invalid|expired|revoked)_token$/.test(reason) && `The server refused the token: ${reason.replace("_", " ")}.`;
    restart(refused || (ENDS[code] ?? `The session ended: ${reason || code}.`));
  });
  api.onother = () => {
    client.close();
    restart(OTHER_USER);
  };
  await firstConnection(client);
  const verification = begin(api, client);
  if (isConfirmed !== undefined) verification.told(isConfirmed);
}

async function logOut(api) {
  await endLogin(root, api);
  restart("You are logged out.");
}

async function firstConnection(client) {
  const why = el("p", {});
  root.replaceChildren(el("div", { class: "starting", role: "status" }, el("p", {}, "Connecting…"), why));
  let failures = 0;
  const stop = client.on("state", async ({ state }) => {
    if (state === "waiting" && ++failures >= SOME_ATTEMPTS) why.textContent = await likelyCause();
  });
  await client.ready;
  stop();
}

/** Returns what the link of a mail is for. */
function begin(api, client) {
  const memory = new Memory(client.session.userId, () => api.isOpen);
  const chat = new Chat(client, memory);
  chat.people.learn(chat.me, api.user?.username ?? api.pastedName);
  const openSide = (name) => {
    const isShown = shell.isOpen("right") && panel.chosen === name;
    panel.choose(name);
    if (isShown) shell.hide("right");
    else shell.show("right");
  };
  const shell = new Shell(root, { happened: () => openSide("happened"), people: () => openSide("people"), settings: () => rooms.settings(chat.current), search: () => search.open() });
  const announcer = new Announcer(shell.live);
  const happened = new Happened(shell.happened, announcer);
  const files = new Files(api);
  const outbox = new Outbox(chat);
  const directory = new Directory(api, chat);
  const act = async (promise, saying) => {
    try {
      const result = await promise;
      const sentence = typeof saying === "function" ? saying(result) : saying;
      shell.toast(sentence);
      announcer.say(sentence);
      return true;
    } catch (failure) {
      chat.emit("problem", failure.message);
      return false;
    }
  };
  const rooms = new RoomDialogs(chat, directory, act);
  const profiles = new Profiles(chat, directory, act);
  const logout = () => {
    client.close();
    memory.forget();
    logOut(api);
  };
  const remove = async (password) => {
    leaves = true;
    try {
      await api.deleteAccount(password);
    } catch (failure) {
      leaves = false;
      if (client.state === "ended") restart("The server could not finish the deletion of your account. Its operator has been told.");
      throw failure;
    }
    memory.forget();
    restart("Your account is deleted.");
  };
  const profile = (userId) => (userId === chat.me ? profiles.account({ api, logout, remove }) : profiles.open(userId));

  const invitations = new Invitations(client, chat);
  new Sidebar(chat, invitations, shell.sidebar, {
    browse: () => rooms.browse(),
    create: () => rooms.create(),
    write: () => rooms.write(),
    account: () => profile(chat.me),
    accept: (invitation) => act(invitations.accept(invitation), `You are in ${invitation.name}`),
    decline: (invitation) => act(invitations.decline(invitation), `You declined the invitation to ${invitation.name}`),
  });
  invitations.on("new", ({ name, byUserId }) => {
    const sentence = `${byUserId ? chat.people.name(byUserId) : "The application"} invites you to ${name}`;
    happened.add("info", sentence);
    announcer.say(sentence);
  });
  const panel = new Panel(chat, shell.side, shell.happened, { profile, close: () => shell.hide("right") });
  const messages = new Messages(
    chat,
    files,
    {
      profile,
      reply: (entry) => composer.reply(entry),
      edit: (entry) => composer.edit(entry),
      delete: (entry) => outbox.delete(chat.current, entry.messageId),
      again: (entry) => outbox.again(chat.current, entry),
      discard: (entry) => outbox.discard(chat.current, entry),
      problem: (sentence) => chat.emit("problem", sentence),
    },
    shell,
  );
  const search = new SearchDialog(chat, async (conversation, match) => {
    if (chat.current !== conversation) chat.open(conversation);
    await chat.loadAround(conversation, match);
    messages.reveal(match.messageId);
  });
  const composer = new Composer(chat, outbox, files, shell.composer);
  document.addEventListener("keydown", (event) => event.key === "Escape" && composer.cancel());

  const verification = new Verification(api, chat, () => client.renewToken(), shell.banner);
  client.on("token_refreshed", () => chat.granted(api.role));
  report({ api, client, chat, shell, announcer, happened });
  route(chat, shell, verification);
  directory.start({ ...memory.rooms }, !memory.arrived, () => chat.current ?? openFirst(chat)).then(() => openFirst(chat));
  chat.on("open", (conversation) => conversation?.isRoom && directory.describe(conversation));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && directory.refresh().catch(() => {}));
  Object.keys(memory.talks).forEach((userId) => chat.conversation("user", userId));
  return verification;
}

/** What is shown and said of what happens. */
function report({ api, client, chat, shell, announcer, happened }) {
  api.onrefused = (failure) => happened.refusedCall(failure);
  happened.follow(client);
  happened.add("good", "Connected");
  shell.connection({ state: client.state });
  client.on("state", (state) => {
    shell.connection(state);
    if (state.state === "waiting") chat.beginResume();
  });
  client.on("notification", ({ content }) => {
    happened.add("info", "A word to everybody", plain(content));
    shell.toast(plain(content));
    announcer.say(plain(content));
  });
  chat.on("resumed", (resume) => happened.resumed(resume));
  chat.on("announce", (sentence) => announcer.say(sentence));
  chat.on("problem", (sentence) => {
    shell.toast(sentence, "bad");
    announcer.say(sentence);
  });
  chat.on("membership", ({ name, role, before, by }) => {
    const who = by ? ` by ${by}` : "";
    if (!role) return happened.add("info", `You are no longer a member of ${name}`);
    if (!before) happened.add("good", `You were added to ${name}${who}`);
    else if (before !== role) happened.add("info", `You are ${role} of ${name} now`);
  });
  chat.on("lost", ({ room }) => happened.add("bad", `You are no longer in ${room.name}`));
  chat.on("new", ({ conversation, text }) => {
    if (conversation === chat.current) announcer.message(text);
    else announcer.say(conversation.isRoom ? `New message in ${conversation.room.name}` : `New direct message from ${chat.people.name(conversation.id)}`);
  });
  const head = () => {
    const { current } = chat;
    if (!current) return shell.drawHead("Portcullis chat", "", false);
    if (!current.isRoom) return shell.drawHead(chat.people.name(current.id), chat.isOnline(current.id) ? "Here now" : "Away", false);
    const kind = current.room.visibility === "private" ? "Private room" : "Public room";
    const who = { joined: `${plural(current.members.online.size, "person", "people")} here`, joining: "joining…" }[current.status] ?? "you are not in it";
    return shell.drawHead(current.room.name, `${kind}, ${who}`, current.status !== "outside");
  };
  for (const event of ["open", "people", "list"]) chat.on(event, head);
}

/** The part of the address behind # names the conversation, so that the browser's back button works. */
function route(chat, shell, verification) {
  chat.on("open", (conversation) => {
    const address = conversation?.hash ?? location.pathname;
    if (location.hash !== address) history.replaceState(null, "", address);
  });
  followAddress = () => {
    const { purpose } = linkOf(location.hash) ?? {};
    if (purpose === "verify") return verification.open(takeLink(chat.current?.hash).token);
    if (purpose) return location.reload(); // all that is here ends with a new password
    openAddress(chat);
    return shell.hide("left");
  };
}

function openAddress(chat) {
  const named = fromHash(location.hash);
  if (!named) return chat.open(undefined);
  return chat.open(chat.visit(named.kind, named.id));
}

function openFirst(chat) {
  const [first] = [...chat.conversations.values()].sort((one, other) => other.isRoom - one.isRoom || one.room.name.localeCompare(other.room.name));
  if (!fromHash(location.hash) && first) history.replaceState(null, "", first.hash);
  openAddress(chat);
}

main().catch((failure) => restarts || explainFailure(root, failure));
