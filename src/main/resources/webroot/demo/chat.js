/** What the page knows: the conversations, kept up to date by the client library, and what a user does in them. */
import { Conversation } from "./conversation.js";
import { Events } from "./events.js";
import { mentionOf, plain } from "./markup.js";
import { shownText } from "./timeline.js";
import { People, rankOf } from "./people.js";
import { followSignals } from "./signals.js";

/** Of a room that the user is in, or was put out of: its end is told by `lost`, and the end of the membership is no further news. */
const ENTERED = new Set(["joining", "joined", "removed", "room_deleted", "not_member"]);

const FOUND = 20;

export class Chat extends Events {
  conversations = new Map();
  current;
  /** How many entries of others each resume has brought so far, by room id or `inbox`. */
  #missed = new Map();
  /** Of the token that the session got since it opened. */
  #role;
  #client;
  #memory;
  /** The last reading of the history of each conversation. */
  #reading = new WeakMap();

  constructor(client, memory) {
    super();
    this.#client = client;
    this.#memory = memory;
    this.people = new People(client.session.userId, memory);
    for (const type of ["chat", "chat_message", "message_edited", "message_deleted", "member_removed"]) {
      client.on(type, (frame) => this.#entry(frame));
    }
    client.on("joined", (frame) => this.#joined(frame));
    client.on("left", ({ roomId, reason }) => this.#lost(roomId, reason));
    client.on("resume", (frame) => this.#resumed(frame));
    client.on("membership", (frame) => this.#membership(frame));
    client.on("auth_success", () => this.granted(undefined));
    followSignals(client, this);
  }

  get me() {
    return this.people.me;
  }

  get role() {
    return this.#role ?? this.#client.session.role;
  }

  /** Whether the user may only read, until their e-mail address is confirmed. */
  get unverified() {
    return this.role === "unverified";
  }

  /** The session has a new token with this role. Each session begins with its own. */
  granted(role) {
    this.#role = role;
    this.emit("role");
  }

  get isConnected() {
    return this.#client.state === "open";
  }

  /** How long the limits still hold back frames of these types: those of messages, if none is named. */
  pausedMs(...types) {
    const named = types.length > 0 ? types : ["chat", "chat_message"];
    return Math.max(0, ...this.#client.paced.filter(({ type }) => named.includes(type)).map(({ inMs }) => inMs));
  }

  /** The longest time after which a message may end by itself, in ms; 0 if none may. */
  get longestEndMs() {
    return this.#client.session.limits.expiresInMs ?? 0;
  }

  /** How long a message still lasts, in ms. */
  timeLeft(message) {
    return this.#client.timeLeft(message);
  }

  /** Ends messages whose time is over. */
  endThose() {
    for (const conversation of this.conversations.values()) {
      if (conversation.timeline.endThose((message) => this.timeLeft(message))) this.emit("timeline", conversation);
    }
  }

  /** Of the user in a room: see `rankOf`. */
  rank(conversation) {
    return conversation.isRoom ? rankOf(conversation.members.roles.get(this.me) ?? conversation.room.role, this.role) : 0;
  }

  /** The rooms in which the user sees another one. */
  sharedRooms(userId) {
    return [...this.conversations.values()].filter(({ isRoom, members }) => isRoom && members.online.has(userId));
  }

  isOnline(userId) {
    return this.sharedRooms(userId).length > 0;
  }

  find(kind, id) {
    return this.conversations.get(`${kind}:${id}`);
  }

  /** The conversation, which begins here if there is none. */
  conversation(kind, id) {
    return this.keep(this.visit(kind, id));
  }

  target({ isRoom, id }) {
    return isRoom ? this.#client.room(id) : this.#client.user(id);
  }

  /** A conversation that an address names, which may be the link of a stranger: it makes no user join, and is in the list while it is open. */
  visit(kind, id) {
    const known = this.find(kind, id);
    if (known) return known;
    const fresh = new Conversation(kind, id);
    fresh.status = fresh.isRoom ? "outside" : "joined";
    this.conversations.set(fresh.key, fresh);
    this.emit("list");
    return fresh;
  }

  /** Makes it one of the user's: they have joined, or one of the two has written. */
  keep(conversation) {
    if (conversation.kept) return conversation;
    conversation.kept = true;
    if (!conversation.isRoom) conversation.unread = this.#memory.talks[conversation.id] ?? 0;
    this.#rememberTalk(conversation);
    this.emit("list");
    return conversation;
  }

  /** Joins a room, which comes with its newest messages. */
  join(room) {
    const conversation = this.conversation("room", room.roomId);
    conversation.room = { ...conversation.room, ...room };
    if (conversation.status === "joined") return conversation;
    conversation.status = "joining";
    this.#memory.rooms[room.roomId] ??= null;
    this.#memory.save();
    this.target(conversation)
      .join({ presence: true })
      .catch((failure) => this.#lost(room.roomId, failure.reason));
    this.emit("list");
    this.emit("timeline", conversation);
    return conversation;
  }

  async leave(conversation) {
    conversation.status = "left";
    this.drop(conversation);
    if (conversation.isRoom) await this.target(conversation).leave();
  }

  /** Takes a conversation out of the list. */
  drop(conversation) {
    this.conversations.delete(conversation.key);
    delete this.#memory[conversation.isRoom ? "rooms" : "talks"][conversation.id];
    this.#memory.save();
    if (this.current === conversation) this.open([...this.conversations.values()][0]);
    this.emit("list");
  }

  #joined({ roomId, members, epoch, seq, messages, readSeq }) {
    const conversation = this.find("room", roomId);
    if (!conversation) return;
    const known = this.#memory.rooms[roomId];
    const isRead = !known && !readSeq; // a room that is new to the user has nothing unread
    this.#memory.rooms[roomId] ??= { epoch, seq };
    this.#memory.arrived = true;
    this.#memory.save();
    conversation.status = "joined";
    conversation.members.version = undefined;
    if (members) conversation.members.present(members);
    else this.askPresence(conversation);
    if (messages) {
      // Where the server keeps no mark of the user, this browser does.
      const mark = isRead ? seq : Math.max(readSeq ?? 0, known?.epoch === epoch ? known.seq : 0);
      this.#show(conversation, messages, mark);
    } else if (conversation === this.current) this.load(conversation);
    this.emit("list");
    this.emit("people", conversation);
    this.emit("timeline", conversation);
  }

  #show(conversation, messages, readSeq) {
    messages.forEach(({ userId, username }) => this.people.learn(userId, username));
    conversation.unread = conversation.show(messages, readSeq, this.me);
    if (conversation !== this.current) return;
    conversation.newCount = conversation.unread;
    conversation.markNew(this.me);
  }

  /** Another page of the user has read up to here. */
  readElsewhere(conversation, seq) {
    conversation.unread = Math.min(conversation.unread, conversation.timeline.countBehind(seq, this.me));
    if (conversation.unread === 0) conversation.mentioned = false;
    this.emit("list");
  }

  /** The user was added to a room, which may have a new name, has another role in it, or is no member any more. */
  #membership({ roomId, role, name, byUserId, invited }) {
    if (invited) return; // the user is what they were
    const room = { roomId, role: role ?? undefined, ...(name !== undefined && { name: plain(name) }) };
    const known = this.find("room", roomId);
    const before = known?.members.roles.get(this.me) ?? known?.room.role;
    if (known) {
      known.room = { ...known.room, ...room };
      if (role) known.members.roles.set(this.me, role);
      else known.members.roles.delete(this.me);
    }
    if (role && !["joined", "joining"].includes(known?.status)) this.join(room);
    const isOwn = byUserId === this.me;
    const isKnown = !role && (isOwn || ENTERED.has(known?.status));
    if (!isKnown) this.emit("membership", { name: room.name ?? roomId, role, before, by: byUserId && !isOwn ? this.people.name(byUserId) : undefined });
    this.emit("list");
    if (known) this.emit("people", known);
  }

  #lost(roomId, reason) {
    const conversation = this.find("room", roomId);
    if (!conversation || conversation.leaving || reason === "ended") return;
    if (conversation.status !== "removed") conversation.status = reason;
    delete this.#memory.rooms[roomId];
    this.#memory.save();
    this.emit("lost", conversation);
    this.emit("list");
    this.emit("timeline", conversation);
  }

  async askPresence(conversation) {
    const answer = await this.target(conversation).presence().catch(() => undefined);
    if (!answer) return;
    conversation.members.present(answer.users);
    conversation.members.version = answer.version;
    this.emit("people", conversation);
  }

  /** Messages with all these words, in a conversation or in all of the user's. */
  search(query, within, cursor) {
    const options = { limit: FOUND, cursor };
    return within ? this.target(within).search(query, options) : this.#client.search(query, options);
  }

  /** In which conversation a message is that was found. */
  placeOf({ roomId, recipientId, userId }) {
    return roomId === undefined ? ["user", userId === this.me ? recipientId : userId] : ["room", roomId];
  }

  #of({ roomId, recipientId, userId, messageId }) {
    if (roomId !== undefined) return this.find("room", roomId);
    const partner = userId === this.me ? recipientId : userId;
    const known = [...this.conversations.values()].find(({ timeline }) => messageId && timeline.get(messageId));
    return known ?? this.conversation("user", partner);
  }

  #entry(frame) {
    const conversation = this.#of(frame);
    if (!conversation) return;
    const isMessage = frame.type === "chat" || frame.type === "chat_message";
    const isOwn = frame.userId === this.me;
    const stream = frame.roomId ?? "inbox";
    if (!isOwn && this.#missed.has(stream)) this.#missed.set(stream, this.#missed.get(stream) + 1);
    if (isMessage && this.people.learn(frame.userId, frame.username)) this.emit("people", conversation);
    if (isMessage && isOwn) conversation.timeline.cameBack(frame);
    if (frame.type === "message_deleted") {
      conversation.timeline.remove(frame);
      this.emit("deleted", frame.messageId);
    } else if (conversation.timeline.add(frame) && isMessage && !isOwn) this.#isNew(conversation, frame);
    conversation.typing(frame.userId, false, () => this.emit("signals", conversation));
    if (frame.type === "member_removed") this.#removed(conversation, frame);
    this.emit("timeline", conversation);
  }

  #isNew(conversation, frame) {
    conversation.unread++;
    conversation.mentioned ||= (frame.mentions ?? []).includes(mentionOf(this.people.name(this.me)));
    this.#rememberTalk(conversation);
    this.emit("new", { conversation, text: `${this.people.name(frame.userId)}: ${shownText(frame)}` });
    this.emit("list");
  }

  #removed(conversation, { userId, reason }) {
    conversation.members.remove(userId);
    if (userId === this.me) Object.assign(conversation, { status: "removed", statusReason: reason });
    this.emit("people", conversation);
  }

  /** A resume that may have left out messages makes the newest ones the only truth: they come with it, or in the history. */
  #resumed({ roomId, inbox, recovered, messages }) {
    const concerned = [...this.conversations.values()].filter((each) => (inbox ? !each.isRoom : each.isRoom && each.id === roomId));
    for (const conversation of recovered ? [] : concerned) {
      conversation.timeline.clear();
      if (!messages && conversation === this.current) this.load(conversation);
    }
    const stream = roomId ?? "inbox";
    this.emit("resumed", { inbox, recovered, count: this.#missed.get(stream) ?? 0, name: concerned[0]?.room.name });
    this.#missed.delete(stream);
  }

  /** Begins to count what the next resume brings. */
  beginResume() {
    const rooms = [...this.conversations.values()].filter(({ isRoom }) => isRoom);
    this.#missed = new Map(["inbox", ...rooms.map(({ id }) => id)].map((stream) => [stream, 0]));
  }

  /** Reads the newest messages once, or older ones. */
  load(conversation, older = false) {
    this.#changed(conversation, conversation.read(this.target(conversation), older, (message) => this.people.learn(message.userId, message.username)));
  }

  #changed(conversation, reading) {
    const done = reading?.then(() => {
      if (conversation.timeline.last) this.keep(conversation);
      conversation.markNew(this.me);
      this.emit("timeline", conversation);
      this.emit("people", conversation);
    });
    if (done) this.#reading.set(conversation, done);
    this.emit("timeline", conversation);
    return done;
  }

  /** Reads on forwards where the user looks at an earlier place. */
  loadNewer(conversation) {
    this.#changed(conversation, conversation.readOn(this.target(conversation), (message) => this.people.learn(message.userId, message.username)));
  }

  /** Brings the messages around one of them, unless it is there. */
  async loadAround(conversation, { messageId, seq }) {
    if (conversation.timeline.get(messageId)) return;
    await this.#reading.get(conversation);
    await this.#changed(conversation, conversation.readAround(this.target(conversation), seq, (message) => this.people.learn(message.userId, message.username)));
  }

  /** Goes back to the newest messages from an earlier place. */
  loadNewest(conversation) {
    conversation.timeline.clear();
    this.load(conversation);
  }

  open(conversation) {
    const before = this.current;
    this.current = conversation;
    if (before) before.newFrom = undefined;
    if (conversation) {
      conversation.newCount = conversation.unread;
      conversation.markNew(this.me);
      this.load(conversation);
    }
    this.emit("open", conversation);
    if (before && before !== conversation && !before.kept && before.draft === "") this.drop(before);
  }

  /** Called when the end of a conversation is in view. */
  markRead(conversation) {
    const position = conversation.isRoom ? this.target(conversation).position : undefined;
    if (position) {
      if (!conversation.quiet) this.target(conversation).read(position.seq);
      this.#memory.rooms[conversation.id] = position;
      this.#memory.save();
    }
    if (conversation.unread === 0) return;
    conversation.unread = 0;
    conversation.mentioned = false;
    this.#rememberTalk(conversation);
    this.emit("list");
  }

  #rememberTalk(conversation) {
    if (conversation.isRoom) return;
    this.#memory.talks[conversation.id] = conversation.unread;
    this.#memory.save();
  }
}
