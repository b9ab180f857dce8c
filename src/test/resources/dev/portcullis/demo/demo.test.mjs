/** The parts of the demo that need no browser: what is text, in which order messages stand, what is shown once. */
import assert from "node:assert/strict";
import { after, describe, test } from "node:test";

const demo = (name) => import(`${process.env.DEMO}/${name}`);
const { parse, plain } = await demo("markup.js");
const { Timeline } = await demo("timeline.js");
const { Conversation, fromHash } = await demo("conversation.js");
const { Chat } = await demo("chat.js");
const { Events } = await demo("events.js");
const { excerpt } = await demo("search.js");
const { Members, People, rankOf } = await demo("people.js");
const { Memory, login } = await demo("memory.js");
const { duration, size } = await demo("format.js");
const { cleanName, described, namesOf } = await demo("files.js");
const { Directory } = await demo("directory.js");
const { Outbox } = await demo("outbox.js");
const { Api, CallError } = await demo("api.js");
const { confirmAddress, linkOf, openConfirmation, takeLink } = await demo("links.js");
const { Verification } = await demo("verification.js");

const ME = "u:me";
const chat = (seq, more = {}) => ({ type: "chat", messageId: `m${seq}`, epoch: "e", seq, userId: "u:ben", content: `text ${seq}`, timestamp: 1_700_000_000_000 + seq * 1_000, ...more });
const shown = (timeline) => timeline.rows().filter(({ kind }) => kind === "message" || kind === "pending").map(({ entry }) => entry.text ?? entry.content);

describe("markup", () => {
  test("six tags become elements, references characters, and all else is text", () => {
    assert.deepEqual(parse("a <b>x <em>y</em></b> &lt;i&gt; &amp;amp; &quot;&#39;&#x338;"), ["a ", { tag: "b", children: ["x ", { tag: "em", children: ["y"] }] }, ' <i> &amp; "\'\u0338']);
    for (const text of ["<img src=x onerror=ran(1)>", "<b onclick=ran(1)>", "<script>ran(1)</script>", "<B>", "</ b>", "&nbsp;", "&lt", "<a href=javascript:ran(1)>x</a>"]) {
      assert.deepEqual(parse(text), [text]);
    }
  });

  test("tags that are not balanced end with the text", () => {
    assert.deepEqual(parse("<b>x</i></b></b>y<code>z"), [{ tag: "b", children: ["x"] }, "y", { tag: "code", children: ["z"] }]);
    assert.deepEqual(parse("<b><i>x</b>y"), [{ tag: "b", children: [{ tag: "i", children: ["x"] }] }, "y"]);
    assert.equal(plain("<b>".repeat(5_000) + "x"), "x");
  });

  test("reference that is no character becomes the sign for that", () => {
    assert.equal(plain("&#0;&#xd800;&#x110000;&#65;"), "\ufffd\ufffd\ufffdA");
  });
});

describe("timeline", () => {
  test("message that is over loses its text without the server", () => {
    const timeline = new Timeline();
    timeline.add(chat(1, { expiresInMs: 1_000 }));
    timeline.add(chat(2));
    timeline.begin({ id: "1", text: "mine", userId: ME, timestamp: 1, expiresInMs: 1_000 });
    timeline.confirm("1", { messageId: "m3", epoch: "e", seq: 3 }, { userId: ME });
    assert.equal(timeline.endThose(() => 1), false);
    assert.equal(timeline.endThose(({ expiresInMs }) => (expiresInMs === undefined ? Infinity : 0)), true);
    assert.deepEqual(shown(timeline), ["", "text 2", "mine"]);
    assert.equal(timeline.get("m1").expired, true);
    timeline.remove({ messageId: "m1", userId: "u:ben", reason: "expired" });
    assert.deepEqual(shown(timeline), ["", "text 2", "mine"]);
    assert.equal(timeline.endThose(() => 0), false);
  });

  test("messages stand in the order of seq and once, however they come", () => {
    const timeline = new Timeline();
    for (const seq of [3, 1, 2, 3]) timeline.add(chat(seq));
    assert.deepEqual(shown(timeline), ["text 1", "text 2", "text 3"]);
  });

  test("own message is shown once, whether its ack or itself comes first", () => {
    const author = { userId: ME };
    for (const ackFirst of [true, false]) {
      const timeline = new Timeline();
      timeline.begin({ id: "1", text: "hi & <b>", userId: ME, timestamp: 1 });
      const frame = chat(1, { userId: ME, content: "hi &amp; ", text: "hi & <b>" });
      const acked = () => timeline.confirm("1", { messageId: "m1", epoch: "e", seq: 1 }, author);
      const came = () => (timeline.cameBack(frame), timeline.add(frame));
      for (const step of ackFirst ? [acked, came] : [came, acked]) {
        step();
        assert.deepEqual(shown(timeline), ["hi & <b>"]);
      }
      assert.equal(timeline.get("m1").content, "hi &amp; ");
    }
  });

  test("message of another session takes no message with the same text away that is still to be sent", () => {
    const fromElsewhere = () => {
      const timeline = new Timeline();
      timeline.begin({ id: "1", text: "ok", userId: ME, timestamp: 1 });
      const frame = chat(1, { userId: ME, content: "ok" });
      timeline.cameBack(frame);
      timeline.add(frame);
      assert.deepEqual([shown(timeline), timeline.pending.length], [["ok"], 1]);
      return timeline;
    };
    const sent = fromElsewhere();
    sent.confirm("1", { messageId: "m2", epoch: "e", seq: 2 }, { userId: ME });
    assert.deepEqual(shown(sent), ["ok", "ok"]);
    const refused = fromElsewhere();
    refused.change("1", { state: "failed", problem: "Refused." });
    assert.deepEqual(shown(refused), ["ok", "ok"]);
  });

  test("message whose ack came first hides no second one with the same text", () => {
    const timeline = new Timeline();
    for (const id of ["1", "2"]) timeline.begin({ id, text: "ok", userId: ME, timestamp: 1 });
    timeline.confirm("1", { messageId: "m1", epoch: "e", seq: 1 }, { userId: ME });
    timeline.cameBack(chat(1, { userId: ME, content: "ok" }));
    assert.deepEqual(shown(timeline), ["ok", "ok"]);
  });

  test("newer edit stays over an older one and over a history that does not know it", () => {
    const timeline = new Timeline();
    timeline.add(chat(1));
    timeline.add({ type: "message_edited", messageId: "m1", seq: 5, content: "second" });
    timeline.add({ type: "message_edited", messageId: "m1", seq: 4, content: "first" });
    timeline.add(chat(1));
    assert.deepEqual(shown(timeline), ["second"]);
    timeline.add(chat(1, { content: "third", edited: { seq: 6, timestamp: 1 } }));
    assert.deepEqual(shown(timeline), ["third"]);
  });

  test("deleted message keeps its place and says nothing", () => {
    const timeline = new Timeline();
    timeline.add(chat(1, { text: "secret" }));
    timeline.remove({ messageId: "m1", userId: "u:mod" });
    timeline.add({ type: "message_edited", messageId: "m1", seq: 5, content: "back" });
    timeline.add({ type: "message_deleted", messageId: "m0", seq: 0, userId: "u:ben", timestamp: 1_700_000_000_000 });
    assert.deepEqual(shown(timeline), ["", ""]);
    assert.equal(timeline.lastOf("u:ben"), undefined);
  });

  test("message whose time is over says so, also where it was never seen", () => {
    const timeline = new Timeline();
    timeline.add(chat(1, { text: "secret", expiresInMs: 60_000 }));
    timeline.remove({ type: "message_deleted", messageId: "m1", userId: "u:ann", reason: "expired" });
    timeline.add({ type: "message_deleted", messageId: "m0", seq: 0, userId: "u:ben", timestamp: 1_700_000_000_000, reason: "expired" });
    timeline.add(chat(2));
    timeline.remove({ type: "message_deleted", messageId: "m2", userId: "u:ann" });
    assert.deepEqual(["m1", "m0", "m2"].map((id) => timeline.get(id).expired), [true, true, false]);
  });

  test("deleted message stays deleted, whatever a history says of it", () => {
    const timeline = new Timeline();
    timeline.add(chat(1, { text: "secret" }));
    timeline.remove({ type: "message_deleted", messageId: "m1", userId: "u:ben" });
    timeline.add(chat(1, { text: "secret", edited: { seq: 3, timestamp: 1 } }));
    assert.deepEqual([shown(timeline), timeline.get("m1").deleted], [[""], true]);
  });

  test("edit and deletion that come before their message are applied to it", () => {
    const timeline = new Timeline();
    const edited = (seq, content) => timeline.add({ type: "message_edited", messageId: "m1", seq, content });
    for (const seq of [4, 6, 5]) edited(seq, `edit ${seq}`);
    timeline.remove({ type: "message_deleted", messageId: "m2", seq: 7, userId: "u:mod" });
    timeline.add({ type: "message_edited", messageId: "m2", seq: 8, content: "back" });
    [chat(1), chat(2), chat(3)].forEach((each) => timeline.add(each));
    assert.deepEqual(shown(timeline), ["edit 6", "", "text 3"]);
    assert.equal(timeline.get("m2").deletedBy, "u:mod");

    const newer = new Timeline();
    newer.add({ type: "message_edited", messageId: "m1", seq: 4, content: "older" });
    newer.add(chat(1, { content: "newer", edited: { seq: 5, timestamp: 1 } }));
    assert.deepEqual(shown(newer), ["newer"]);
  });

  test("what came early is forgotten with the messages", () => {
    const timeline = new Timeline();
    timeline.remove({ type: "message_deleted", messageId: "m1", seq: 7, userId: "u:mod" });
    timeline.clear();
    timeline.add(chat(1));
    assert.deepEqual(shown(timeline), ["text 1"]);
  });

  test("event of an application is not shown, and the history goes on before it", () => {
    const timeline = new Timeline();
    timeline.add(chat(7));
    assert.equal(timeline.add({ type: "event", event: "poll.vote", data: 1, seq: 5, messageId: "m5", userId: "bob" }), false);
    assert.deepEqual([timeline.firstSeq, timeline.last.seq, timeline.get("m5")], [5, 7, undefined]);
    timeline.clear();
    assert.equal(timeline.firstSeq, undefined);
  });

  test("what comes live behind an earlier place waits until the history was read up to there", () => {
    const timeline = new Timeline();
    timeline.follow([chat(3), chat(4)], true);
    assert.equal(timeline.add(chat(9)), true);
    timeline.add({ type: "message_edited", messageId: "m9", seq: 11, content: "edited 9", timestamp: 1 });
    timeline.add({ type: "message_edited", messageId: "m4", seq: 10, content: "edited 4", timestamp: 1 });
    assert.deepEqual(shown(timeline), ["text 3", "edited 4"]);
    assert.equal(timeline.followed, 4);
    timeline.follow([chat(5), chat(6)], true);
    assert.deepEqual(shown(timeline), ["text 3", "edited 4", "text 5", "text 6"]);
    timeline.follow([chat(7), chat(8), chat(9)], false);
    assert.equal(timeline.newer, false);
    assert.deepEqual(shown(timeline), ["text 3", "edited 4", "text 5", "text 6", "text 7", "text 8", "edited 9"]);
  });

  test("more than can wait is read again", () => {
    const timeline = new Timeline();
    timeline.follow([chat(1)], true);
    for (let seq = 2; seq <= 2_010; seq++) timeline.add(chat(seq));
    timeline.follow([chat(2)], false);
    assert.equal(timeline.newer, true);
    timeline.follow([chat(3)], false);
    assert.deepEqual([timeline.newer, ...shown(timeline)], [false, "text 1", "text 2", "text 3"]);
  });

  test("excerpt is the part of a text with what was looked for", () => {
    assert.deepEqual(excerpt("say hello now", [[4, 5]]), ["say ", { mark: "hello" }, " now"]);
    assert.deepEqual(excerpt("a b a", [[0, 1], [4, 1]]), [{ mark: "a" }, " b ", { mark: "a" }]);
    const long = excerpt(`${"x ".repeat(100)}word ${"y ".repeat(200)}`, [[200, 4]]);
    assert.deepEqual([long[0], long[2], long.at(-1)], ["…", { mark: "word" }, "…"]);
  });

  test("rows are grouped by author, and divided by day and before what is new", () => {
    const timeline = new Timeline();
    [chat(1), chat(2), chat(3, { userId: ME }), chat(4, { timestamp: 1_700_200_000_000 })].forEach((each) => timeline.add(each));
    const rows = timeline.rows({ newFrom: 3 });
    assert.deepEqual(rows.map(({ kind, compact }) => [kind, compact ?? ""].join(" ").trim()), ["day", "message false", "message true", "new", "message false", "day", "message false"]);
    assert.equal(timeline.fromEnd(2, ME).seq, 2);
  });

  test("reader stands at the last message read, and not at their own", () => {
    const timeline = new Timeline();
    [chat(1), chat(2, { userId: "u:cem" })].forEach((each) => timeline.add(each));
    const readers = timeline.readers(new Map([["u:cem", 1], ["u:ben", 9], [ME, 9]]), ME);
    assert.deepEqual([...readers], [["m1", ["u:cem"]], ["m2", ["u:ben"]]]);
    assert.deepEqual([...timeline.readers(new Map([["u:ben", 1]]), ME)], []);
  });
});

test("address names a conversation, and garbage none", () => {
  assert.deepEqual(fromHash("#user/u%3Aben"), { kind: "user", id: "u:ben" });
  for (const hash of ["", "#", "#room/", "#evil/x", "#room/%", "#room/a/b"]) assert.equal(fromHash(hash)?.id, undefined);
});

test("id that is the name of a property is an id like others", () => {
  globalThis.addEventListener ??= () => {};
  const memory = new Memory(ME);
  const people = new People(ME, memory);
  for (const id of ["constructor", "toString", "valueOf"]) {
    assert.equal(people.name(id), id);
    assert.equal(id in memory.rooms, false);
    people.learn(id, "Ann &amp; Co");
    assert.equal(people.name(id), "Ann & Co");
  }
  memory.forget();
});

describe("directory", () => {
  const LOBBY = { roomId: "lobby", name: "Lobby", visibility: "public" };
  const joinedBy = async (rooms, remembered, isNewcomer = true) => {
    const joined = [];
    await new Directory({ call: async () => ({ rooms }) }, { join: ({ roomId }) => joined.push(roomId) }).start(remembered, isNewcomer);
    return joined;
  };

  test("room of a stranger is not joined for its id", async () => {
    const named = ["constructor", "toString", "hasOwnProperty", "__proto__"].map((roomId) => ({ ...LOBBY, roomId }));
    assert.deepEqual(await joinedBy([...named, LOBBY], { ...Object.create(null) }), ["lobby"]);
    assert.deepEqual(await joinedBy([...named, LOBBY], { toString: null }), ["toString"]);
  });

  test("user who has left all rooms is no newcomer, who gets the first one", async () => {
    assert.deepEqual(await joinedBy([LOBBY], {}), ["lobby"]);
    assert.deepEqual(await joinedBy([LOBBY], {}, false), []);
    assert.deepEqual(await joinedBy([LOBBY, { ...LOBBY, roomId: "staff", role: "member" }], {}, false), ["staff"]);
    assert.deepEqual((await startedLate([LOBBY], {}, { isNewcomer: false })).joined, []);
  });

  /** A directory whose first calls fail, and what it joined before and after the list came. */
  const startedLate = async (rooms, remembered, { isNewcomer = true, before = () => {} } = {}) => {
    const conversations = new Map();
    const [early, joined, pauses] = [[], [], []];
    const chat = { find: (_, id) => conversations.get(id), emit: () => {} };
    chat.join = (room) => {
      joined.push(room.roomId);
      conversations.set(room.roomId, { status: "joined", room });
    };
    let failures = 3;
    const call = async () => (failures-- > 0 ? Promise.reject(new Error("unavailable")) : { rooms });
    const pause = async (ms) => pauses.push(ms);
    await new Promise((late, failed) => {
      const start = new Directory({ call }, chat, pause).start(remembered, isNewcomer, late);
      start.then(() => (early.push(...joined.splice(0)), before(conversations))).catch(failed);
    });
    return { early, joined, pauses, names: [...conversations.values()].map(({ room }) => room.name) };
  };

  test("rooms are joined by their ids while the list can't be read, and the others when it has come", async () => {
    const rooms = [LOBBY, { ...LOBBY, roomId: "tea", name: "Tea" }, { ...LOBBY, roomId: "staff", name: "Staff", role: "member" }];
    const { early, joined, pauses, names } = await startedLate(rooms, { tea: null, hidden: null });
    assert.deepEqual({ early, joined }, { early: ["tea", "hidden"], joined: ["staff"] });
    assert.deepEqual(names, ["Tea", undefined, "Staff"]);
    assert.deepEqual(pauses, [2_000, 4_000, 8_000]);
    assert.deepEqual((await startedLate(rooms, { tea: null }, { before: (conversations) => conversations.clear() })).joined, ["staff"]);
  });

  test("newcomer gets the first room when the list has come", async () => {
    assert.deepEqual((await startedLate([LOBBY], {})).joined, ["lobby"]);
    assert.deepEqual((await startedLate([LOBBY], {}, { before: (conversations) => conversations.set("lobby", { status: "outside" }) })).joined, ["lobby"]);
    assert.deepEqual((await startedLate([LOBBY], { lobby: null })).joined, []);
  });
});

test("role is that of the newest token of the session, and each session begins with its own", () => {
  const client = Object.assign(new Events(), { session: { userId: ME, role: "unverified" } });
  const chat = new Chat(client, { names: {} });
  const seen = [];
  chat.on("role", () => seen.push([chat.role, chat.unverified]));
  chat.granted("member");
  client.emit("auth_success");
  client.session = { userId: ME, role: "moderator" };
  client.emit("auth_success");
  assert.deepEqual(seen, [["member", false], ["unverified", true], ["moderator", false]]);
});

describe("conversation that an address names", () => {
  /** A chat with a server on which there are these messages. */
  const begun = (messages = []) => {
    const client = new Events();
    const target = { join: async () => {}, leave: async () => {}, history: async () => ({ messages, more: false }), send: () => new Promise(() => {}) };
    Object.assign(client, { session: { userId: ME, role: "member" }, room: () => target, user: () => target });
    const memory = { names: {}, rooms: {}, talks: {}, save() {} };
    const chat = new Chat(client, memory);
    return { client, chat, memory, keys: () => [...chat.conversations.keys()], talks: () => Object.keys(memory.talks) };
  };

  test("stays in the list while it is open, and is not remembered", async () => {
    const { chat, memory, keys, talks } = begun();
    const tea = chat.conversation("user", "u:tea");
    chat.open(chat.visit("user", "u:stranger"));
    chat.open(chat.visit("room", "garden"));
    assert.deepEqual([keys(), chat.current.status], [["user:u:tea", "room:garden"], "outside"]);
    chat.open(tea);
    assert.deepEqual([keys(), talks(), memory.rooms], [["user:u:tea"], ["u:tea"], {}]);
  });

  test("is one of the user's once something is written, joined, or found in its history", async () => {
    const { client, chat, memory, keys, talks } = begun([{ ...chat_message, seq: 1 }]);
    const [lobby, known, writing, drafting] = [chat.visit("room", "lobby"), ...["u:known", "u:writing", "u:drafting"].map((id) => chat.visit("user", id))];
    chat.open(known);
    while (!known.timeline.loaded) await new Promise(setImmediate);
    new Outbox(chat).send(writing, { text: "hello" });
    client.emit("chat_message", { ...chat_message, messageId: "m2", userId: "u:calling" });
    drafting.draft = "Dear";
    chat.open(drafting);
    chat.join(lobby.room);
    chat.open(lobby);
    assert.deepEqual(keys(), ["room:lobby", "user:u:known", "user:u:writing", "user:u:drafting", "user:u:calling"]);
    assert.deepEqual([talks(), Object.keys(memory.rooms), memory.arrived], [["u:known", "u:writing", "u:calling"], ["lobby"], undefined]);
    client.emit("joined", { roomId: "lobby", members: [], epoch: "e", seq: 1 });
    await chat.leave(lobby);
    assert.deepEqual([memory.rooms, memory.arrived], [{}, true]);
  });

  const message = (seq, userId = "u:bob") => ({ type: "chat", messageId: `m${seq}`, epoch: "e", seq, userId, roomId: "lobby", content: `text ${seq}`, mentions: [], timestamp: seq });
  const joined = (seqs, more = {}) => ({ roomId: "lobby", members: [], epoch: "e", seq: 9, recovered: false, messages: seqs.map((seq) => message(seq)), ...more });

  test("room has its newest messages when it is joined, and as many are unread as are behind the read mark", async () => {
    const { client, chat, memory } = begun();
    memory.rooms.lobby = { epoch: "e", seq: 6 };
    const lobby = chat.join({ roomId: "lobby", name: "Lobby" });
    client.emit("joined", joined([7, 8, 9], { readSeq: 7 }));
    assert.deepEqual([lobby.unread, lobby.timeline.loaded, lobby.timeline.more, lobby.timeline.firstSeq], [2, true, true, 7]);
    client.emit("joined", joined([7, 8, 9])); // such as where marks are off: then what this browser knows
    assert.equal(lobby.unread, 3);
    client.emit("read", { roomId: "lobby", userId: ME, seq: 8 });
    assert.equal(lobby.unread, 1);
    client.emit("resume", { roomId: "lobby", recovered: false, messages: [] });
    client.emit("joined", joined([8, 9], { seq: 9, readSeq: 9 }));
    assert.deepEqual([lobby.unread, lobby.timeline.firstSeq], [0, 8]);
  });

  test("room that is new to the user has nothing unread, and begins where its first message is", async () => {
    const { client, chat } = begun();
    const lobby = chat.join({ roomId: "lobby", name: "Lobby" });
    client.emit("joined", joined([1, 2], { readSeq: 0 }));
    assert.deepEqual([lobby.unread, lobby.timeline.more], [0, false]);
  });

  test("follows a membership: the user is added, the room has another name, the role changes", async () => {
    const { client, chat, keys } = begun();
    const told = [];
    chat.on("membership", (change) => told.push(change));
    const send = (role, name, byUserId) => client.emit("membership", { type: "membership", roomId: "team", role, name, byUserId });
    send("member", "Team &amp; tea", "u:bob");
    assert.deepEqual([keys(), chat.find("room", "team").status], [["room:team"], "joining"]);
    client.emit("joined", { ...joined([]), roomId: "team" });
    send("owner", "Tea");
    const { room } = chat.find("room", "team");
    assert.deepEqual([room.name, chat.rank(chat.find("room", "team")) > 1], ["Tea", true]);
    send(null, "Tea");
    assert.equal(chat.rank(chat.find("room", "team")), 0);
    assert.deepEqual(told.map(({ name, role, before, by }) => [name, role, before, by]), [
      ["Team & tea", "member", undefined, "Guest :bob"],
      ["Tea", "owner", "member", undefined],
    ]);
  });

  test("tells the end of a membership once: of a room that the user is in as the loss of the room", async () => {
    const { client, chat } = begun();
    const told = [];
    for (const type of ["membership", "lost"]) chat.on(type, () => told.push(type));
    const enter = () => {
      chat.join({ roomId: "team", name: "Tea" });
      client.emit("joined", { ...joined([]), roomId: "team" });
    };
    const end = (by = "u:bob") => client.emit("membership", { type: "membership", roomId: "team", role: null, name: "Tea", byUserId: by });
    const lose = () => client.emit("left", { roomId: "team", reason: "room_deleted" });
    for (const frames of [[end, lose], [lose, end]]) {
      enter();
      frames.forEach((send) => send());
      assert.deepEqual([told.splice(0), chat.find("room", "team").status], [["lost"], "room_deleted"]);
    }
    chat.drop(chat.find("room", "team"));
    end(ME);
    assert.deepEqual(told, []);
    end();
    assert.deepEqual(told, ["membership"]);
  });

  const chat_message = { type: "chat_message", messageId: "m1", epoch: "e", seq: 1, userId: "u:known", recipientId: ME, content: "hi", timestamp: 1 };
});

/** As much of a document as the parts build. */
async function withElements(use) {
  const made = [];
  const create = (name) => {
    const node = { name, value: "", style: {}, classList: { toggle() {} }, listeners: {}, setAttribute() {}, append() {}, replaceChildren() {}, focus() {} };
    node.addEventListener = (event, listener) => (node.listeners[event] = listener);
    made.push(node);
    return node;
  };
  const before = { document: globalThis.document, matchMedia: globalThis.matchMedia, setInterval: globalThis.setInterval };
  const document = { createElement: create, createElementNS: (_, name) => create(name), addEventListener() {} };
  Object.assign(globalThis, { document, matchMedia: () => ({ matches: false }), setInterval: () => 0 });
  try {
    await use(create, made);
  } finally {
    Object.assign(globalThis, before);
  }
}

describe("composer", () => {
  /** The field in which the user writes. */
  const withDocument = (use) =>
    withElements(async (create, made) => {
      const { Composer } = await demo("composer.js");
      const form = Object.assign(create("form"), { parentElement: create("main") });
      await use(Composer, form, () => made.find(({ name }) => name === "textarea"));
    });

  const withRooms = () => {
    const chat = new Events();
    const [tea, lobby] = ["tea", "lobby"].map((id) => Object.assign(new Conversation("room", id), { status: "joined" }));
    return Object.assign(chat, { tea, lobby, people: new People(ME, { names: {} }), open: (conversation) => chat.emit("open", (chat.current = conversation)) });
  };

  test("user who has not confirmed the address can't write, and can with the role of a newer token", () =>
    withDocument(async (Composer, form, field) => {
      const chat = withRooms();
      chat.unverified = true;
      new Composer(chat, { send: () => assert.fail("sent") }, {}, form);
      chat.open(chat.tea);
      field().value = "hello";
      form.listeners.submit({ preventDefault() {} });
      assert.deepEqual([field().disabled, field().placeholder], [true, "Confirm your address to write"]);
      chat.unverified = false;
      chat.emit("role");
      assert.deepEqual([field().disabled, field().placeholder], [false, "Message #tea"]);
    }));

  test("draft and reply wait for the end of an edit, and for the one after it", () =>
    withDocument(async (Composer, form, field) => {
      const chat = withRooms();
      const sent = [];
      const composer = new Composer(chat, { edit: async (...of) => sent.push(of[2]), send: async (_, message) => sent.push(message) }, {}, form);
      const [first, second] = ["m1", "m2"].map((messageId) => ({ messageId, userId: ME, text: `old ${messageId}` }));
      const submit = () => form.listeners.submit({ preventDefault() {} });
      chat.open(chat.tea);
      composer.reply(first);
      field().value = "draft";
      composer.edit(first);
      composer.edit(second);
      assert.equal(field().value, "old m2");
      assert.equal(composer.cancel(), true);
      assert.equal(field().value, "draft");
      composer.edit(first);
      field().value = "new";
      submit();
      assert.equal(field().value, "draft");
      composer.edit(first);
      chat.open(chat.lobby);
      assert.equal(field().value, "");
      chat.open(chat.tea);
      assert.equal(field().value, "draft");
      composer.edit(first);
      composer.reply(second);
      assert.equal(field().value, "draft");
      composer.edit(first);
      composer.cancel();
      submit();
      assert.deepEqual(sent, ["new", { text: "draft", replyTo: "m2", attachments: [], expiresInMs: undefined }]);
      assert.equal(composer.cancel(), false);
    }));

  test("refused edit keeps its text, and takes no place where something is typed", () =>
    withDocument(async (Composer, form, field) => {
      const chat = withRooms();
      const problems = [];
      chat.on("problem", (sentence) => problems.push(sentence));
      let refuse;
      const entry = { messageId: "m1", userId: ME, text: "old" };
      const composer = new Composer(chat, { edit: () => new Promise((answer) => (refuse = () => answer(false))) }, {}, form);
      const submitted = async (meanwhile) => {
        form.listeners.submit({ preventDefault() {} });
        meanwhile();
        refuse();
        await new Promise(setImmediate);
      };
      chat.open(chat.tea);
      composer.edit(entry);
      field().value = "new";
      await submitted(() => {});
      assert.equal(field().value, "new");
      await submitted(() => {
        chat.open(chat.lobby);
        field().value = "typed elsewhere";
      });
      assert.equal(field().value, "typed elsewhere");
      assert.match(problems.join(), /tea/);
      chat.open(chat.tea);
      assert.equal(field().value, "new");
      chat.open(chat.lobby);
      assert.equal(field().value, "typed elsewhere");
    }));
});

describe("links of mails", () => {
  test("link is told from the address of a conversation, and leaves the address at once", () => {
    assert.deepEqual(linkOf("#verify=a.b_c-1"), { purpose: "verify", token: "a.b_c-1" });
    assert.deepEqual(linkOf("#reset="), { purpose: "reset", token: "" });
    for (const hash of ["", "#room/verify=x", "#verify", "#user/reset=x", "#other=x"]) assert.equal(linkOf(hash), undefined);

    const replaced = [];
    Object.assign(globalThis, { location: { hash: "#reset=x", pathname: "/" }, history: { replaceState: (...of) => replaced.push(of[2]) } });
    assert.equal(takeLink().token, "x");
    location.hash = "#room/lobby";
    assert.equal(takeLink(), undefined);
    location.hash = "#verify=y";
    assert.equal(takeLink("#room/lobby").purpose, "verify");
    delete globalThis.location;
    delete globalThis.history;
    assert.deepEqual(replaced, ["/", "#room/lobby"]);
  });

  test("only a refusal of the link itself means that it is not good", async () => {
    const refusing = (failure) => ({ verify: () => Promise.reject(failure) });
    const refused = (rule) => new CallError(403, { reason: "forbidden", details: [{ path: "/token", rule }] });
    assert.equal(await confirmAddress({ verify: async () => {} }, "x"), true);
    assert.equal(await confirmAddress(refusing(refused("unknown")), "x"), false);
    assert.equal(await confirmAddress(refusing(refused("pattern")), "x"), false);
    for (const other of [new CallError(0), new CallError(503, { reason: "unavailable" }), new CallError(429, { reason: "rate_limited" }, 1_000)]) {
      await assert.rejects(confirmAddress(refusing(other), "x"), other);
    }
    assert.match(refused("unknown").message, /not good/);
    const plain = new CallError(400, { reason: "validation_failed", details: [{ path: "/newPassword", rule: "strength" }] });
    assert.equal(plain.message, "The password is too easy to guess.");
  });

  test("link is tried once, however often the user clicks", () =>
    withElements(async (create, made) => {
      const tried = [];
      let answered;
      const api = { verify: (token) => new Promise((resolve) => (answered = resolve), tried.push(token)) };
      const outcome = openConfirmation(create("main"), api, "x");
      const yes = made.find(({ name }) => name === "button");
      yes.listeners.click();
      yes.listeners.click();
      answered();
      assert.equal(await outcome, true);
      assert.deepEqual(tried, ["x"]);
    }));
});

describe("verification", () => {
  const set = (api, more = {}) => Object.assign(api, { renew: async () => api.onrenewed(), call: async () => ({ user: api.user }), ...more });

  /** With the banner as the user sees it, and what was handed to the connection and to other pages. */
  const withBanner = (api, role, use) =>
    withElements(async (create, made) => {
      const { BroadcastChannel } = globalThis;
      const told = [];
      const channels = [];
      globalThis.BroadcastChannel = class {
        constructor() {
          channels.push(this);
        }
        postMessage = (word) => told.push(word);
      };
      const chat = Object.assign(new Events(), { isConnected: true, role });
      Object.defineProperty(chat, "unverified", { get: () => chat.role === "unverified" });
      const offered = [];
      const banner = create("section");
      const verification = new Verification(set(api), chat, () => offered.push("newest"), banner);
      const [words, again] = ["p", "button"].map((tag) => made.find(({ name }) => name === tag));
      const shown = () => (banner.hidden ? [] : [words.textContent, ...(again.hidden ? [] : [again.textContent, again.disabled])]);
      const press = async () => {
        again.listeners.click();
        await settled();
      };
      try {
        await use({ verification, chat, offered, told, shown, press, otherPage: channels[0] });
      } finally {
        globalThis.BroadcastChannel = BroadcastChannel;
      }
    });
  const settled = async () => {
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
  };
  const ASKED = "Confirm your e-mail address: we have sent you a mail.";

  test("banner is there while the address is not confirmed, and nowhere else", async () => {
    for (const [verified, expected] of [[false, [ASKED, "Send it again", false]], [true, []], [undefined, []]]) {
      await withBanner({ user: { verified } }, "member", ({ shown }) => assert.deepEqual(shown(), expected));
    }
    await withBanner({ user: undefined }, "unverified", ({ shown }) => assert.deepEqual(shown(), []));
  });

  test("link that is good renews the login, hands the token to the connection and tells other pages", async () => {
    const api = { user: { verified: false }, role: "unverified", verify: async () => {} };
    await withBanner(api, "unverified", async ({ verification, offered, told, shown }) => {
      api.renew = async () => {
        Object.assign(api, { user: { verified: true }, role: "member" });
        api.onrenewed();
      };
      await verification.open("x");
      await settled();
      assert.deepEqual([offered, told, shown()], [["newest"], ["confirmed"], ["Your e-mail address is confirmed."]]);
    });
  });

  test("link of another account leaves the banner's button, and so does one that is not good", async () => {
    const api = { user: { verified: false }, role: "unverified", verify: async () => {} };
    await withBanner(api, "unverified", async ({ verification, offered, shown }) => {
      await verification.open("x");
      assert.match(shown()[0], /not that of the account/);
      assert.equal(shown()[1], "Send it again");
      verification.told(false);
      assert.match(shown()[0], /not good/);
      assert.equal(shown()[1], "Send another mail");
      api.verify = () => Promise.reject(new CallError(0));
      await verification.open("x");
      assert.equal(shown()[1], "Try again");
      assert.deepEqual(offered, []);
    });
  });

  test("mail that was sent a short time ago is waited for", async () => {
    const api = { user: { verified: false }, resend: () => Promise.reject(new CallError(429, { reason: "rate_limited" }, 59_500)) };
    await withBanner(api, "member", async ({ shown, press }) => {
      await press();
      assert.deepEqual(shown().slice(1), ["Send it again in 1 min", true]);
    });
  });

  test("address that was confirmed elsewhere is noticed by another page, and where another mail is asked for", async () => {
    for (const notice of [({ otherPage }) => otherPage.onmessage(), ({ press }) => press()]) {
      const api = { user: { verified: false }, role: "unverified", resend: () => Promise.reject(new CallError(409, { reason: "conflict" })) };
      await withBanner(api, "unverified", async (page) => {
        api.call = async () => ({ user: { verified: true } });
        api.renew = async () => {
          Object.assign(api, { user: { verified: true }, role: "member" });
          api.onrenewed();
        };
        await notice(page);
        await settled();
        assert.deepEqual([page.offered, page.shown()], [["newest"], ["Your e-mail address is confirmed."]]);
      });
    }
  });

  test("token of another issuer is not offered again and again", () =>
    withBanner({ user: undefined, role: undefined }, "unverified", async ({ chat, offered }) => {
      chat.emit("role");
      await settled();
      assert.deepEqual(offered, []);
    }));
});

test("login is renewed after the refresh that is under way, and knows the role of its token", async () => {
  const tokenOf = (role) => `x.${btoa(JSON.stringify({ sid: "s", role }))}.x`;
  const grant = (role, expiresIn) => Response.json({ user: { id: ME, verified: role === "member" }, accessToken: tokenOf(role), csrfToken: "c", expiresIn });
  let answer;
  const api = new Api();
  globalThis.fetch = async () => grant("unverified", 1);
  await api.login("ann@example.org", "x");
  assert.deepEqual([api.role, api.user.verified], ["unverified", false]);
  const asked = [];
  globalThis.fetch = (path) => new Promise((resolve) => asked.push(path) && (answer = resolve));
  const before = api.getToken({});
  const renewed = api.renew();
  answer(grant("unverified", 900));
  await before;
  while (asked.length < 2) await new Promise(setImmediate);
  let told = 0;
  api.onrenewed = () => told++;
  answer(grant("member", 900));
  await renewed;
  assert.deepEqual([api.role, api.user.verified, told, asked], ["member", true, 1, Array(2).fill("/api/auth/refresh")]);
  globalThis.fetch = async () => new Response(null, { status: 202 });
  assert.equal(await api.resend(), undefined);
});

test("login of another user in the same browser is not taken, however often it is asked for", async () => {
  const grant = (user) => ({ user: { id: `u:${user}` }, accessToken: `token-of-${user}`, csrfToken: "c", expiresIn: 1 });
  const sent = [];
  let holder = "ann";
  globalThis.fetch = async (path, request) => {
    sent.push(JSON.stringify([path, request]));
    return Response.json(grant(holder));
  };
  const api = new Api();
  let told = 0;
  api.onother = () => told++;
  await api.login("ann@example.org", "x");
  assert.equal(await api.getToken({}), "token-of-ann");
  holder = "ben";
  assert.deepEqual([await api.getToken({}), await api.getToken({ refused: "expired_token" })], [null, null]);
  await assert.rejects(api.call("POST", "/api/rooms", { name: "x" }), { reason: "ended" });
  assert.ok(told > 0);
  assert.equal(sent.some((each) => each.includes("token-of-ben") || each.includes("/api/rooms")), false);
});

test("login that gets no turn is tried again with the work that it is asked for, and at last told", async () => {
  const sent = [];
  const busy = () => Response.json({ error: { reason: "unavailable" } }, { status: 503, headers: { "Proof-Of-Work": `"${sent.length}";bits=1`, "Retry-After": "1" } });
  const grant = () => Response.json({ user: { id: "u:ann" }, accessToken: "x", csrfToken: "c", expiresIn: 900 });
  let refusals = 2;
  globalThis.fetch = async (path, { body }) => {
    sent.push(JSON.parse(body).proof);
    return sent.length <= refusals ? busy() : grant();
  };
  const api = new Api();
  api.work = async (asked) => `work on ${asked}`;
  await api.login("ann@example.org", "x");
  assert.deepEqual(sent, [undefined, 'work on "1";bits=1', 'work on "2";bits=1']);
  refusals = Infinity;
  await assert.rejects(api.login("ann@example.org", "x"), { reason: "unavailable" });
  assert.equal(sent.length, 7);
});

describe("logout beside another window of the browser", () => {
  /** The browser: what it stores and the cookie that its windows share. And the server, with the logins that have ended. */
  const browser = (expiresIn = 900) => {
    const stored = new Map();
    globalThis.localStorage = { getItem: (key) => stored.get(key) ?? null, setItem: (key, value) => stored.set(key, value), removeItem: (key) => stored.delete(key) };
    const state = { online: true, cookie: undefined, ended: [] };
    const tokenOf = (sid) => `x.${btoa(JSON.stringify({ sid }))}.x`;
    const grant = () => ({ user: { id: `u:${state.cookie.split("-")[0]}` }, accessToken: tokenOf(state.cookie), csrfToken: "c", expiresIn });
    globalThis.fetch = async (path, { body, headers }) => {
      if (!state.online) throw new TypeError("offline");
      if (path.endsWith("/login")) state.cookie = JSON.parse(body).email;
      const others = path.endsWith("/refresh") && JSON.parse(body).userId !== grant().user.id;
      if (others) return Response.json({ error: { reason: "conflict" } }, { status: 409 });
      if (!path.endsWith("/logout")) return Response.json(grant());
      state.ended.push(JSON.parse(atob(headers.Authorization.split(".")[1])).sid);
      return new Response(null, { status: 204 });
    };
    return state;
  };
  const window = async (sid) => {
    const api = new Api();
    api.onother = () => assert.fail("the page ends already");
    if (sid) await api.login(sid, "x");
    return api;
  };
  const { addEventListener } = globalThis;
  after(() => {
    delete globalThis.localStorage;
    globalThis.addEventListener = addEventListener;
  });
  const remembered = () => [login.is("open"), login.is("ending"), login.id];

  for (const [other, expiresIn, ended] of [["ben-1", 900, ["ann-1"]], ["ben-1", 1, []], ["ann-2", 900, ["ann-1"]]]) {
    test(`login ${other} goes on after the logout of ann-1, whose token is good for ${expiresIn} s`, async () => {
      const state = browser(expiresIn);
      const ann = await window("ann-1");
      await window(other);
      assert.equal(await ann.logout(), true);
      assert.deepEqual(state.ended, ended);
      assert.deepEqual(remembered(), [true, false, other]);
    });
  }

  test("login that began while the server could not be told of the logout goes on", async () => {
    const state = browser();
    const ann = await window("ann-1");
    state.online = false;
    assert.equal(await ann.logout(), false);
    assert.deepEqual(remembered(), [false, true, "ann-1"]);
    state.online = true;
    await window("ben-1");
    assert.equal(await ann.logout(), true);
    assert.deepEqual([state.ended, remembered()], [[], [true, false, "ben-1"]]);
  });

  test("logout that a reload goes on with ends the login that it was of, and no other", async () => {
    for (const cookie of ["ann-1", "ben-1"]) {
      const state = browser();
      const ann = await window("ann-1");
      state.online = false;
      await ann.logout();
      Object.assign(state, { online: true, cookie });
      assert.equal(await (await window()).logout(), true);
      assert.deepEqual([state.ended, remembered()], [cookie === "ann-1" ? ["ann-1"] : [], [false, false, undefined]]);
    }
  });

  /** What a window stores when it goes, after something has happened in another one. */
  const leftBy = async (api, happened) => {
    const listeners = {};
    globalThis.addEventListener = (type, listener) => (listeners[type] = listener);
    const memory = new Memory("u:ann", () => api.isOpen);
    memory.names["u:ben"] = "Ben";
    listeners.pagehide();
    assert.match(localStorage.getItem("portcullis.demo.user.u:ann"), /Ben/);
    await happened(listeners);
    listeners.pagehide();
    return localStorage.getItem("portcullis.demo.user.u:ann");
  };
  const removeNames = () => localStorage.removeItem("portcullis.demo.user.u:ann");

  test("page that goes after the logout in another window stores nothing", async () => {
    browser();
    const other = await window("ann-1");
    const ann = await window();
    await ann.resume();
    const loggedOut = async () => {
      removeNames();
      await other.logout();
    };
    assert.equal(await leftBy(ann, loggedOut), null);
    const isOther = async () => {
      removeNames();
      await window("ben-1");
    };
    assert.equal(await leftBy(await window("ann-2"), isOther), null);
  });

  test("page with a pasted token stores nothing once another window has forgotten its user", async () => {
    browser();
    const ann = new Api();
    ann.useToken("x.e30.x");
    const told = (key) => ({ storage }) => {
      removeNames();
      storage({ key, newValue: null });
    };
    assert.equal(await leftBy(ann, told("portcullis.demo.user.u:ann")), null);
    assert.equal(await leftBy(ann, told(null)), null);
    assert.match(await leftBy(ann, told("portcullis.demo.user.u:ben")), /Ben/);
  });

  test("page that a reload logs in again remembers the login that it got", async () => {
    const state = browser();
    await window("ann-1");
    state.cookie = "ann-2";
    const back = await window();
    assert.equal(await back.resume(), true);
    assert.deepEqual(remembered(), [true, false, "ann-2"]);
    await back.logout();
    assert.deepEqual([state.ended, remembered()], [["ann-2"], [false, false, undefined]]);
  });

  test("page that a reload finds with the cookie of another user is not logged in", async () => {
    const state = browser();
    await window("ann-1");
    state.cookie = "ben-1";
    const back = await window();
    assert.equal(await back.resume(), false);
    assert.deepEqual([back.user, state.ended, remembered()], [undefined, [], [false, false, undefined]]);
  });

  test("page ends where the cookie has become that of another user, whose login goes on", async () => {
    const state = browser(1);
    const ann = await window("ann-1");
    let told = 0;
    ann.onother = () => told++;
    await window("ben-1");
    assert.equal(await ann.getToken({}), null);
    assert.deepEqual([told, ann.user, state.ended, remembered()], [1, undefined, [], [true, false, "ben-1"]]);
  });
});

test("logout lasts until the server has heard of it", async () => {
  const api = new Api();
  globalThis.fetch = async () => Response.json({ user: { id: ME }, accessToken: "t", csrfToken: "c", expiresIn: 900 });
  await api.login("ann@example.org", "x");
  globalThis.fetch = () => Promise.reject(new TypeError("offline"));
  assert.equal(await api.logout(), false);
  await assert.rejects(api.getToken({}), { reason: "unavailable" });
  globalThis.fetch = async () => new Response("{}", { status: 401 });
  assert.equal(await api.logout(), true);
});

test("logout ends the calls under way, and none of them is sent after it", async (t) => {
  // The turn of the second call comes when the test says so, however long this process pauses.
  t.mock.method(performance, "now", () => 1_000);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const api = new Api();
  const sent = [];
  const never = ({ signal }) => new Promise((resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  globalThis.fetch = async (path, request) => {
    sent.push(path);
    if (path.startsWith("/api/rooms")) return never(request);
    return Response.json({ user: { id: ME }, accessToken: "t", csrfToken: "c", expiresIn: 900 });
  };
  await api.login("ann@example.org", "x");
  const underWay = assert.rejects(api.call("GET", "/api/rooms/lobby"), { reason: "unavailable" });
  const waiting = assert.rejects(api.call("GET", "/api/rooms/tea"), { reason: "ended" }); // for its turn
  while (!sent.includes("/api/rooms/lobby")) await new Promise(setImmediate);
  assert.equal(await api.logout(), true);
  t.mock.timers.tick(250);
  await Promise.all([underWay, waiting]);
  assert.deepEqual(sent, ["/api/auth/login", "/api/rooms/lobby", "/api/auth/logout"]);
});

test("change of presence after a gap is noticed", () => {
  const members = new Members();
  members.present([{ userId: "a", sessions: 1 }]);
  assert.equal(members.change({ version: 4, changes: [{ userId: "b", online: true }] }), false);
  assert.equal(members.change({ version: 5, changes: [{ userId: "a", online: false }] }), false);
  assert.equal(members.change({ version: 7, changes: [] }), true);
  assert.deepEqual(members.list((id) => id).map(({ userId }) => userId), ["b"]);
});

test("rank is the higher one of room and token", () => {
  assert.deepEqual([rankOf("member", "member"), rankOf("owner", "member"), rankOf(undefined, "moderator"), rankOf("owner", "admin")], [0, 2, 1, 3]);
});

test("size that a sender claims is a number or nothing", () => {
  const url = `https://x.example/api/files/${"a".repeat(32)}`;
  assert.deepEqual(described({ type: "file", name: "a &amp; b", url: `${url}#size=12` }), { type: "file", name: "a & b", url: `${url}#size=12`, host: "x.example", fileId: "a".repeat(32), bytes: 12 });
  assert.equal(described({ type: "file", name: "x", url: `${url}#size=-1` }).bytes, undefined);
  assert.equal(described({ type: "file", name: "x", url: "https://x.example/other" }).fileId, undefined);
  for (const bad of ["https://[", "javascript:ran(1)", "http://x.example/"]) assert.equal(described({ type: "file", name: "x", url: bad }).url, undefined);
});

test("name of a file is one that the server takes, and keeps its ending", () => {
  for (const [name, clean] of [["a.txt", "a.txt"], ["../../etc/passwd", "____etc_passwd"], ["C:\\x", "__x"], ["evil\u202egnp.exe", "evil_gnp.exe"], ["a\u0000b", "a_b"], ["", "file"]]) {
    assert.equal(cleanName(name), clean);
  }
  assert.equal(cleanName(`${"\u{1f600}".repeat(300)}.png`), `${"\u{1f600}".repeat(251)}.png`);
});

test("text of files without one is their names, of no more characters than a message has", () => {
  const names = (count) => Array.from({ length: count }, () => ({ name: "\u{1f600}".repeat(4) }));
  assert.equal(namesOf([{ name: "a.txt" }, { name: "b.txt" }], 12), "a.txt, b.txt");
  assert.equal(namesOf([{ name: "a.txt" }, { name: "b.txt" }], 11), "a.txt, b.t…");
  assert.equal(namesOf(names(2), 10), namesOf(names(2), 99));
  assert.equal(namesOf(names(2), 9), `${"\u{1f600}".repeat(4)}, ${"\u{1f600}".repeat(2)}…`);
});

test("waits are rounded up and sizes short", () => {
  assert.deepEqual([duration(0), duration(1), duration(61_000), duration(120_000), size(999), size(25_000_000)], ["0 s", "1 s", "1 min 1 s", "2 min", "999 B", "25 MB"]);
});
