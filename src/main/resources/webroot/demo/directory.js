/** The rooms of the server and who belongs to them: calls over HTTP, and the frames that moderate. */
import { plain } from "./markup.js";
import { explain } from "./outbox.js";

const MAX_PAGES = 5;
const FIRST_ROOM = "lobby";
const FIRST_PAUSE_MS = 2_000;
const LAST_PAUSE_MS = 300_000;

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const firstOf = (rooms) => rooms.find(({ roomId }) => roomId === FIRST_ROOM) ?? rooms.find(({ visibility }) => visibility === "public");

export class Directory {
  #api;
  #chat;
  #pause;

  constructor(api, chat, pause = wait) {
    this.#api = api;
    this.#chat = chat;
    this.#pause = pause;
  }

  /** The rooms that the user may enter, with their names as text. */
  async rooms() {
    const rooms = await this.#pages("/api/rooms", "rooms");
    return rooms.map((room) => ({ ...room, name: plain(room.name) }));
  }

  /**
   * Joins the rooms of the user: those that they are a member of and those that they were in; a newcomer gets the first one.
   *
   * Without the list of rooms it joins those that they were in, by their ids, and asks for the list until it comes.
   *
   * @param isNewcomer whether the user has been in no room yet
   * @param late is called when the list has come after all
   */
  async start(remembered, isNewcomer, late) {
    const rooms = await this.rooms().catch(() => undefined); // it is reported like any refused call
    const known = rooms ?? [];
    const mine = known.filter(({ role, roomId }) => role || Object.hasOwn(remembered, roomId));
    const first = isNewcomer && mine.length === 0 && firstOf(known);
    (first ? [first] : mine).forEach((room) => this.#chat.join(room));
    const others = Object.keys(remembered).filter((roomId) => !known.some((room) => room.roomId === roomId));
    others.forEach((roomId) => this.#chat.join({ roomId })); // such as one of a further page, or one that the token grants
    if (!rooms) this.#startLate(isNewcomer).then(late);
  }

  /** What the user has done meanwhile stands: a room that they left is not joined again. */
  async #startLate(isNewcomer) {
    let rooms;
    for (let pauseMs = FIRST_PAUSE_MS; !rooms; pauseMs = Math.min(2 * pauseMs, LAST_PAUSE_MS)) {
      await this.#pause(pauseMs);
      rooms = await this.refresh().catch(() => undefined);
    }
    const first = isNewcomer && firstOf(rooms);
    if (first && !rooms.some(({ role, roomId }) => role || !this.#isStrange(roomId))) this.#chat.join(first);
  }

  /** Whether the user is not in the room, and has not tried to be. */
  #isStrange = (roomId) => (this.#chat.find("room", roomId)?.status ?? "outside") === "outside";

  /** What became of the rooms meanwhile: their names, and which the user was added to. */
  async refresh() {
    const rooms = await this.rooms();
    for (const room of rooms) {
      const known = this.#chat.find("room", room.roomId);
      if (known) known.room = { ...known.room, ...room };
      if (room.role && this.#isStrange(room.roomId)) this.#chat.join(room);
    }
    this.#chat.emit("list");
    return rooms;
  }

  async create(name, visibility, roomId) {
    const { room } = await this.#api.call("POST", "/api/rooms", { name, visibility, ...(roomId && { roomId }) });
    return this.#chat.join({ ...room, name: plain(room.name), role: "owner" });
  }

  async rename({ id }, name) {
    await this.#api.call("PATCH", `/api/rooms/${encodeURIComponent(id)}`, { name });
  }

  async delete({ id }) {
    await this.#api.call("DELETE", `/api/rooms/${encodeURIComponent(id)}`);
  }

  /** Leaves for good: a membership ends too. */
  async leave(conversation) {
    conversation.leaving = true;
    try {
      if (conversation.members.roles.has(this.#chat.me)) await this.#api.call("DELETE", this.#member(conversation, this.#chat.me));
      await this.#chat.leave(conversation);
    } finally {
      conversation.leaving = false;
    }
  }

  /** Reads the name of a room and its members, which only members see. */
  async describe(conversation) {
    if (conversation.members.listed) return;
    conversation.members.listed = true;
    const path = `/api/rooms/${encodeURIComponent(conversation.id)}`;
    const members = await this.#pages(path, "members", ({ room }) => {
      conversation.room = { ...conversation.room, ...room, name: plain(room.name) };
    }).catch(() => []);
    for (const { userId, role } of members) conversation.members.roles.set(userId, role);
    this.#chat.emit("people", conversation);
    this.#chat.emit("list");
  }

  /** Whether the user has the role now; else they are invited to have it. */
  async setRole(conversation, userId, role) {
    const answer = await this.#api.call("PUT", this.#member(conversation, userId), { role });
    if (answer?.invited) return false;
    conversation.members.roles.set(userId, role);
    this.#chat.emit("people", conversation);
    return true;
  }

  async remove(conversation, userId, reason) {
    try {
      await this.#chat.target(conversation).removeUser(userId, reason || undefined);
    } catch (failure) {
      throw new Error(explain(failure));
    }
  }

  async mute({ id }, userId, seconds) {
    const path = `/api/rooms/${encodeURIComponent(id)}/mutes/${encodeURIComponent(userId)}`;
    await (seconds > 0 ? this.#api.call("PUT", path, { seconds }) : this.#api.call("DELETE", path));
  }

  async isBlocked(userId) {
    return (await this.#api.call("GET", this.#block(userId))).blocked;
  }

  async block(userId, blocked) {
    await this.#api.call(blocked ? "PUT" : "DELETE", this.#block(userId));
  }

  #block = (userId) => `/api/blocks/${encodeURIComponent(userId)}`;
  #member = ({ id }, userId) => `/api/rooms/${encodeURIComponent(id)}/members/${encodeURIComponent(userId)}`;

  async #pages(path, name, look = () => {}) {
    const all = [];
    let cursor;
    for (let page = 0; page < MAX_PAGES; page++) {
      const answer = await this.#api.call("GET", path + (cursor ? `?cursor=${encodeURIComponent(cursor)}` : ""));
      look(answer);
      all.push(...(answer[name] ?? []));
      cursor = answer.next;
      if (!cursor) break;
    }
    return all;
  }
}
