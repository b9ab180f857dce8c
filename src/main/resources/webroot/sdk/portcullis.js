/**
 * The JavaScript client of Portcullis: one ES module without dependencies, for browsers and Node.js from 20 on.
 * Options, calls, events and errors are described in portcullis.d.ts, frames on the protocol page of the server.
 *
 * Read it from the end: `connect` makes a Client, which owns one connection at a time (Client.attempt, .received,
 * .disconnected), the rooms' positions (Stream), the queue of frames without an answer, and the Pacer.
 */

const SUBPROTOCOL = "portcullis.v1";
const TICK_MS = 1_000;
const REPEAT_MS = 1_000;
const CONNECT_MS = 20_000;
const ERROR_MS = 200;
const TOKEN_MS = 30_000;
const RENEW_MS = 10_000;
const TYPING_MS = 3_000;
const READ_MS = 3_000;
const INBOX_ACK_MS = 5_000;
const INBOX_REPLAY_MS = 3_000;
const MAX_SERVER_WAIT_MS = 3_600_000;
const ROOMS_PER_JOIN = 100;

/** A timer that is this late was suspended with its page or machine: the connection has to prove that it lives. */
const ASLEEP_MS = 15_000;

/** A server knows an id for 10 minutes; a repeat after that would be a second message. */
const REPEATABLE_MS = 9 * 60_000;

/** Characters of a JWT. Anything else could add a subprotocol of its own (CWE-113). */
const CREDENTIAL = /^[A-Za-z0-9._~-]{1,8192}$/;

/** A refusal, or the end of a frame without an answer. `reason` is one of the protocol page or of portcullis.d.ts. */
export class PortcullisError extends Error {
  constructor(reason, message = reason, details = {}) {
    super(message);
    this.name = "PortcullisError";
    this.reason = reason;
    Object.assign(this, details);
  }
}

// ---- the shape of frames, as GET /schemas/{type}.json says it -------------------------------------------------------

const MAX_INTEGER = Number.MAX_SAFE_INTEGER;
const kind = (name) => (value) => (typeof value === name ? "" : "type");
const BOOLEAN = kind("boolean");
const STRING = kind("string");
const FINITE = (value) => (Number.isFinite(value) ? "" : "type");
const matching = (pattern) => (value) => STRING(value) || (pattern.test(value) ? "" : "pattern");
const oneOf = (...values) => (value) => (values.includes(value) ? "" : "enum");
const integer = (min, max = MAX_INTEGER) => (value) =>
  !Number.isInteger(value) ? "type" : value < min ? "minimum" : value > max ? "maximum" : "";
const codePoints = (value) => value.length - (value.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
const text = (min, max, pattern = /(?:)/) => (value) => {
  if (typeof value !== "string") return "type";
  if (/\p{Surrogate}/u.test(value) || !pattern.test(value)) return "pattern";
  const length = codePoints(value);
  return length < min ? "minLength" : length > max ? "maxLength" : "";
};
const list = (item, max = Infinity) => ({ item, max });

const ID = matching(/^[A-Za-z0-9_-]{1,64}$/);
const ROOM_ID = matching(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$/);
const USER_ID = matching(/^[A-Za-z0-9][A-Za-z0-9_.:@|+-]{0,127}$/);
const MESSAGE_ID = matching(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/);
const SEQ = integer(0);
const POSITION = { epoch: matching(/^[A-Za-z0-9_-]{1,32}$/), seq: SEQ };
const URL_OF_FILE = text(0, 2048, /^https:\/\/[!#-;=?-[\]_a-z~]+$/);
const FILE = { type: oneOf("image", "file", "audio"), url: URL_OF_FILE, name: text(1, 255) };
const MESSAGE = { "replyTo?": MESSAGE_ID, "attachments?": list(FILE, 10) };
const MIME = /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*$/;
const JOIN = { roomId: ROOM_ID, "since?": POSITION, "presence?": BOOLEAN };

/** The fields of a frame that is for a room or for a user. */
const to = (fields, ofUser = fields) => (frame) =>
  frame.recipientId === undefined ? { roomId: ROOM_ID, ...fields } : { recipientId: USER_ID, ...ofUser };

const FROM_CLIENT = new Map(
  Object.entries({
    auth: { token: text(0, 16_384), "resume?": { inbox: POSITION } },
    token_refresh: { token: text(0, 16_384) },
    join: (frame) => (frame.rooms === undefined ? JOIN : { rooms: list(JOIN, ROOMS_PER_JOIN) }),
    leave: { roomId: ROOM_ID },
    chat: { roomId: ROOM_ID, content: text(1, 1000), ...MESSAGE },
    chat_message: { recipientId: USER_ID, content: text(1, 5000), ...MESSAGE },
    edit_message: to({ messageId: MESSAGE_ID, content: text(1, 1000) }, { messageId: MESSAGE_ID, content: text(1, 5000) }),
    delete_message: to({ messageId: MESSAGE_ID }),
    typing_indicator: to({ isTyping: BOOLEAN }),
    read: { roomId: ROOM_ID, seq: SEQ },
    history: (frame) => to({ [frame.before === undefined ? "after?" : "before?"]: SEQ, "limit?": integer(1, 100) })(frame),
    presence: { roomId: ROOM_ID, "after?": USER_ID, "limit?": integer(1, 200) },
    remove_user: { roomId: ROOM_ID, userId: USER_ID, "reason?": text(0, 256) },
    system_broadcast: { content: text(1, 1000) },
    ack: { inboxSeq: SEQ },
    file_upload: to({ name: text(1, 255), size: integer(1), mime: text(1, 127, MIME) }),
    ping: {},
    "health-check": {},
  }),
);

/** What this client relies on. Fields that it does not know are left to the listeners. */
const ENTRY = { ...POSITION, userId: USER_ID };
const FROM_SERVER = new Map(
  Object.entries({
    auth_success: {
      userId: USER_ID,
      sessionId: STRING,
      heartbeatMs: SEQ,
      expiresAt: SEQ,
      limits: { burst: SEQ, minute: SEQ, hour: SEQ, frameBytes: SEQ },
      inbox: POSITION,
    },
    auth_failure: { reason: STRING },
    joined: { roomId: ROOM_ID, ...POSITION, recovered: BOOLEAN, more: BOOLEAN, messages: list({ ...POSITION, type: STRING }) },
    chat: { ...ENTRY, roomId: ROOM_ID, messageId: MESSAGE_ID, content: STRING },
    chat_message: { ...ENTRY, recipientId: USER_ID, messageId: MESSAGE_ID, content: STRING },
    message_edited: to({ ...ENTRY, messageId: MESSAGE_ID, content: STRING }),
    message_deleted: to({ ...ENTRY, messageId: MESSAGE_ID }),
    member_removed: { ...ENTRY, roomId: ROOM_ID },
    error: { reason: STRING, message: STRING, requestId: STRING },
    rate_limited: { scope: STRING, window: STRING, retryAfter: SEQ },
    csrf_rotated: { csrfToken: matching(CREDENTIAL) },
    server_draining: { reconnectInMs: SEQ },
    token_expiring: { expiresAt: SEQ },
    left: { roomId: ROOM_ID },
  }),
);

/** The frames that have a place in a stream. */
const ENTRIES = new Set(["chat", "chat_message", "message_edited", "message_deleted", "member_removed"]);

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Adds to `found` where the value breaks the rule: a function, an object of rules, or a list of one rule. */
function inspect(rule, value, strict, path, found) {
  if (typeof rule === "function") {
    const failed = rule(value);
    if (failed) found.push({ path, rule: failed });
  } else if (typeof rule.item !== "undefined") {
    if (!Array.isArray(value)) found.push({ path, rule: "type" });
    else if (value.length > rule.max) found.push({ path, rule: "maxItems" });
    else value.forEach((each, i) => inspect(rule.item, each, strict, `${path}/${i}`, found));
  } else if (!isObject(value)) {
    found.push({ path, rule: "type" });
  } else {
    const names = Object.keys(rule).map((name) => name.replace("?", ""));
    for (const [name, ofField] of Object.entries(rule)) {
      const field = name.replace("?", "");
      if (Object.hasOwn(value, field) && value[field] !== undefined) {
        inspect(ofField, value[field], strict, `${path}/${field}`, found);
      } else if (!name.endsWith("?")) {
        found.push({ path, rule: "required" });
      }
    }
    const unknown = strict && Object.keys(value).find((name) => !names.includes(name) && value[name] !== undefined);
    if (unknown) found.push({ path: `${path}/${unknown}`, rule: "additionalProperties" });
  }
}

/** What the server would find wrong in the shape of a client's frame: `[{path, rule}]`, empty for a good one. */
export function validate(frame) {
  const rules = isObject(frame) ? FROM_CLIENT.get(frame.type) : undefined;
  if (!rules) return [{ path: "/type", rule: "enum" }];
  const { type, id, csrfToken, timestamp, ...fields } = frame;
  const found = [];
  inspect({ "id?": ID, "csrfToken?": text(1, 128), "timestamp?": FINITE }, { id, csrfToken, timestamp }, true, "", found);
  inspect(typeof rules === "function" ? rules(fields) : rules, fields, true, "", found);
  if (type === "join" && fields.rooms !== undefined && found.length === 0) {
    if (fields.rooms.length === 0) found.push({ path: "/rooms", rule: "minItems" });
    if (new Set(fields.rooms.map((each) => each.roomId)).size < fields.rooms.length) found.push({ path: "/rooms", rule: "uniqueItems" });
  }
  return found;
}

function isReadable(frame) {
  if (!isObject(frame) || typeof frame.type !== "string") return false;
  const rules = FROM_SERVER.get(frame.type);
  const found = [];
  if (rules) inspect(typeof rules === "function" ? rules(frame) : rules, frame, false, "", found);
  return found.length === 0;
}

// ---- small parts ----------------------------------------------------------------------------------------------------

let lastWall = Date.now();
let lastTicks = performance.now();
let elapsed = 0;

/** Milliseconds that only grow: they count the sleep of a machine, and no clock that is set back. */
function clock() {
  const wall = Date.now();
  const ticks = performance.now();
  elapsed += Math.max(wall - lastWall, ticks - lastTicks, 0);
  lastWall = wall;
  lastTicks = ticks;
  return elapsed;
}

/** 128 random bits. `crypto.randomUUID` is absent on pages without TLS. */
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const defined = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

function within(ms, promise) {
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error("late")), ms)));
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

// Calls between the classes of this module, which an application can't make.
const emit = Symbol("emit");
const call = Symbol("call");

class Emitter {
  #listeners = new Map();

  /** Returns a function that ends it. */
  on(event, listener) {
    const all = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, all.add(listener));
    return () => void all.delete(listener);
  }

  /** Returns whether anybody listened. */
  [emit](event, value) {
    const listeners = [...(this.#listeners.get(event) ?? [])];
    for (const listener of listeners) {
      try {
        listener(value);
      } catch (failure) {
        // It is reported like any other uncaught error, and the connection goes on.
        queueMicrotask(() => {
          throw failure;
        });
      }
    }
    return listeners.length > 0;
  }
}

/** Spreads frames so that they stay within `auth_success.limits`, with some room for the way to the server. */
class Pacer {
  #sent = [];
  #blockedUntil = 0;
  #windows = [];

  set limits({ burst, minute, hour }) {
    this.#windows = [
      [burst, 1_500],
      [minute, 65_000],
      [hour, 3_720_000],
    ];
  }

  block(until) {
    this.#blockedUntil = Math.max(this.#blockedUntil, until);
  }

  sent(now) {
    this.#sent.push(now);
    while (this.#sent[0] <= now - 3_720_000 || this.#sent.length > 20_000) this.#sent.shift();
  }

  /** How long the next frame has to wait. */
  wait(now) {
    const waits = this.#windows.map(([limit, ms]) => (this.#sent[this.#sent.length - limit] ?? -Infinity) + ms - now);
    return Math.max(0, this.#blockedUntil - now, ...waits);
  }
}

/** Puts the entries of a room or an inbox in order: each is handed on once, and a gap is noticed. */
class Stream {
  last;

  /** "next": hand it on. "repeat": it was there already. "gap": entries before it are missing. */
  offer({ epoch, seq }) {
    if (this.last && epoch === this.last.epoch && seq <= this.last.seq) return "repeat";
    if (this.last && seq !== this.last.seq + 1) return "gap"; // a new epoch that goes on by one leaves out nothing
    this.last = { epoch, seq };
    return "next";
  }
}

/** Whether and how to try again after a close code: see "Close codes" on the protocol page. */
function retry(code, reason) {
  if ([1002, 1003, 1007, 1009, 4002, 4005].includes(code)) return "never";
  if ([1008, 4003, 4007].includes(code) || (code === 1001 && reason === "Session revoked")) return "new token";
  return "backoff";
}

const isLocal = (host) => /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(host);

/** The address of a server, as a WebSocket takes it. */
function address(url) {
  const parsed = new URL(url, globalThis.location?.href);
  parsed.protocol = parsed.protocol.replace(/^http/, "ws");
  if (!/^wss?:$/.test(parsed.protocol)) throw new TypeError("url must begin with wss:// or https://");
  if (parsed.username || parsed.password || parsed.hash) throw new TypeError("url must have neither a user nor a fragment");
  if (parsed.protocol === "ws:" && !isLocal(parsed.hostname)) {
    throw new TypeError("ws:// sends the token readable for everybody on the way: use wss:// (only localhost needs no TLS)");
  }
  return parsed.href;
}

/** How to make a socket. Certificates are always verified, whatever the process says of other connections. */
function dialer(options, urls) {
  const own = options.WebSocket;
  const Socket = own ?? globalThis.WebSocket;
  const onNode = Boolean(globalThis.process?.versions?.node);
  if (!Socket) throw new TypeError("this runtime has no WebSocket: give the option WebSocket, such as that of the package ws");
  if (options.ca !== undefined && !(onNode && own)) {
    throw new TypeError("ca needs the option WebSocket, such as that of the package ws; elsewhere the system decides whom to trust");
  }
  const verified = !onNode || own || globalThis.process.env.NODE_TLS_REJECT_UNAUTHORIZED !== "0";
  if (!verified && urls.some((url) => url.startsWith("wss:"))) {
    throw new TypeError("NODE_TLS_REJECT_UNAUTHORIZED=0 turns the verification of certificates off (CWE-295)");
  }
  if (!onNode || !own) return (url, protocols) => new Socket(url, protocols);
  const tls = { rejectUnauthorized: true, perMessageDeflate: false, maxPayload: 1 << 20, ...defined({ ca: options.ca, origin: options.origin }) };
  return (url, protocols) => new Socket(url, protocols, tls);
}

// ---- what an application holds --------------------------------------------------------------------------------------

/** A room or a user that frames go to. */
class Target extends Emitter {
  #address;
  #hooks;
  #typedAt = -Infinity;
  #typed = false;

  constructor(name, value, hooks) {
    super();
    this.#address = { [name]: value };
    this.#hooks = hooks;
  }

  [call](type, fields, id) {
    return this.#hooks.ask(defined({ type, ...this.#address, ...fields, id }));
  }

  edit(messageId, content) {
    return this[call]("edit_message", { messageId, content });
  }

  delete(messageId) {
    return this[call]("delete_message", { messageId });
  }

  history(options = {}) {
    return this[call]("history", options);
  }

  /** Asks where to upload a file to. */
  upload({ name, size, mime }) {
    return this[call]("file_upload", { name, size, mime });
  }

  /** May be called on each key: it is sent every few seconds. */
  typing(isTyping = true) {
    const now = clock();
    if (isTyping ? now - this.#typedAt < TYPING_MS : !this.#typed) return;
    if (this.#hooks.tell({ type: "typing_indicator", ...this.#address, isTyping })) {
      this.#typed = isTyping;
      this.#typedAt = isTyping ? now : -Infinity;
    }
  }
}

class User extends Target {
  constructor(userId, hooks) {
    super("recipientId", userId, hooks);
    this.id = userId;
  }

  send(content, { id, replyTo, attachments } = {}) {
    return this[call]("chat_message", { content, replyTo, attachments }, id);
  }
}

class Room extends Target {
  #hooks;

  constructor(roomId, hooks) {
    super("roomId", roomId, hooks);
    this.id = roomId;
    this.#hooks = hooks;
  }

  /** The newest entry that was handed on. Give it to `join` as `since` to go on there after a reload. */
  get position() {
    return this.#hooks.position();
  }

  join(options = {}) {
    return this.#hooks.join(options);
  }

  leave() {
    return this.#hooks.leave();
  }

  send(content, { id, replyTo, attachments } = {}) {
    return this[call]("chat", { content, replyTo, attachments }, id);
  }

  presence(options = {}) {
    return this[call]("presence", options);
  }

  removeUser(userId, reason) {
    return this[call]("remove_user", { userId, reason });
  }

  /** May be called for each message: the newest is sent every few seconds. */
  read(seq = this.position?.seq) {
    this.#hooks.read(seq);
  }
}

/** A client's side of one room. */
class RoomState {
  stream = new Stream();
  wanted = false;
  due = false; // whether a join is to be sent
  in = false;
  joinId = undefined; // of the join without an answer
  joinedAt = 0; // when it was sent, or its last part came
  notBefore = 0;
  repairedAt = -Infinity;
  presence = false;
  answer = undefined; // the last `joined`
  waiters = [];
  readSeq = -1;
  unread = false; // whether readSeq is still to be sent
  room = undefined; // what the application holds

  offline() {
    this.in = false;
    this.due = this.wanted;
    this.joinId = undefined;
    this.notBefore = 0;
  }

  forget() {
    this.wanted = false;
    this.offline();
    this.stream.last = undefined;
    this.unread = false;
  }

  settle(how, value) {
    this.waiters.splice(0).forEach((waiter) => waiter[how](value));
  }

  request() {
    return defined({ roomId: this.room.id, since: this.stream.last, presence: this.presence || undefined });
  }
}

// ---- the connection -------------------------------------------------------------------------------------------------

class Client extends Emitter {
  /** `{userId, sessionId, role, expiresAt, limits}` of the open session. */
  session;
  #options;
  #urls;
  #dial;
  #state = "connecting";
  #ready;
  #setReady;

  #socket;
  #credential; // in memory only
  #csrfToken;
  #attempts = 0;
  #generation = 0;
  #deadline = Infinity;
  #openedAt;
  #slotAt = 0;
  #serverWaitMs = 0;
  #triedNewToken = false;
  #authFailure;
  #retryTimer;
  #mayHurry = false;

  #ticker;
  #tickedAt = clock();
  #heardAt = 0;
  #heartbeatMs = 0;
  #probeAt;
  #renewing = false;
  #renewTimer;
  #renewNotBefore = 0;

  #rooms = new Map();
  #users = new Map();
  #queue = new Map();
  #blockedTypes = new Map();
  #pacer = new Pacer();
  #flushTimer;
  #flushing = false;
  #readAt = -Infinity;

  #inbox = new Stream();
  #inboxHead;
  #inboxDeadline = Infinity;
  #inboxAcked = 0;
  #inboxAckedAt = -Infinity;
  #resumeByFrame = false;
  #byFrame = false;
  #noAuthFrames = false;
  #inboxUnheard = false;
  #online = () => this.#cameOnline();

  constructor(options) {
    super();
    if (Boolean(options.getToken) === Boolean(options.getCsrfToken)) {
      throw new TypeError("give getToken, or getCsrfToken where the token is in a cookie");
    }
    this.#options = { maxQueue: 1_000, answerMs: 10_000, backoff: { firstMs: 1_000, lastMs: 30_000 }, ackInbox: true, ...defined(options) };
    this.#urls = [options.url].flat().map(address);
    this.#dial = dialer(options, this.#urls);
    this.#ready = new Promise((resolve, reject) => (this.#setReady = { resolve, reject }));
    this.#ready.catch(() => {}); // an application need not look at it
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
    globalThis.addEventListener?.("online", this.#online);
    queueMicrotask(() => this.#attempt()); // listeners can be added first
  }

  get state() {
    return this.#state;
  }

  /** Resolves when the first session opens; rejects if the client ends before. */
  get ready() {
    return this.#ready;
  }

  /** The frames without an answer yet, in their order. */
  get queue() {
    return [...this.#queue.values()]
      .filter(({ ofConnection }) => !ofConnection)
      .map(({ frame, written, addedAt }) => ({ ...frame, state: written ? "sent" : "waiting", ageMs: clock() - addedAt }));
  }

  room(roomId) {
    if (!this.#rooms.has(roomId)) {
      const state = new RoomState();
      const hooks = {
        ask: (frame) => this.#ask(frame),
        tell: (frame) => state.in && this.#tell(frame),
        join: (options) => this.#join(state, options),
        leave: () => this.#leave(state),
        position: () => state.stream.last && { ...state.stream.last },
        read: (seq) => this.#read(state, seq),
      };
      state.room = new Room(roomId, hooks);
      this.#rooms.set(roomId, state);
    }
    return this.#rooms.get(roomId).room;
  }

  user(userId) {
    if (!this.#users.has(userId)) {
      this.#users.set(userId, new User(userId, { ask: (frame) => this.#ask(frame), tell: (frame) => this.#tell(frame) }));
    }
    return this.#users.get(userId);
  }

  async join(roomId, options) {
    const room = this.room(roomId);
    await room.join(options);
    return room;
  }

  /** Sends a frame, now or after a reconnect, and resolves with its answer. */
  ask(frame) {
    const ours = ["auth", "token_refresh", "join", "leave", "typing_indicator", "read", "ack"];
    if (ours.includes(frame?.type)) return Promise.reject(new PortcullisError("forbidden", "there is a call for this frame"));
    return this.#ask(frame);
  }

  /** @param ofConnection whether the frame is only good on this connection: it is sent now or never */
  #ask(frame, ofConnection = false) {
    const id = frame?.id ?? newId();
    const complete = { ...frame, id };
    const refuse = (reason, message, details) => Promise.reject(new PortcullisError(reason, message, { id, ...details }));
    if (this.#state === "ended") return refuse("ended", "the client has ended");
    const details = validate(complete);
    if (details.length > 0) return refuse("validation_failed", `${frame.type}: ${details[0].rule} at ${details[0].path || "/"}`, { details });
    const bytes = new TextEncoder().encode(JSON.stringify(complete)).length;
    if (bytes + 256 > (this.session?.limits.frameBytes ?? 65_536)) return refuse("message_too_large", "the frame is too large");
    if (this.#queue.has(id)) return refuse("conflict", "a frame with this id waits for its answer");
    if (this.#queue.size >= this.#options.maxQueue) return refuse("queue_full", "too many frames wait for an answer");
    return new Promise((resolve, reject) => {
      const request = { frame: complete, ofConnection, resolve, reject, addedAt: clock(), notBefore: 0 };
      this.#queue.set(id, Object.assign(request, { written: false, writtenAt: 0, writes: 0, doubtSince: Infinity }));
      if (ofConnection) this.#writeRequest(request);
      else this.#flushSoon();
    });
  }

  /** Gives up waiting. A frame that was sent may take effect all the same. */
  cancel(id) {
    return this.#settle(id, "reject", new PortcullisError("cancelled", "cancelled by the application", { id }));
  }

  broadcast(content, { id } = {}) {
    return this.ask(defined({ type: "system_broadcast", content, id }));
  }

  ping() {
    return this.ask({ type: "ping" });
  }

  health() {
    return this.ask({ type: "health-check" });
  }

  /** Tells the server that direct messages up to here are safe with the application, if `ackInbox` is false. */
  ackInbox(seq) {
    if (this.#tell({ type: "ack", inboxSeq: seq })) this.#inboxAcked = Math.max(this.#inboxAcked, seq);
  }

  close() {
    if (this.#state === "open" && this.#options.ackInbox) this.#ackInboxNow();
    this.#end({ code: 1000, reason: "closed by the application" });
  }

  // -- connecting

  /** @param reported the disconnect after which another token is needed */
  async #attempt(reported) {
    if (this.#state === "ended") return;
    const generation = ++this.#generation;
    const isStale = () => generation !== this.#generation || this.#state === "ended";
    this.#change("connecting");
    const { getToken, getCsrfToken } = this.#options;
    const refused = reported && (reported.reason || String(reported.code));
    let credential;
    try {
      credential = await within(TOKEN_MS, Promise.resolve((getToken ?? getCsrfToken)(defined({ refused }))));
    } catch {
      if (!isStale()) this.#disconnected({ code: 0, reason: "no token available" });
      return;
    }
    if (isStale()) return;
    if (!credential) return this.#end({ code: 0, reason: "no token" });
    if (!CREDENTIAL.test(credential)) return this.#end({ code: 0, reason: "the token has characters that no token has" });
    if (refused && credential === this.#credential) return this.#end(reported);
    this.#credential = credential;
    this.#open(getToken ? "bearer." : "csrf.");
  }

  #open(prefix) {
    this.#byFrame = this.#resumeByFrame;
    this.#resumeByFrame = false;
    this.#authFailure = undefined;
    this.#deadline = clock() + CONNECT_MS;
    const protocols = this.#byFrame ? [SUBPROTOCOL] : [SUBPROTOCOL, prefix + this.#credential];
    let socket;
    try {
      socket = this.#dial(this.#urls[0], protocols);
    } catch (failure) {
      return this.#end({ code: 0, reason: `no WebSocket can be opened: ${failure.name}` }); // such as mixed content
    }
    this.#socket = socket;
    const ifCurrent = (act) => (event) => this.#socket === socket && act(event);
    socket.onopen = ifCurrent(() => {
      if (this.#byFrame) this.#write({ type: "auth", token: this.#credential, resume: { inbox: this.#inbox.last } });
    });
    socket.onmessage = ifCurrent(({ data }) => this.#received(data));
    socket.onclose = ifCurrent(({ code, reason }) => this.#disconnected({ code, reason }));
    // The close that follows says more. Node.js 20 reports none after a failed attempt.
    socket.onerror = () => void setTimeout(ifCurrent(() => this.#disconnected({ code: 1006, reason: "" })), ERROR_MS);
  }

  #disconnected(disconnect) {
    const now = clock();
    const lasted = this.#openedAt !== undefined && now - this.#openedAt >= this.#options.backoff.lastMs;
    const frameRefused = this.#byFrame && this.#openedAt === undefined && disconnect.code === 1008; // 4003 judges the token
    this.#forget();
    if (this.#state === "ended") return;
    if (lasted) {
      this.#attempts = 0;
      this.#triedNewToken = false;
    }
    if (frameRefused) this.#noAuthFrames = true; // this server wants the token in the handshake
    const reported = { code: disconnect.code, reason: this.#authFailure ?? disconnect.reason ?? "" };
    const verdict = frameRefused ? "backoff" : retry(disconnect.code, disconnect.reason);
    if (verdict === "never" || (verdict === "new token" && this.#triedNewToken)) return this.#end(reported);
    if (verdict === "new token") this.#triedNewToken = true;
    if (this.#slotAt > 0) this.#attempts = 0; // the slot spreads the clients already; earlier failures don't count
    const wait = Math.max(this.#slotAt - now, this.#serverWaitMs, 0) + this.#jitter();
    this.#slotAt = 0;
    this.#serverWaitMs = 0;
    this.#urls.push(this.#urls.shift());
    this.#mayHurry = verdict === "backoff" && wait <= this.#options.backoff.lastMs;
    this.#reconnectIn(wait, reported, verdict === "new token");
  }

  /** Full jitter: a random time below a ceiling that doubles, so that clients do not come back as one (CWE-400). */
  #jitter() {
    const { firstMs, lastMs } = this.#options.backoff;
    return Math.random() * Math.min(lastMs, firstMs * 2 ** this.#attempts++);
  }

  #reconnectIn(ms, reported, refused) {
    this.#change("waiting", { ...reported, retryInMs: Math.round(ms) });
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.#attempt(refused ? reported : undefined), ms);
  }

  /** The network is back: neither a wait nor a dead connection needs to last. */
  #cameOnline() {
    if (this.#state === "open") this.#probe();
    if (this.#state !== "waiting" || !this.#mayHurry) return;
    this.#attempts = 0;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.#attempt(), this.#jitter());
  }

  #forget() {
    this.#socket = undefined;
    this.#csrfToken = undefined;
    this.#openedAt = undefined;
    this.#deadline = Infinity;
    this.#inboxDeadline = Infinity;
    this.#probeAt = undefined;
    this.#renewing = false;
    this.#generation++;
    clearTimeout(this.#flushTimer);
    clearTimeout(this.#renewTimer);
    for (const state of this.#rooms.values()) state.offline();
    for (const [id, request] of this.#queue) {
      request.written = false;
      if (request.ofConnection) this.#settle(id, "reject", new PortcullisError("disconnected", "the connection ended", { id }));
    }
  }

  #drop(disconnect) {
    const socket = this.#socket;
    this.#disconnected(disconnect);
    socket?.close(1000);
  }

  #end({ code, reason }) {
    if (this.#state === "ended") return;
    const socket = this.#socket;
    this.#forget();
    clearInterval(this.#ticker);
    clearTimeout(this.#retryTimer);
    globalThis.removeEventListener?.("online", this.#online);
    this.#credential = undefined;
    this.#change("ended", { code, reason }); // the reason is known before the frames fail
    const failure = new PortcullisError("ended", `the client has ended: ${reason || code}`, { code });
    this.#setReady.reject(failure);
    for (const state of this.#rooms.values()) state.settle("reject", failure);
    for (const id of [...this.#queue.keys()]) this.#settle(id, "reject", failure);
    socket?.close(1000);
  }

  #change(state, details = {}) {
    this.#state = state;
    this[emit]("state", { state, ...details });
  }

  // -- time

  #tick() {
    const now = clock();
    const asleep = now - this.#tickedAt > ASLEEP_MS;
    this.#tickedAt = now;
    for (const [id, request] of this.#queue) {
      if (request.doubtSince < now - REPEATABLE_MS) {
        const why = "whether the frame took effect can't be known any more";
        this.#settle(id, "reject", new PortcullisError("outcome_unknown", why, { id }));
      }
    }
    if (now > this.#deadline) return this.#drop({ code: 1006, reason: "no answer in time" });
    if (this.#state !== "open") return;
    const { answerMs, ackInbox } = this.#options;
    if (now - this.#probeAt > answerMs) return this.#drop({ code: 1006, reason: "the server is silent" });
    if (this.#heartbeatMs > 0 && (asleep || now - this.#heardAt > this.#heartbeatMs)) this.#probe();
    if (now > this.#inboxDeadline && !this.#inboxGap()) this.#inbox.last = this.#inboxHead;
    if (this.#state !== "open") return;
    for (const state of this.#rooms.values()) {
      if (state.joinId && now - state.joinedAt > answerMs) {
        state.joinId = undefined;
        state.due = true;
      }
      if (state.unread && state.in && now - this.#readAt >= READ_MS) {
        state.unread = !this.#tell({ type: "read", roomId: state.room.id, seq: state.readSeq });
        this.#readAt = now;
      }
    }
    for (const request of this.#queue.values()) {
      if (request.written && now - request.writtenAt > answerMs) request.written = false;
    }
    if (ackInbox && now - this.#inboxAckedAt >= INBOX_ACK_MS) this.#ackInboxNow();
    this.#flush();
  }

  /** A page does not see the server's WebSocket pings, so it asks by itself. Any frame is an answer. */
  #probe() {
    if (this.#probeAt !== undefined) return;
    this.#probeAt = clock();
    this.#write({ type: "ping", id: newId() });
  }

  // -- sending

  #write(frame) {
    const withCsrf = this.#csrfToken !== undefined && frame.type !== "auth";
    this.#pacer.sent(clock());
    this.#socket.send(JSON.stringify(withCsrf ? { ...frame, csrfToken: this.#csrfToken } : frame));
  }

  #writeRequest(request) {
    if (this.#state !== "open") return this.#settle(request.frame.id, "reject", new PortcullisError("disconnected"));
    const now = clock();
    Object.assign(request, { written: true, writtenAt: now, writes: request.writes + 1 });
    request.doubtSince = Math.min(request.doubtSince, now);
    this.#write(request.frame);
  }

  /** Sends a frame that has no answer, if it can go now. */
  #tell(frame) {
    const details = validate(frame);
    if (details.length > 0) throw new PortcullisError("validation_failed", `${frame.type}: ${details[0].rule}`, { details });
    const now = clock();
    if (this.#state !== "open" || this.#pacer.wait(now) > 0 || this.#blockedTypes.get(frame.type) > now) return false;
    this.#write(frame);
    return true;
  }

  /** After the caller's turn, so that many joins become one frame. */
  #flushSoon() {
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      this.#flush();
    });
  }

  #flush() {
    if (this.#state !== "open") return;
    clearTimeout(this.#flushTimer);
    const now = clock();
    const waits = [...this.#flushJoins(now), ...this.#flushQueue(now)];
    if (waits.length > 0) this.#flushTimer = setTimeout(() => this.#flush(), Math.max(1, Math.min(...waits)));
  }

  *#flushJoins(now) {
    const due = [...this.#rooms.values()].filter((state) => state.due && state.wanted && !state.joinId);
    const blocked = this.#blockedTypes.get("join") ?? 0;
    yield* due.map((state) => Math.max(state.notBefore, blocked) - now).filter((wait) => wait > 0);
    const ready = due.filter((state) => Math.max(state.notBefore, blocked) <= now);
    while (ready.length > 0) {
      const wait = this.#pacer.wait(now);
      if (wait > 0) return yield wait;
      const id = newId();
      const states = ready.splice(0, ROOMS_PER_JOIN);
      states.forEach((state) => Object.assign(state, { joinId: id, joinedAt: now, due: false }));
      const rooms = states.map((state) => state.request());
      this.#write({ type: "join", id, ...(rooms.length === 1 ? rooms[0] : { rooms }) });
    }
  }

  *#flushQueue(now) {
    for (const request of this.#queue.values()) {
      const { type, roomId } = request.frame;
      const room = ["chat", "edit_message", "delete_message"].includes(type) ? this.#rooms.get(roomId) : undefined;
      if (request.written || (room?.wanted && !room.in)) continue;
      const held = Math.max(request.notBefore, this.#blockedTypes.get(type) ?? 0) - now;
      const wait = held > 0 ? held : this.#pacer.wait(now);
      if (wait > 0) yield wait;
      else this.#writeRequest(request);
    }
  }

  /** Ends the wait for an answer. Returns whether anybody waited. */
  #settle(id, how, value) {
    const request = this.#queue.get(id);
    this.#queue.delete(id);
    request?.[how](value);
    return request !== undefined;
  }

  // -- receiving

  #received(data) {
    this.#heardAt = clock();
    this.#probeAt = undefined;
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      frame = undefined;
    }
    if (!isReadable(frame)) return this.#drop({ code: 1002, reason: "unreadable frame" });
    if (frame.type === "auth_success") return this.#authenticated(frame);
    if (frame.type === "csrf_rotated") return void (this.#csrfToken = frame.csrfToken);
    if (frame.type === "joined") return this.#joined(frame);
    if (frame.type === "rate_limited" || frame.type === "error") return this.#refused(frame);
    if (ENTRIES.has(frame.type)) return frame.roomId === undefined ? this.#inboxEntry(frame) : this.#entry(frame);
    if (frame.type === "auth_failure") this.#authFailure = frame.reason;
    if (frame.type === "token_expiring") this.#renew();
    if (frame.type === "server_draining") this.#slotAt = clock() + Math.min(frame.reconnectInMs, MAX_SERVER_WAIT_MS);
    if (frame.id !== undefined && this.#settle(frame.id, "resolve", frame)) return;
    if (frame.type === "left") return this.#lose(this.#rooms.get(frame.roomId), "not_member");
    this.#hand(frame);
  }

  /** Hands a frame to the listeners of its room or user, and of the client. */
  #hand(frame) {
    const partner = frame.userId === this.session?.userId ? frame.recipientId : frame.userId;
    const target = frame.roomId !== undefined ? this.#rooms.get(frame.roomId)?.room : frame.recipientId && this.#users.get(partner);
    const heard = target?.[emit](frame.type, frame) ?? false;
    return this[emit](frame.type, frame) || heard;
  }

  #authenticated({ csrfToken, id, type, ...session }) {
    this.session = session;
    this.#csrfToken = csrfToken;
    this.#pacer.limits = session.limits;
    this.#heartbeatMs = session.heartbeatMs;
    this.#openedAt = clock();
    this.#deadline = Infinity;
    this.#inboxHead = session.inbox;
    this.#inboxUnheard = false;
    this.#change("open");
    this[emit](type, session);
    this.#setReady.resolve(session);
    if (this.#inbox.last) this.#inboxDeadline = clock() + INBOX_REPLAY_MS;
    this.#inboxCaughtUp();
    this.#flush();
  }

  #refused(frame) {
    const now = clock();
    const limited = frame.type === "rate_limited";
    const request = this.#queue.get(frame.id);
    const joining = [...this.#rooms.values()].filter(
      ({ joinId, room }) => joinId !== undefined && joinId === frame.id && [undefined, room.id].includes(frame.roomId),
    );
    const action = joining.length > 0 ? "join" : request?.frame.type;
    const blockMs = limited ? Math.min(frame.retryAfter, MAX_SERVER_WAIT_MS) : 0;
    const again = limited ? blockMs : ["unavailable", "timeout"].includes(frame.reason) ? REPEAT_MS : undefined;
    if (limited && frame.scope === "action") this.#blockedTypes.set(action, now + blockMs);
    else if (limited) this.#pacer.block(now + blockMs);
    if (this.#state !== "open") this.#serverWaitMs = blockMs;
    this.#hand(frame);
    for (const state of joining) {
      state.joinId = undefined;
      if (again === undefined) this.#lose(state, frame.reason, frame);
      else Object.assign(state, { due: true, notBefore: now + again });
    }
    if (request && (limited || frame.reason === "unavailable") && !request.ofConnection) {
      Object.assign(request, { written: false, notBefore: limited ? 0 : now + again });
      // A first attempt that was refused had no effect, so it leaves no doubt.
      if (limited && request.writes === 1) Object.assign(request, { writes: 0, doubtSince: Infinity });
    } else if (request) {
      const { id, reason = "rate_limited", message, details, requestId } = frame;
      this.#settle(id, "reject", new PortcullisError(reason, message, defined({ id, details, requestId })));
    }
    this.#flush();
  }

  /** Offers the next token until the server takes it or the connection ends. */
  async #renew() {
    if (this.#renewing || !this.#options.getToken) return;
    this.#renewing = true;
    const generation = this.#generation;
    const pause = (ms) => new Promise((resolve) => (this.#renewTimer = setTimeout(resolve, ms)));
    await pause(Math.max(0, this.#renewNotBefore - clock())); // a source of very short tokens must not flood the server
    for (;;) {
      const token = await within(TOKEN_MS, Promise.resolve().then(() => this.#options.getToken({}))).catch(() => undefined);
      if (generation !== this.#generation) return;
      if (token && token !== this.#credential && CREDENTIAL.test(token)) {
        const answer = await this.#ask({ type: "token_refresh", token }, true).catch(() => undefined);
        if (generation !== this.#generation) return;
        if (answer) {
          this.#credential = token;
          this.#renewing = false;
          this.#renewNotBefore = clock() + RENEW_MS;
          this.session = { ...this.session, expiresAt: answer.expiresAt };
          return void this[emit]("token_refreshed", { expiresAt: answer.expiresAt });
        }
      }
      await pause(RENEW_MS);
    }
  }

  // -- rooms

  #join(state, { presence = false, since } = {}) {
    const request = defined({ type: "join", roomId: state.room.id, presence, since });
    const details = validate(request);
    if (this.#state === "ended") return Promise.reject(new PortcullisError("ended", "the client has ended"));
    if (details.length > 0) return Promise.reject(new PortcullisError("validation_failed", `join: ${details[0].rule}`, { details }));
    if (state.in && state.wanted && presence === state.presence) return Promise.resolve(state.answer);
    state.due ||= !state.wanted || presence !== state.presence;
    Object.assign(state, { wanted: true, presence });
    state.stream.last ??= since;
    this.#flushSoon();
    return new Promise((resolve, reject) => state.waiters.push({ resolve, reject }));
  }

  async #leave(state) {
    const roomId = state.room.id;
    const connected = this.#state === "open" && (state.in || state.joinId !== undefined);
    state.forget();
    state.settle("reject", new PortcullisError("cancelled", "left the room", { roomId }));
    if (connected) await this.#ask({ type: "leave", roomId }, true).catch(() => {}); // without a connection it is left too
  }

  #read(state, seq) {
    if (!Number.isSafeInteger(seq) || seq <= state.readSeq) return;
    state.readSeq = seq;
    state.unread = true;
  }

  /** The user is no longer to be in the room. */
  #lose(state, reason, { message, requestId } = {}) {
    if (!state?.wanted) return;
    const { room } = state;
    state.forget();
    state.settle("reject", new PortcullisError(reason, message, defined({ roomId: room.id, requestId })));
    this.#hand({ type: "left", roomId: room.id, reason });
  }

  /** One part of a resume; live entries follow the last. */
  #joined({ messages, ...frame }) {
    const state = this.#rooms.get(frame.roomId);
    if (!state?.wanted) return;
    const { stream } = state;
    const head = { epoch: frame.epoch, seq: frame.seq };
    const known = stream.last !== undefined;
    if (known && frame.recovered) {
      messages.filter((entry) => stream.offer(entry) === "next").forEach((entry) => this.#handEntry(state, entry));
      if (!state.wanted) return; // an entry, or a listener, has ended it
    }
    const recovered = known && frame.recovered && stream.last.seq >= head.seq;
    const more = recovered && frame.more;
    if (frame.id === state.joinId) Object.assign(state, { joinedAt: clock(), joinId: more ? frame.id : undefined });
    state.in = !more;
    if (!recovered || stream.last.seq === head.seq) stream.last = head;
    if (more) return;
    if (known) this.#hand({ type: "resume", roomId: frame.roomId, recovered, ...head });
    state.answer = frame;
    state.settle("resolve", frame);
    this.#hand(frame);
    this.#flush();
  }

  #entry(frame) {
    const state = this.#rooms.get(frame.roomId);
    if (!state?.wanted || !state.stream.last) return;
    const place = state.stream.offer(frame);
    if (place === "next") return this.#handEntry(state, frame);
    if (place === "repeat" || state.joinId || state.due) return;
    // A resume brings what is missing, and this entry too. A server that can't must not be flooded with joins.
    const now = clock();
    Object.assign(state, { due: true, notBefore: state.repairedAt + REPEAT_MS, repairedAt: now });
    this.#flush();
  }

  #handEntry(state, entry) {
    this.#hand({ roomId: state.room.id, ...entry });
    if (entry.type === "member_removed" && entry.userId === this.session?.userId) this.#lose(state, "not_member");
  }

  // -- the inbox

  #inboxEntry(frame) {
    const place = this.#inbox.offer(frame);
    if (place === "repeat" || (place === "gap" && this.#inboxGap())) return;
    if (place === "gap") this.#inbox.last = { epoch: frame.epoch, seq: frame.seq };
    if (this.#inboxDeadline < Infinity) this.#inboxDeadline = clock() + INBOX_REPLAY_MS;
    const heard = this.#hand(frame);
    if (frame.type === "chat_message" && !heard) this.#inboxUnheard = true; // the server keeps it for a later connection
    this.#inboxCaughtUp();
  }

  #inboxCaughtUp() {
    const { last } = this.#inbox;
    if (this.#inboxDeadline === Infinity || last.epoch !== this.#inboxHead.epoch || last.seq < this.#inboxHead.seq) return;
    this.#inboxDeadline = Infinity;
    this[emit]("resume", { type: "resume", inbox: true, recovered: true, ...last });
  }

  /**
   * Direct messages are missing, since another session of the user has acknowledged them. A connection that begins with
   * an `auth` frame can ask for them; one for each gap, since the server has a tight limit for connections without a
   * token. Returns whether it is on its way.
   */
  #inboxGap() {
    if (this.#options.getToken && !this.#byFrame && !this.#noAuthFrames) {
      const socket = this.#socket;
      this.#forget();
      socket.close(1000);
      this.#resumeByFrame = true;
      this.#attempt();
      return true;
    }
    this.#inboxDeadline = Infinity;
    this.#inboxAcked = 0;
    this[emit]("resume", { type: "resume", inbox: true, recovered: false, ...this.#inboxHead });
    return false;
  }

  #ackInboxNow() {
    const seq = this.#inbox.last?.seq ?? 0;
    if (seq <= this.#inboxAcked || this.#inboxUnheard) return;
    this.#inboxAckedAt = clock();
    this.ackInbox(seq);
  }
}

/** Connects, and stays connected until `close()` or a refusal that no retry would change. */
export function connect(options) {
  return new Client(options);
}
