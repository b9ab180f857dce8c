/**
 * The JavaScript client of Portcullis: one ES module without dependencies, for browsers and Node.js from 20 on.
 * Options, calls, events and errors are described in portcullis.d.ts, frames on the protocol page of the server.
 *
 * Read it from the end: `connect` makes a Client. It owns one Connection at a time (#attempt, #received, #disconnected), the
 * places in the rooms (RoomState) and the inbox, the frames without an answer (#ask, #flush), and the Pacer.
 */

const SUBPROTOCOL = "portcullis.v1";
const TICK_MS = 1_000;
const REPEAT_MS = 1_000;
const LONGEST_REPEAT_MS = 5_000;
const CONNECT_MS = 20_000;
const ERROR_MS = 200;
const TOKEN_MS = 30_000;
const RENEW_MS = 10_000;
const LAST_RENEWAL_MS = 2_000;
const TYPING_MS = 3_000;
const READ_MS = 4_500; // two pages of a user stay within the server's usual 30 a minute
const INBOX_ACK_MS = 5_000;
const INBOX_REPLAY_MS = 3_000;
const MAX_WAIT_MS = 3_600_000;
const ROOMS_PER_JOIN = 100;
const MAX_TAIL = 50;
const MAX_AMENDED = 1_000;

/** As many direct messages as a server keeps wait here for a listener. */
const MAX_UNHEARD = 1_000;

/** What a browser does not say of a WebSocket that did not open. */
const NOT_OPENED = "no connection: the server is away, or refused the handshake (its log says why)";

/** A timer that is this late was suspended with its page or machine: the connection has to prove that it lives. */
const ASLEEP_MS = 15_000;
const NAP_MS = 50;
const SET_BACK_MS = 250;

/** A frame that gets no answer counts from then on as one that has arrived, unless an answer is awaited. */
const UNANSWERED_MS = 10_000;

/** The server is asked when the newest frame that gets an answer has waited so long: what the limits hold up must not wait for ever. */
const STALLED_MS = 30_000;

/** So long the server doubles the next block, and so long this client leaves a part of the limit to other sessions of the user. */
const SHARED_MS = 10 * 60_000;
const REPEATED_BY_RELOAD = new Set(["join", "history"]);

/** So many of a minute's frames are kept for probes: one of 20, and at most one for each heartbeat of 30 s that a window touches. */
const FRAMES_PER_PROBE = 20;
const MAX_PROBES = 3;

/** Bounds the memory: a limit beyond it holds up no client. */
const MAX_COUNTED = 20_000;

/** A server knows an id for 10 minutes; a repeat after that would be a second message. */
const REPEATABLE_MS = 9 * 60_000;

/** Characters of a JWT. Anything else could add a subprotocol of its own (CWE-113). */
const CREDENTIAL = /^[A-Za-z0-9._~-]{1,8192}$/;
const isCredential = (value) => typeof value === "string" && CREDENTIAL.test(value);

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

// A rule is a function that gives the keyword that fails, or "".
const kind = (name) => (value) => (typeof value === name ? "" : "type");
const BOOLEAN = kind("boolean");
const STRING = kind("string");
const FINITE = (value) => (Number.isFinite(value) ? "" : "type");
const matching = (pattern) => (value) => STRING(value) || (pattern.test(value) ? "" : "pattern");
const oneOf = (...values) => (value) => (values.includes(value) ? "" : "enum");
const integer = (min, max = Number.MAX_SAFE_INTEGER) => (value) =>
  !Number.isInteger(value) ? "type" : value < min ? "minimum" : value > max ? "maximum" : "";
const codePoints = (value) => value.length - (value.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
const text = (min, max, pattern = /(?:)/) => (value) => {
  if (typeof value !== "string") return "type";
  if (/\p{Surrogate}/u.test(value) || !pattern.test(value)) return "pattern";
  const length = codePoints(value);
  return length < min ? "minLength" : length > max ? "maxLength" : "";
};
const list = (item, max = Infinity) => ({ item, max });
const ANY = () => "";

const ID = matching(/^[A-Za-z0-9_-]{1,64}$/);
const ROOM_ID = matching(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$/);
const USER_ID = matching(/^[A-Za-z0-9][A-Za-z0-9_.:@|+-]{0,127}$/);
const MESSAGE_ID = matching(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/);
const SEQ = integer(0);
const POSITION = { epoch: matching(/^[A-Za-z0-9_-]{1,32}$/), seq: SEQ };
const URL_OF_FILE = text(0, 2048, /^https:\/\/[!#-;=?-[\]_a-z~]+$/);
const FILE = { type: oneOf("image", "file", "audio"), url: URL_OF_FILE, name: text(1, 255) };
const MESSAGE = { "replyTo?": MESSAGE_ID, "attachments?": list(FILE, 10), "expiresInMs?": integer(1000, 2_592_000_000) };
const CURSOR = matching(/^[A-Za-z0-9_-]{1,512}$/);
const MIME = text(1, 127, /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*$/);
const JOIN = { roomId: ROOM_ID, "since?": POSITION, "presence?": BOOLEAN, "tail?": integer(0, MAX_TAIL) };
const TOKEN = text(0, 16_384);
const OWN_EVENT = { event: text(1, 64), data: ANY };

/** The fields of a frame that is for a room or for a user. */
const to = (fields, ofUser = fields) => (frame) =>
  frame.recipientId === undefined ? { roomId: ROOM_ID, ...fields } : { recipientId: USER_ID, ...ofUser };

const FROM_ANY_CLIENT = { type: STRING, "id?": ID, "csrfToken?": text(1, 128), "timestamp?": FINITE };
const FROM_CLIENT = {
  __proto__: null,
  auth: { token: TOKEN, "resume?": { inbox: POSITION } },
  token_refresh: { token: TOKEN },
  join: (frame) => (frame.rooms === undefined ? JOIN : { rooms: list(JOIN, ROOMS_PER_JOIN) }),
  leave: { roomId: ROOM_ID },
  chat: { roomId: ROOM_ID, content: text(1, 1000), ...MESSAGE },
  chat_message: { recipientId: USER_ID, content: text(1, 5000), ...MESSAGE },
  edit_message: to({ messageId: MESSAGE_ID, content: text(1, 1000) }, { messageId: MESSAGE_ID, content: text(1, 5000) }),
  delete_message: to({ messageId: MESSAGE_ID }),
  event: to(OWN_EVENT),
  typing_indicator: to({ isTyping: BOOLEAN }),
  read: { roomId: ROOM_ID, seq: SEQ },
  history: (frame) => to({ [frame.before === undefined ? "after?" : "before?"]: SEQ, "limit?": integer(1, 100) })(frame),
  search: (frame) => ({
    query: text(1, 200), "userId?": USER_ID, "after?": SEQ, "before?": SEQ, "limit?": integer(1, 50), "cursor?": CURSOR,
    ...(frame.recipientId === undefined ? { "roomId?": ROOM_ID } : { recipientId: USER_ID }),
  }),
  presence: { roomId: ROOM_ID, "after?": USER_ID, "limit?": integer(1, 200) },
  remove_user: { roomId: ROOM_ID, userId: USER_ID, "reason?": text(0, 256) },
  system_broadcast: { content: text(1, 1000) },
  ack: { inboxSeq: SEQ },
  file_upload: to({ name: text(1, 255), size: integer(1), mime: MIME }),
  ping: {},
  "health-check": {},
};

/** What this client relies on. Fields that it does not know are left to the listeners. */
const COUNTS = (value) => (isObject(value) ? Object.values(value).map(SEQ).find(Boolean) ?? "" : "type");
const LIMITS = { burst: SEQ, minute: SEQ, hour: SEQ, frameBytes: SEQ, "expiresInMs?": SEQ, "actions?": COUNTS };
const ENTRY = { ...POSITION, userId: USER_ID };
const GAP = { ...POSITION, count: SEQ };
const FROM_SERVER = {
  __proto__: null,
  auth_success: { userId: USER_ID, sessionId: STRING, heartbeatMs: SEQ, expiresAt: SEQ, "serverTime?": SEQ, limits: LIMITS, inbox: { ...POSITION, "gap?": GAP } },
  auth_failure: { reason: STRING },
  joined: { roomId: ROOM_ID, ...POSITION, recovered: BOOLEAN, more: BOOLEAN, messages: list({ ...POSITION, type: STRING }), "readSeq?": SEQ },
  chat: { ...ENTRY, roomId: ROOM_ID, messageId: MESSAGE_ID, content: STRING },
  chat_message: { ...ENTRY, recipientId: USER_ID, messageId: MESSAGE_ID, content: STRING },
  message_edited: to({ ...ENTRY, messageId: MESSAGE_ID, content: STRING }),
  message_deleted: to({ ...ENTRY, messageId: MESSAGE_ID }),
  event: (frame) => to({ ...OWN_EVENT, userId: USER_ID, ...(isEntry(frame) && { ...ENTRY, messageId: MESSAGE_ID }) })(frame),
  history: { epoch: POSITION.epoch, messages: list({ ...POSITION, type: STRING }) },
  search: { matches: list({ ...POSITION, type: STRING, messageId: MESSAGE_ID }), "cursor?": CURSOR },
  member_removed: { ...ENTRY, roomId: ROOM_ID },
  room_deleted: { ...POSITION, roomId: ROOM_ID },
  error: { reason: STRING, message: STRING, requestId: STRING },
  rate_limited: { scope: STRING, window: STRING, retryAfter: SEQ },
  csrf_rotated: { csrfToken: matching(CREDENTIAL) },
  server_draining: { reconnectInMs: SEQ },
  token_expiring: { expiresAt: SEQ },
  left: { roomId: ROOM_ID },
  membership: { roomId: ROOM_ID, role: oneOf("member", "moderator", "owner", null), "invited?": oneOf("member", "moderator", "owner") },
  gap: GAP,
};

/** Stands for the types of the frames that have no answer: a refusal does not say which it was. */
const WITHOUT_ID = "";

/** Stands for all types. */
const EVERY = "*";

/** The frames that have a place in a stream, and those of a client that make one in its order. */
const ENTRIES = new Set(["chat", "chat_message", "event", "message_edited", "message_deleted", "member_removed", "room_deleted"]);
const MESSAGES = new Set(["chat", "chat_message", "event", "edit_message", "delete_message"]);
const AMENDABLE = new Set(["chat", "chat_message", "event"]);
const AMENDMENTS = new Set(["message_edited", "message_deleted"]);

/** An event of the application that is not stored has no place. */
const isEntry = ({ type, seq }) => ENTRIES.has(type) && seq !== undefined;

/** What a frame counts as, the narrowest last. */
const actionsOf = ({ type, event }) => (type === "event" ? [type, event] : [type]);

/** An event that is sent now or never ends without an ack where it can't be known to have arrived. */
const PASSING = new Set(["disconnected", "rate_limited", "unavailable", "timeout", "outcome_unknown"]);

/** A frame has at most 10 levels, itself among them. */
const MAX_LEVELS = 10;
const PROTOTYPE_KEYS = new Set(["__proto__", "prototype", "constructor"]);

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const rulesOf = (table, frame) => {
  const rules = isObject(frame) && typeof frame.type === "string" ? table[frame.type] : undefined;
  return typeof rules === "function" ? rules(frame) : rules;
};

/** Adds to `found` where the value breaks the rule: a function, an object of rules, or a list of one rule. */
function inspect(rule, value, strict, path, found) {
  const add = (keyword, at = path) => found.push({ path: at, rule: keyword });
  if (typeof rule === "function") {
    const keyword = rule(value);
    if (keyword) add(keyword);
  } else if (rule.item) {
    if (!Array.isArray(value)) add("type");
    else if (value.length > rule.max) add("maxItems");
    else value.forEach((each, i) => inspect(rule.item, each, strict, `${path}/${i}`, found));
  } else if (!isObject(value)) {
    add("type");
  } else {
    const isSet = (name) => Object.hasOwn(value, name) && value[name] !== undefined;
    const known = Object.entries(rule).map(([name, ofField]) => {
      const field = name.replace("?", "");
      if (isSet(field)) inspect(ofField, value[field], strict, `${path}/${field}`, found);
      else if (field === name) add("required");
      return field;
    });
    const unknown = strict ? Object.keys(value).find((name) => isSet(name) && !known.includes(name)) : undefined;
    if (unknown !== undefined) add("additionalProperties", `${path}/${unknown}`);
  }
  return found;
}

/** What the server would find wrong in the shape of a client's frame: `[{path, rule}]`, empty for a good one. */
export function validate(frame) {
  const rules = rulesOf(FROM_CLIENT, frame);
  if (!rules) return [{ path: "/type", rule: "enum" }];
  const found = inspect({ ...FROM_ANY_CLIENT, ...rules }, frame, true, "", []);
  if (!frame.rooms || found.length > 0) return found;
  if (frame.rooms.length === 0) return [{ path: "/rooms", rule: "minItems" }];
  const isUnique = new Set(frame.rooms.map(({ roomId }) => roomId)).size === frame.rooms.length;
  return isUnique ? [] : [{ path: "/rooms", rule: "uniqueItems" }];
}

/** Throws for a frame whose shape the server would refuse. */
function requireValid(frame) {
  const details = validate(frame);
  if (details.length === 0) return;
  const [{ path, rule }] = details;
  throw new PortcullisError("validation_failed", `${frame.type}: ${rule} at ${path || "/"}`, { id: frame.id, details });
}

/** A frame as it goes over the wire: what the application changes later is not sent again in its place. */
function copied(frame) {
  try {
    return JSON.parse(JSON.stringify(frame));
  } catch ({ message }) {
    throw new PortcullisError("validation_failed", `no JSON: ${message}`, { id: frame.id, details: [] });
  }
}

/** Throws for data that no server can read: it could not say to which frame its refusal belongs. */
function requireReadable(value, path, level, id) {
  const refuse = (reason, rule) => {
    throw new PortcullisError(reason, `event: ${rule} at ${path}`, { id, details: [{ path, rule }] });
  };
  if (typeof value === "string" && /\p{Surrogate}/u.test(value)) refuse("validation_failed", "pattern");
  if (typeof value !== "object" || value === null) return;
  if (level > MAX_LEVELS) refuse("invalid_json", "depth");
  for (const [key, each] of Object.entries(value)) {
    if (PROTOTYPE_KEYS.has(key)) refuse("validation_failed", "propertyNames");
    requireReadable(key, path, level, id);
    requireReadable(each, `${path}/${key}`, level + 1, id);
  }
}

const isReadable = (frame) => inspect({ type: STRING, ...rulesOf(FROM_SERVER, frame) }, frame, false, "", []).length === 0;

// ---- small parts ----------------------------------------------------------------------------------------------------

let ahead = Date.now() - performance.now();
let slept = 0;

/**
 * Milliseconds that only grow: they count the sleep of a machine, and no clock that is set back. What the wall clock is ahead of the
 * other one is no sum of small differences, since both are rounded, and says nothing if this was not run between two looks at them.
 */
function clock() {
  const before = performance.now();
  const wall = Date.now();
  const ticks = performance.now();
  const gained = ticks - before > NAP_MS ? 0 : wall - ticks - ahead;
  if (gained > NAP_MS) slept += gained;
  if (gained > NAP_MS || gained < -SET_BACK_MS) ahead += gained;
  return ticks + slept;
}

/** 128 random bits. `crypto.randomUUID` is absent on pages without TLS. */
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const defined = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));

function parsed(json) {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function invitationTo(roomId) {
  requireValid({ type: "leave", roomId });
  return `/api/rooms/${encodeURIComponent(roomId)}/invitation`;
}

/** The body of an answer over HTTP. What is no JSON comes from something in between. */
async function answered(response) {
  const body = parsed(await response.text()) ?? {};
  if (response.ok) return body;
  const { reason = "unavailable", message = `HTTP ${response.status}`, details, requestId } = body.error ?? {};
  const seconds = Number(response.headers.get("Retry-After"));
  throw new PortcullisError(reason, message, defined({ details, requestId, retryAfter: seconds > 0 ? seconds * 1_000 : undefined }));
}

function within(ms, promise) {
  let timer;
  const late = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error("late")), ms)));
  timer.unref?.(); // a client that is closed must not keep Node.js from ending
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

// Calls between the classes of this module, which an application can't make.
const emit = Symbol("emit");
const hears = Symbol("hears");
const call = Symbol("call");

class Emitter {
  #listeners = new Map();
  #added;

  /** @param added is called after a listener was added */
  constructor(added) {
    this.#added = added;
  }

  /** Returns a function that ends it. */
  on(event, listener) {
    const all = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, all.add(listener));
    this.#added();
    return () => void all.delete(listener);
  }

  [hears](event) {
    return (this.#listeners.get(event)?.size ?? 0) > 0;
  }

  /**
   * @param own the name of an event of the application, under which it is heard too
   * @return whether anybody listened
   */
  [emit](event, value, own) {
    const listeners = [event, own].flatMap((name) => [...(this.#listeners.get(name) ?? [])]);
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

/** One limit of the server: what was sent within its window, one item for each frame, or for each room of a join. */
class Window {
  #ms;
  #sent = []; // in their order, as many as the limit
  #limit = MAX_COUNTED;
  #reservedUntil = -Infinity;
  #sharedUntil = -Infinity;
  #halvings = 0;

  constructor(ms) {
    this.#ms = ms;
  }

  set limit(most) {
    this.#limit = Math.min(Math.max(1, most), MAX_COUNTED);
  }

  /** Until then half of it is left to what came before this client. */
  reserve(until) {
    this.#reservedUntil = until;
  }

  /** Another session of the user has a part of it. Each block within that time halves what this one takes. */
  share(until, now) {
    this.#halvings = now < this.#sharedUntil ? this.#halvings + 1 : 1;
    this.#sharedUntil = until;
  }

  add(item, times) {
    for (let i = 0; i < times; i++) this.#sent.push(item);
    this.#sent.splice(0, this.#sent.length - this.#limit);
  }

  /** The server counts it between when it is sent and when that is answered, so it leaves a window's time after the answer. */
  #leaves({ countedAt }, now) {
    return (countedAt ?? now) + this.#ms;
  }

  /** Whether half of it is left to what must not wait. */
  isHalfFree(now) {
    const item = this.#sent.at(-Math.ceil(this.#max(now) / 2));
    return item === undefined || this.#leaves(item, now) <= now;
  }

  #max(now) {
    const halvings = now < this.#sharedUntil ? this.#halvings : Number(now < this.#reservedUntil);
    return Math.max(1, Math.floor(this.#limit / 2 ** halvings));
  }

  /** How long one more has to wait. */
  wait(now) {
    const item = this.#sent.at(-this.#max(now));
    return item ? Math.max(0, this.#leaves(item, now) - now) : 0;
  }

  /** The same if nothing is longer on its way than `UNANSWERED_MS`. */
  waitOfProbe(now) {
    const item = this.#sent.at(-this.#max(now));
    return item ? Math.max(0, Math.min(this.#leaves(item, now), item.sentAt + UNANSWERED_MS + this.#ms) - now) : 0;
  }

  /** How many more fit now. */
  free(now) {
    return this.#max(now) - this.#sent.filter((item) => this.#leaves(item, now) > now).length;
  }
}

/**
 * Spreads frames so that they stay within `auth_success.limits`. How long a frame is on its way does not matter: it counts until
 * its window has passed since its answer, or since that of a later one, for a server handles the frames of a connection in turn.
 * A frame without an `id` gets no answer. If none is awaited that would tell of it, it counts as one that has arrived after a while.
 */
class Pacer {
  #user = { burst: new Window(1_100), minute: new Window(65_000), hour: new Window(3_720_000) };
  #connection = new Window(65_000); // with the probes, which do not count for the user
  #actions = new Map();
  #unanswered = []; // in their order; the windows that count them bound their number
  #newestAnswerable;
  #answeredAt = -Infinity;
  #blockedUntil = new Map();

  limits({ burst, minute, hour, actions = {} }, now) {
    const kept = Math.min(MAX_PROBES, Math.floor(minute / FRAMES_PER_PROBE));
    Object.entries({ burst, minute: minute - kept, hour }).forEach(([name, limit]) => (this.#user[name].limit = limit));
    this.#connection.limit = minute;
    for (const action of this.#actions.keys()) if (!Object.hasOwn(actions, action)) this.#actions.delete(action);
    for (const [action, limit] of Object.entries(actions)) {
      const window = this.#actions.get(action) ?? new Window(65_000);
      window.limit = limit;
      // A page that was loaded again asks for the same as before, which the server still counts.
      if (!this.#actions.has(action) && REPEATED_BY_RELOAD.has(action)) window.reserve(now + 65_000);
      this.#actions.set(action, window);
    }
  }

  /** The server has refused a frame: frames of this action, or all, are blocked. */
  refused(until, { scope, window }, action, now) {
    const blocked = scope === "action" ? action : EVERY;
    const isNew = !(this.#blockedUntil.get(blocked) > now); // what is on its way is refused by the same block
    this.#blockedUntil.set(blocked, Math.max(until, this.#blockedUntil.get(blocked) ?? 0));
    if (isNew) (scope === "action" ? this.#actions.get(action) : this.#user[window])?.share(until + SHARED_MS, now);
  }

  /** Which of its actions has refused a frame, as far as that can be known: the narrowest that has a limit. */
  limiting(actions) {
    return actions.findLast((action) => this.#actions.has(action)) ?? actions[0];
  }

  sent(frame, now, isProbe = false) {
    this.#settleOld(now);
    const { id, type, rooms } = frame;
    const item = { id, sentAt: now, countedAt: undefined };
    if (!isProbe) Object.values(this.#user).forEach((window) => window.add(item, 1));
    this.#connection.add(item, 1);
    for (const action of actionsOf(frame)) this.#actions.get(action)?.add(item, rooms?.length ?? 1);
    this.#unanswered.push(item);
    if (id !== undefined && type !== "read") this.#newestAnswerable = item; // a read mark is answered only if it is refused
  }

  answered(id, now) {
    const last = this.#unanswered.findIndex((item) => item.id === id);
    if (last < 0) return;
    this.#settle(last + 1, now);
    this.#answeredAt = now;
  }

  /** What was on its way on the connection before has arrived, or never will. */
  reconnected(now) {
    this.#settle(this.#unanswered.length, now);
  }

  /** The server may have lost what is awaited, or not have got it: the answer to a probe, or the end of the connection, settles it. */
  isStalled(now) {
    return this.#isAwaited() && this.#newestAnswerable.sentAt < now - STALLED_MS;
  }

  /** An answer to the newest is an answer to all. */
  #isAwaited() {
    return this.#newestAnswerable !== undefined && this.#newestAnswerable.countedAt === undefined;
  }

  #settle(count, countedAt) {
    this.#unanswered.splice(0, count).forEach((item) => (item.countedAt = countedAt));
  }

  /** While an answer is awaited, the link may hold back all that was sent since; what is behind an answer may come a while after it. */
  #settleOld(now) {
    while (this.#unanswered.length > 0 && !this.#isAwaited()) {
      const arrivedAt = Math.max(this.#unanswered[0].sentAt, this.#answeredAt) + UNANSWERED_MS;
      if (arrivedAt > now) return;
      this.#settle(1, arrivedAt);
    }
  }

  /** How long the next frame that counts as these actions has to wait, or any. */
  wait(now, ...actions) {
    this.#settleOld(now);
    const windows = Object.values(this.#user).map((window) => window.wait(now));
    const ofActions = actions.map((action) => this.#actions.get(action)?.wait(now) ?? 0);
    const blocks = [EVERY, ...actions].map((blocked) => (this.#blockedUntil.get(blocked) ?? 0) - now);
    return Math.max(this.#connection.wait(now), ...ofActions, ...windows, ...blocks);
  }

  /** Whether what is of use only now may take its part: messages, and events that are stored, must not wait for it. */
  spares(now) {
    this.#settleOld(now);
    return [...Object.values(this.#user), this.#actions.get("event")].every((window) => window?.isHalfFree(now) ?? true);
  }

  /**
   * How long a probe has to wait, in the windows that count it. It does not wait for the end of a block: a refusal proves as much as an
   * answer, and adds nothing. Nor does it wait for an answer that may never come, since its own settles what was sent before it.
   */
  waitOfProbe(now) {
    return Math.max(this.#connection.waitOfProbe(now), this.#actions.get("ping")?.waitOfProbe(now) ?? 0);
  }

  /** How many of this action fit now. */
  free(now, type) {
    this.#settleOld(now);
    return this.#actions.get(type)?.free(now) ?? Infinity;
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

/** The newest edits and deletions: a history that was read before they came must not bring back what they replaced. */
class Amendments {
  #newest = new Map();

  add(entry) {
    if (!AMENDMENTS.has(entry.type)) return;
    this.#newest.delete(entry.messageId); // the map keeps the order in which they are added
    this.#newest.set(entry.messageId, entry);
    if (this.#newest.size > MAX_AMENDED) this.#newest.delete(this.#newest.keys().next().value);
  }

  /** A message of a history in this epoch as the server would show it now, in its own place. */
  applyTo(message, epoch) {
    const amendment = this.#newest.get(message.messageId);
    if (amendment?.epoch !== epoch || !AMENDABLE.has(message.type)) return message; // the store may have lost what is of another epoch
    const { type, seq, timestamp, content, text, mentions, hashtags, links } = amendment;
    if (seq <= (message.edited?.seq ?? message.seq)) return message;
    if (type === "message_deleted") return { ...amendment, epoch: message.epoch, seq: message.seq };
    return defined({ ...message, content, text, mentions, hashtags, links, edited: { seq, timestamp } });
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

function requireVerified(url) {
  const env = globalThis.process?.versions?.node && globalThis.process.env;
  if (!env || env.NODE_TLS_REJECT_UNAUTHORIZED !== "0" || !url.startsWith("wss:")) return;
  throw new TypeError("NODE_TLS_REJECT_UNAUTHORIZED=0 turns the verification of certificates off (CWE-295)");
}

/** How to make a socket. Certificates are always verified, whatever the process says of other connections. */
function dialer({ WebSocket: own, ca, origin }, urls) {
  const Socket = own ?? globalThis.WebSocket;
  const env = globalThis.process?.versions?.node && globalThis.process.env;
  if (!Socket) throw new TypeError("this runtime has no WebSocket: give the option WebSocket, such as that of the package ws");
  if (ca !== undefined && !(env && own)) {
    throw new TypeError("ca needs the option WebSocket, such as that of the package ws; elsewhere the system decides whom to trust");
  }
  const check = (url) => void (own || requireVerified(url));
  urls.forEach(check);
  const tls = { rejectUnauthorized: true, perMessageDeflate: false, maxPayload: 1 << 20, ...defined({ ca, origin }) };
  return (url, protocols) => {
    check(url); // the process may have changed its mind
    return env && own ? new Socket(url, protocols, tls) : new Socket(url, protocols);
  };
}

// ---- what an application holds --------------------------------------------------------------------------------------

/** A room or a user that frames go to. */
class Target extends Emitter {
  #client;
  #address;
  #message;
  #typedAt = -Infinity;
  #typed = false;

  /** @param client what the Client does for it */
  constructor(message, field, id, client) {
    super(client.listened);
    this.id = id;
    this.#client = client;
    this.#address = { [field]: id };
    this.#message = message;
  }

  [call](type, fields, id) { return this.#client.ask(defined({ type, ...this.#address, ...fields, id })); }

  send(content, { id, replyTo, attachments, expiresInMs } = {}) {
    return this[call](this.#message, { content, replyTo, attachments, expiresInMs }, id);
  }

  /** Sends an event of the application: as `send` does, or, where it is transient, now or never. */
  emit(event, data = null, { id, transient = false } = {}) {
    if (!transient) return this[call]("event", { event, data }, id);
    return this.#client.askOnce({ type: "event", ...this.#address, event, data });
  }

  edit(messageId, content) { return this[call]("edit_message", { messageId, content }); }
  delete(messageId) { return this[call]("delete_message", { messageId }); }
  history(options = {}) { return this[call]("history", options); }

  /** Looks for messages here: see `search` of the client. */
  search(query, options = {}) { return this[call]("search", { ...options, query }); }

  /** Asks where to upload a file to. */
  upload({ name, size, mime }) { return this[call]("file_upload", { name, size, mime }); }

  /** May be called on each key: it is sent every few seconds. */
  typing(isTyping = true) {
    const now = clock();
    if (isTyping ? now - this.#typedAt < TYPING_MS : !this.#typed) return;
    if (!this.#client.tell({ type: "typing_indicator", ...this.#address, isTyping })) return;
    this.#typed = isTyping;
    this.#typedAt = isTyping ? now : -Infinity;
  }
}

class Room extends Target {
  #client;
  #state;

  constructor(id, client, state) {
    super("chat", "roomId", id, client);
    this.#client = client;
    this.#state = state;
  }

  /** The newest entry that was handed on. Give it to `join` as `since` to go on there after a reload. */
  get position() { return this.#state.last && { ...this.#state.last }; }

  /** The user's own read mark, of all their sessions: 0 if there is none. */
  get readSeq() { return Math.max(0, this.#state.readSeq); }
  join(options = {}) { return this.#client.join(this.#state, options); }
  leave() { return this.#client.leave(this.#state); }
  presence(options = {}) { return this[call]("presence", options); }
  removeUser(userId, reason) { return this[call]("remove_user", { userId, reason }); }

  /** May be called for each message: the newest is sent every few seconds. */
  read(seq = this.position?.seq) { this.#state.read(seq); }
}

// ---- the connection -------------------------------------------------------------------------------------------------

/** A client's side of one room: its place in the stream, and whether it is or wants to be in it. */
class RoomState extends Stream {
  wanted = false;
  due = false; // whether a join is to be sent
  in = false;
  joinId = undefined; // of the join without an answer
  joinedAt = 0; // when it was sent, or its last part came
  notBefore = 0;
  repairedAt = -Infinity;
  presence = false;
  tail = undefined;
  newest = []; // of the join without an answer
  fresh = false; // whether it is not to resume
  answer = undefined; // the last `joined`
  waiters = [];
  readSeq = -1;
  unreadAt = undefined; // since when readSeq is still to be sent
  readId = undefined; // of the frame that told readSeq

  constructor(id, client) {
    super();
    this.room = new Room(id, client, this);
  }

  offline() {
    Object.assign(this, { in: false, due: this.wanted, joinId: undefined, notBefore: 0, newest: [], fresh: false });
  }

  forget() {
    this.wanted = false;
    this.offline();
    this.last = undefined;
    this.answer = undefined;
    this.forgetRead();
  }

  forgetRead() {
    Object.assign(this, { readSeq: -1, unreadAt: undefined, readId: undefined });
  }

  settle(how, value) {
    this.waiters.splice(0).forEach((waiter) => waiter[how](value));
  }

  read(seq) {
    if (Number.isSafeInteger(seq) && seq > this.readSeq) Object.assign(this, { readSeq: seq, unreadAt: this.unreadAt ?? clock() });
  }

  /** The mark of another session of the user, or of an earlier page. */
  readElsewhere(seq) {
    if (seq > this.readSeq) Object.assign(this, { readSeq: seq, unreadAt: undefined });
  }

  /** The mark that the server has, if it says so. One that was on its way when the connection broke may not have arrived. */
  readBefore(seq) {
    if (seq < this.readSeq) this.readAgain();
    this.readElsewhere(seq);
  }

  readAgain() {
    this.unreadAt ??= clock();
  }

  request() {
    const since = this.fresh ? undefined : this.last;
    return defined({ roomId: this.room.id, since, presence: this.presence || undefined, tail: this.tail });
  }
}

/** What is known of one connection, from the attempt on. It is forgotten as a whole. */
class Connection {
  socket;
  csrfToken;
  byFrame = false; // whether an `auth` frame has the token, instead of the handshake
  failure = NOT_OPENED; // until the WebSocket opens
  authFailure;
  deadline = Infinity; // the session has to be open by then
  openedAt;
  heardAt = 0;
  probeAt;
  probeDue = false; // as soon as the limits have room for it
  slotAt = 0; // the server's slot for a reconnect
  serverWaitMs = 0;
  renewing = false;
  expiring = false; // so that the next token is waited for
  inboxDeadline = Infinity; // the waiting direct messages have to be here by then
}

class Client extends Emitter {
  /** `{userId, sessionId, role, expiresAt, limits}` of the open session. */
  session;
  #options;
  #urls;
  #dial;
  #state = "connecting";
  #ready;
  #setReady;

  #connection = new Connection();
  #credential; // in memory only
  #refused; // the disconnect for which the server wants another credential
  #triedNewToken = false;
  #attempts = 0;
  #retryNotBefore = 0; // as the server said
  #ticker;
  #tickedAt = clock();
  #retryTimer;
  #flushTimer;
  #renewTimer;
  #renewNotBefore = 0;
  #online = () => this.#cameOnline();

  #rooms = new Map();
  #users = new Map();
  #queue = new Map();
  #pacer = new Pacer();
  #serverAhead = 0; // what the server's time is ahead of the clock here
  #held = ""; // the types that the limits hold up
  #flushing = false;
  #readAt = -Infinity;

  #inbox = new Stream();
  #inboxHead;
  #inboxStart; // the head when the first session opened
  #inboxSafe = 0; // as the application said
  #inboxAcked = 0;
  #inboxAckedAt = -Infinity;
  #amendments = new Amendments();
  #unheard = []; // direct messages that no listener had yet, and what happened to them
  #directNames = new Set(["chat_message", "event"]); // under which they are heard
  #ackBefore = Infinity; // the first that was dropped unheard: the server keeps it for another client
  #resumeByFrame = false;
  #noAuthFrames = false;

  /** What rooms and users ask for. */
  #calls = {
    ask: (frame) => this.#ask(frame),
    askOnce: (frame) => this.#askOnce(frame),
    tell: (frame) => this.#tell(frame),
    join: (state, options) => this.#join(state, options),
    leave: (state) => this.#leave(state),
    listened: () => this.#unheard.length > 0 && queueMicrotask(() => this.#handUnheard()),
  };

  constructor(options) {
    super(() => this.#calls.listened());
    if (Boolean(options.getToken) === Boolean(options.getCsrfToken)) {
      throw new TypeError("give getToken, or getCsrfToken where the token is in a cookie");
    }
    const backoff = { firstMs: 1_000, lastMs: 30_000, ...defined(options.backoff ?? {}) };
    if (!(backoff.firstMs > 0 && backoff.firstMs <= backoff.lastMs && backoff.lastMs <= MAX_WAIT_MS)) {
      throw new TypeError("backoff goes from firstMs, above 0, up to lastMs, at most an hour"); // beyond its range a timer ends at once
    }
    if (options.tail) requireValid({ type: "join", roomId: "r", tail: options.tail });
    this.#options = { maxQueue: 1_000, answerMs: 10_000, ackInbox: true, ...defined(options), backoff };
    this.#urls = [options.url].flat().map(address);
    this.#dial = dialer(options, this.#urls);
    this.#ready = new Promise((resolve, reject) => (this.#setReady = { resolve, reject }));
    this.#ready.catch(() => {}); // an application need not look at it
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
    globalThis.addEventListener?.("online", this.#online);
    queueMicrotask(() => this.#attempt()); // listeners can be added first
  }

  get state() { return this.#state; }

  /** Resolves when the first session opens; rejects if the client ends before. */
  get ready() { return this.#ready; }

  /** The frames without an answer yet, in their order. */
  get queue() {
    return [...this.#queue.values()]
      .filter(({ ofConnection }) => !ofConnection)
      .map(({ frame, written, addedAt }) => ({ ...frame, state: written ? "sent" : "waiting", ageMs: clock() - addedAt }));
  }

  /** How long until this message ends by itself, in ms: 0 if it is over, Infinity if it stays. No clock of this machine need be right. */
  timeLeft({ timestamp, expiresInMs }) {
    return expiresInMs === undefined ? Infinity : Math.max(0, timestamp + expiresInMs - this.#serverAhead - clock());
  }

  /** How long the limits hold back the next frame, in ms. */
  get pausedMs() { return this.#pacer.wait(clock()); }

  /** What the limits hold up, by the type of its frames, or the name of an event. */
  get paced() {
    const now = clock();
    const held = new Map();
    const add = (actions) => held.set(actions.at(-1), { actions, count: (held.get(actions.at(-1))?.count ?? 0) + 1 });
    for (const { written, frame } of this.#queue.values()) if (!written) add(actionsOf(frame));
    for (const { due, wanted } of this.#rooms.values()) if (due && wanted) add(["join"]);
    const all = this.#state === "open" ? [...held] : [];
    return all.map(([type, { actions, count }]) => ({ type, count, inMs: this.#pacer.wait(now, ...actions) })).filter(({ inMs }) => inMs > 0);
  }

  room(roomId) {
    if (!this.#rooms.has(roomId)) this.#rooms.set(roomId, new RoomState(roomId, this.#calls));
    return this.#rooms.get(roomId).room;
  }

  user(userId) {
    if (!this.#users.has(userId)) this.#users.set(userId, new Target("chat_message", "recipientId", userId, this.#calls));
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

  /** Gives up waiting. A frame that was sent may take effect all the same. */
  cancel(id) { return this.#settle(id, "reject", new PortcullisError("cancelled", "cancelled by the application", { id })); }

  /** The open invitations to rooms, the newest first. */
  async invitations() { return (await this.#call("GET", "/api/rooms/invitations")).invitations; }

  /** Accepts an invitation, or the membership that somebody else gave the user; with `role` none to another role than the user was shown. */
  async acceptInvitation(roomId, { role } = {}) {
    await this.#call("POST", invitationTo(roomId) + (role === undefined ? "" : `?role=${encodeURIComponent(role)}`));
  }
  async declineInvitation(roomId) { await this.#call("DELETE", invitationTo(roomId)); }
  /** Looks for messages that have all words of the query, newest first, in all that the user may read. */
  search(query, options = {}) { return this.ask(defined({ ...options, type: "search", query })); }
  broadcast(content, { id } = {}) { return this.ask(defined({ type: "system_broadcast", content, id })); }
  ping() { return this.ask({ type: "ping" }); }
  health() { return this.ask({ type: "health-check" }); }

  /** Tells the server that direct messages up to here are safe with the application, if `ackInbox` is false. */
  ackInbox(seq) {
    requireValid({ type: "ack", inboxSeq: seq });
    this.#inboxSafe = Math.max(this.#inboxSafe, seq);
    this.#ackInboxNow();
  }

  /** Offers the next token of the source to the open connection now, since its user may do more by it. A later connection begins with it anyway. */
  renewToken() {
    if (this.#state === "open") this.#renew();
  }

  close() {
    this.#ackInboxNow();
    for (const state of this.#rooms.values()) if (state.unreadAt !== undefined) this.#tellMark(state);
    this.#end({ code: 1000, reason: "closed by the application" });
  }

  /** A call over HTTP, to the server of the WebSocket. Of several each is asked until one answers. */
  async #call(method, path) {
    const { getToken, getCsrfToken, origin, fetch: own } = this.#options;
    if (this.#state === "ended") throw new PortcullisError("ended", "the client has ended");
    const credential = await within(TOKEN_MS, Promise.resolve((getToken ?? getCsrfToken)({})));
    if (!isCredential(credential)) throw new PortcullisError("ended", "no token");
    const headers = defined({ ...(getToken ? { Authorization: `Bearer ${credential}` } : { "X-CSRF-Token": credential }), Origin: origin });
    let failure;
    for (const url of this.#urls) {
      if (!own) requireVerified(url);
      const request = { method, headers, credentials: getToken ? "omit" : "include", redirect: "error", cache: "no-store", signal: AbortSignal.timeout(CONNECT_MS) };
      try {
        return await answered(await (own ?? globalThis.fetch)(new URL(path, url.replace(/^ws/, "http")).href, request));
      } catch (caught) {
        if (caught instanceof PortcullisError) throw caught;
        failure = caught;
      }
    }
    throw new PortcullisError("disconnected", `the call got no answer: ${failure.name}`);
  }

  // -- connecting

  async #attempt() {
    if (this.#state === "ended") return;
    const connection = (this.#connection = new Connection());
    const refused = this.#refused && (this.#refused.reason || String(this.#refused.code));
    const { getToken, getCsrfToken } = this.#options;
    this.#change("connecting");
    let credential;
    try {
      credential = await within(TOKEN_MS, Promise.resolve((getToken ?? getCsrfToken)(defined({ refused }))));
    } catch {
      if (connection === this.#connection) this.#disconnected({ code: 0, reason: "no token available" });
      return;
    }
    if (connection !== this.#connection) return;
    if (!credential) return this.#end({ code: 0, reason: "no token" });
    if (!isCredential(credential)) return this.#end({ code: 0, reason: "the token is not a string of the characters of a token" });
    if (refused && credential === this.#credential) return this.#end(this.#refused);
    this.#credential = credential;
    this.#refused = undefined;
    this.#open(connection, getToken ? "bearer." : "csrf.");
  }

  #open(connection, prefix) {
    connection.byFrame = this.#resumeByFrame;
    connection.deadline = clock() + CONNECT_MS;
    this.#resumeByFrame = false;
    const protocols = connection.byFrame ? [SUBPROTOCOL] : [SUBPROTOCOL, prefix + this.#credential];
    let socket;
    try {
      socket = this.#dial(this.#urls[0], protocols);
    } catch (failure) {
      return this.#end({ code: 0, reason: `no WebSocket can be opened: ${failure.name}` }); // such as mixed content
    }
    connection.socket = socket;
    const ifCurrent = (act) => (event) => connection === this.#connection && act(event);
    socket.onopen = ifCurrent(() => {
      connection.failure = "";
      if (connection.byFrame) this.#write({ type: "auth", token: this.#credential, resume: { inbox: this.#inbox.last } });
    });
    socket.onmessage = ifCurrent(({ data }) => this.#received(data));
    socket.onclose = ifCurrent(({ code, reason }) => this.#disconnected({ code, reason }));
    // The close that follows says more. Node.js 20 reports none after a failed attempt.
    socket.onerror = ({ message } = {}) => {
      if (connection.failure) connection.failure = message || NOT_OPENED;
      setTimeout(ifCurrent(() => this.#disconnected({ code: 1006, reason: "" })), ERROR_MS);
    };
  }

  #disconnected({ code, reason }) {
    const now = clock();
    const { backoff } = this.#options;
    const { openedAt, byFrame, authFailure, failure, slotAt, serverWaitMs } = this.#forget();
    if (this.#state === "ended") return;
    if (now - openedAt >= backoff.lastMs) {
      this.#attempts = 0;
      this.#triedNewToken = false;
    }
    const noAuthFrames = byFrame && openedAt === undefined && code === 1008; // 4003 judges the token
    if (noAuthFrames) this.#noAuthFrames = true; // this server wants the token in the handshake
    const reported = { code, reason: authFailure ?? (reason || (code === 1006 && openedAt === undefined ? failure : "")) };
    const verdict = noAuthFrames ? "backoff" : retry(code, reason);
    if (verdict === "never" || (verdict === "new token" && this.#triedNewToken)) return this.#end(reported);
    if (verdict === "new token") {
      this.#triedNewToken = true;
      this.#refused = reported;
    }
    if (slotAt > 0) this.#attempts = 0; // the slot spreads the clients already; earlier failures don't count
    // Full jitter: a random time below a ceiling that doubles, so that clients do not come back as one (CWE-400).
    const jitter = Math.random() * Math.min(backoff.lastMs, backoff.firstMs * 2 ** this.#attempts++);
    this.#retryNotBefore = Math.max(slotAt, now + serverWaitMs);
    this.#urls.push(this.#urls.shift());
    const retryInMs = Math.round(this.#attemptAfter(jitter, now));
    this.#change("waiting", { ...reported, retryInMs });
  }

  /** Connects after this long, and not sooner than the server said. Returns how long it takes. */
  #attemptAfter(ms, now = clock()) {
    const wait = Math.max(0, this.#retryNotBefore - now) + ms;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.#attempt(), wait);
    return wait;
  }

  /** The network is back: neither a wait nor a dead connection needs to last. */
  #cameOnline() {
    if (this.#state === "open") this.#probe();
    if (this.#state !== "waiting") return;
    this.#attempts = 1;
    this.#attemptAfter(Math.random() * this.#options.backoff.firstMs);
  }

  /** Ends what belongs to the connection, and returns it. */
  #forget() {
    const connection = this.#connection;
    this.#connection = new Connection();
    clearTimeout(this.#flushTimer);
    clearTimeout(this.#renewTimer);
    for (const state of this.#rooms.values()) state.offline();
    for (const [id, request] of this.#queue) {
      request.written = false;
      if (request.ofConnection) this.#settle(id, "reject", new PortcullisError("disconnected", "the connection ended", { id }));
    }
    return connection;
  }

  /** Leaves a connection that is of no use any more. */
  #drop(disconnect) {
    const { socket } = this.#connection;
    this.#disconnected(disconnect);
    socket?.close(1000);
  }

  #end({ code, reason }) {
    if (this.#state === "ended") return;
    const { socket } = this.#forget();
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
    const { answerMs } = this.#options;
    for (const [id, request] of this.#queue) {
      if (now - request.writtenAt > answerMs && !request.ofConnection) request.written = false;
      if (now - request.writtenAt > answerMs && request.once) this.#settle(id, "reject", new PortcullisError("outcome_unknown"));
      if (request.doubtSince >= now - REPEATABLE_MS) continue;
      const why = "whether the frame took effect can't be known any more";
      this.#settle(id, "reject", new PortcullisError("outcome_unknown", why, { id }));
    }
    const { deadline, probeAt, heardAt, inboxDeadline } = this.#connection;
    if (now > deadline) return this.#drop({ code: 1006, reason: "no answer in time" });
    if (this.#state !== "open") return;
    if (now - probeAt > answerMs) return this.#drop({ code: 1006, reason: "the server is silent" });
    const { heartbeatMs } = this.session;
    const silent = heartbeatMs > 0 && (asleep || now - heardAt > heartbeatMs);
    if (silent || this.#pacer.isStalled(now)) this.#probe();
    if (now > inboxDeadline) {
      if (this.#inboxGap()) return;
      if (this.#inbox.last) this.#inbox.last = this.#inboxHead; // else what waits may still come
    }
    for (const state of this.#rooms.values()) {
      if (state.joinId && now - state.joinedAt > answerMs) Object.assign(state, { joinId: undefined, due: true, newest: [] });
    }
    if (now - this.#readAt >= READ_MS) this.#tellRead(now);
    if (now - this.#inboxAckedAt >= INBOX_ACK_MS) this.#ackInboxNow();
    this.#flush();
  }

  /** One room at a time, so that one in which all is read at once does not hold up the others. */
  #tellRead(now) {
    const unread = [...this.#rooms.values()].filter((state) => state.in && state.unreadAt !== undefined);
    if (unread.length === 0) return;
    const longest = unread.reduce((one, other) => (other.unreadAt < one.unreadAt ? other : one));
    this.#tellMark(longest);
    this.#readAt = now;
  }

  #tellMark(state) {
    const id = newId(); // of its refusal
    if (this.#tell({ type: "read", id, roomId: state.room.id, seq: state.readSeq })) Object.assign(state, { unreadAt: undefined, readId: id });
  }

  /** A page does not see the server's WebSocket pings, so it asks by itself. Any frame is an answer. */
  #probe() {
    const connection = this.#connection;
    if (connection.probeAt !== undefined) return;
    const now = clock();
    connection.probeDue = this.#pacer.waitOfProbe(now) > 0;
    if (connection.probeDue) return;
    connection.probeAt = now;
    this.#write({ type: "ping", id: newId() }, true);
  }

  // -- sending

  /** @param ofConnection whether the frame is only good on this connection, where a repeat would come behind later frames */
  async #ask(frame, ofConnection = false) {
    if (this.#state === "ended") throw new PortcullisError("ended", "the client has ended", { id: frame?.id });
    const complete = this.#complete(frame);
    // What the client itself has to send, such as a `leave`, is not held up by what waits.
    const isFull = !ofConnection && this.#queue.size >= this.#options.maxQueue;
    if (isFull) throw new PortcullisError("queue_full", "too many frames wait for an answer", { id: complete.id });
    return this.#request(complete, { ofConnection, writesNow: frame.type === "token_refresh" }); // a session ends with its token
  }

  /** Sends an event if it can go now, and never again. Resolves without an answer if it is dropped, or none comes. */
  async #askOnce(frame) {
    const complete = this.#complete(frame);
    const now = clock();
    if (!this.#goesNow(frame, now) || !this.#pacer.spares(now)) return undefined;
    return this.#request(complete, { ofConnection: true, once: true, writesNow: true }).catch((failure) => {
      if (!PASSING.has(failure.reason)) throw failure;
    });
  }

  /** A frame as it is sent, and sent again. */
  #complete(frame) {
    const complete = copied({ ...frame, id: frame?.id ?? newId() });
    const { id } = complete;
    requireValid(complete);
    if (complete.type === "event") requireReadable(complete.data, "/data", 2, id);
    const bytes = new TextEncoder().encode(JSON.stringify(complete)).length;
    const isTooLarge = bytes + 256 > (this.session?.limits.frameBytes ?? 65_536);
    if (isTooLarge) throw new PortcullisError("message_too_large", "the frame is too large", { id });
    if (this.#queue.has(id)) throw new PortcullisError("conflict", "a frame with this id waits for its answer", { id });
    return complete;
  }

  /**
   * @param once whether it is not sent again, nor are others behind it
   * @param writesNow whatever holds up other frames
   */
  #request(frame, { ofConnection, once = false, writesNow }) {
    return new Promise((resolve, reject) => {
      const request = { frame, ofConnection, once, resolve, reject, addedAt: clock(), notBefore: 0, refusals: 0 };
      this.#queue.set(frame.id, Object.assign(request, { written: false, writtenAt: Infinity, writes: 0, doubtSince: Infinity }));
      if (writesNow) this.#writeRequest(request);
      else this.#flushSoon();
    });
  }

  /** Whether a frame can be sent without a wait for the connection, its room or a limit. */
  #goesNow(frame, now) {
    const outside = this.#rooms.get(frame.roomId)?.in === false;
    return !outside && this.#state === "open" && this.#pacer.wait(now, ...actionsOf(frame)) <= 0;
  }

  /** Sends a frame that has no answer, if it can go now. */
  #tell(frame) {
    requireValid(frame);
    const now = clock();
    if (!this.#goesNow(frame, now) || this.#pacer.wait(now, WITHOUT_ID) > 0) return false;
    this.#write(frame);
    return true;
  }

  #write(frame, isProbe = false) {
    const { csrfToken, socket } = this.#connection;
    this.#pacer.sent(frame, clock(), isProbe);
    socket.send(JSON.stringify(defined({ ...frame, csrfToken })));
  }

  #writeRequest(request) {
    if (this.#state !== "open") return this.#settle(request.frame.id, "reject", new PortcullisError("disconnected"));
    const now = clock();
    Object.assign(request, { written: true, writtenAt: now, writes: request.writes + 1, doubtSince: Math.min(request.doubtSince, now) });
    this.#write(request.frame);
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
    if (this.#connection.probeDue) this.#probe(); // before what waits takes its room, and is lost on a dead connection
    const now = clock();
    const waits = [...this.#flushJoins(now), ...this.#flushQueue(now)];
    if (waits.length > 0) this.#flushTimer = setTimeout(() => this.#flush(), Math.max(1, Math.min(...waits)));
    this.#tellPaced();
  }

  #tellPaced() {
    const { paced } = this;
    const held = paced.map(({ type }) => type).join();
    if (held === this.#held) return;
    this.#held = held;
    this[emit]("paced", { paced });
  }

  *#flushJoins(now) {
    const due = [...this.#rooms.values()].filter((state) => state.due && state.wanted && !state.joinId);
    const ready = due.filter(({ notBefore }) => notBefore <= now);
    yield* due.map(({ notBefore }) => notBefore - now).filter((wait) => wait > 0);
    while (ready.length > 0) {
      const wait = this.#pacer.wait(now, "join");
      if (wait > 0) return yield wait;
      const id = newId();
      const states = ready.splice(0, Math.min(ROOMS_PER_JOIN, this.#pacer.free(now, "join")));
      states.forEach((state) => Object.assign(state, { joinId: id, joinedAt: now, due: false }));
      const rooms = states.map((state) => state.request());
      this.#write({ type: "join", id, ...(rooms.length === 1 ? rooms[0] : { rooms }) });
    }
  }

  *#flushQueue(now) {
    // One message of a room or user at a time, so that none overtakes one that has to be sent again.
    const busy = new Set();
    for (const request of this.#queue.values()) {
      if (request.once) continue;
      const { id, type, roomId, recipientId } = request.frame;
      // The end of a room comes behind its messages, and one without an answer holds up none after a later join.
      const target = MESSAGES.has(type) || type === "leave" ? `${roomId} ${recipientId}` : request;
      const room = this.#rooms.get(roomId);
      const waits = busy.has(target) || request.written || (MESSAGES.has(type) && room?.wanted && !room.in);
      if (type !== "leave") busy.add(target);
      if (waits) continue;
      const wait = Math.max(request.notBefore - now, this.#pacer.wait(now, ...actionsOf(request.frame)));
      if (type === "leave" && room.wanted) this.#settle(id, "resolve"); // once refused, it would end the join that came after it
      else if (wait > 0) yield wait;
      else this.#writeRequest(request);
    }
  }

  /** Ends the wait for an answer. Returns whether anybody waited. */
  #settle(id, how, value) {
    const request = this.#queue.get(id);
    this.#queue.delete(id);
    request?.[how](value);
    if (request) this.#flushSoon(); // the next one may have waited for it
    return request !== undefined;
  }

  // -- receiving

  #received(data) {
    const connection = this.#connection;
    Object.assign(connection, { heardAt: clock(), probeAt: undefined, probeDue: false });
    const frame = parsed(data);
    if (!isReadable(frame)) return this.#drop({ code: 1002, reason: "unreadable frame" });
    if (frame.id !== undefined) this.#pacer.answered(frame.id, connection.heardAt);
    if (frame.type === "auth_success") return this.#authenticated(frame);
    if (frame.type === "csrf_rotated") return void (connection.csrfToken = frame.csrfToken);
    if (frame.type === "joined") return this.#joined(frame);
    if (frame.type === "rate_limited" || frame.type === "error") return this.#refusal(frame);
    if (isEntry(frame)) return frame.roomId === undefined ? this.#inboxEntry(frame) : this.#entry(frame);
    if (frame.type === "gap") return this.#inboxMissing(frame);
    if (frame.type === "auth_failure") connection.authFailure = frame.reason;
    if (frame.type === "token_expiring") {
      this.#connection.expiring = true;
      this.#renew();
    }
    if (frame.type === "read" && frame.userId === this.session?.userId) this.#rooms.get(frame.roomId)?.readElsewhere(frame.seq);
    if (frame.type === "server_draining") connection.slotAt = clock() + Math.min(frame.reconnectInMs, MAX_WAIT_MS);
    // With `after` it has the entries as they were published.
    if (frame.type === "history" && this.#queue.get(frame.id)?.frame.after === undefined) {
      frame.messages = frame.messages.map((message) => this.#amendments.applyTo(message, frame.epoch));
    }
    if (frame.id !== undefined && this.#settle(frame.id, "resolve", frame)) return;
    if (frame.type === "left") return this.#notGranted(this.#rooms.get(frame.roomId));
    this.#hand(frame);
  }

  /** Hands a frame to the listeners of its room or user, and of the client. Returns whether there was one. */
  #hand(frame) {
    if (this.#state === "ended") return false; // a listener has closed the client meanwhile
    const partner = frame.userId === this.session?.userId ? frame.recipientId : frame.userId;
    const target = frame.roomId !== undefined ? this.#rooms.get(frame.roomId)?.room : frame.recipientId && this.#users.get(partner);
    // An event of the application is heard under its own name, and with all others of them as `event`.
    const ofTarget = target?.[emit](frame.type, frame, frame.event) ?? false;
    return this[emit](frame.type, frame, frame.event) || ofTarget;
  }

  #authenticated({ csrfToken, id, type, ...session }) {
    const now = clock();
    // What waits and what was read belongs to the user before, and would be sent or dropped in the name of this one.
    if (this.session && this.session.userId !== session.userId) return this.#end({ code: 0, reason: "the token is of another user" });
    this.session = session;
    if (session.serverTime !== undefined) this.#serverAhead = session.serverTime - now;
    this.#pacer.limits(session.limits, now);
    this.#pacer.reconnected(now);
    Object.assign(this.#connection, { csrfToken, openedAt: now, deadline: Infinity });
    const { gap, ...head } = session.inbox;
    this.#inboxHead = head;
    this.#inboxStart ??= head;
    this.#change("open");
    if (this.#state === "open") this[emit](type, session);
    if (this.#state !== "open") return; // a listener has closed the client
    this.#setReady.resolve(session);
    if (this.#inbox.last || this.#inboxStart.seq < head.seq) this.#connection.inboxDeadline = now + INBOX_REPLAY_MS;
    if (gap) this.#inboxMissing(gap);
    if (this.#state !== "open") return;
    this.#inboxCaughtUp();
    this.#flush();
  }

  /** An `error` or `rate_limited`: what it answers is tried again later, or fails. */
  #refusal(frame) {
    const now = clock();
    const limited = frame.type === "rate_limited";
    const request = this.#queue.get(frame.id);
    // Each second it would use up the limit of its user while the server can't take it.
    const repeatMs = Math.min(REPEAT_MS * 2 ** (request ? request.refusals++ : 0), LONGEST_REPEAT_MS);
    const pauseMs = limited ? Math.min(frame.retryAfter, MAX_WAIT_MS) : repeatMs;
    const joining = [...this.#rooms.values()].filter(
      ({ joinId, room }) => joinId !== undefined && joinId === frame.id && [undefined, room.id].includes(frame.roomId),
    );
    const marked = [...this.#rooms.values()].find(({ readId }) => readId !== undefined && readId === frame.id);
    const actions = joining.length > 0 ? ["join"] : marked ? ["read"] : request ? actionsOf(request.frame) : [WITHOUT_ID];
    const action = this.#pacer.limiting(actions);
    if (limited) this.#pacer.refused(now + pauseMs, frame, action, now);
    if (limited && this.#state !== "open") this.#connection.serverWaitMs = pauseMs;
    this.#hand(defined({ ...frame, action: (limited && frame.scope === "action" && action) || undefined }));
    const mayPass = limited || ["unavailable", "timeout"].includes(frame.reason);
    if (mayPass) marked?.readAgain();
    if (joining.length > 0) this.#joinGoesOn(frame.id);
    for (const state of joining) {
      state.joinId = undefined;
      if (!mayPass) this.#lose(state, frame.reason, frame);
      else Object.assign(state, { due: true, notBefore: now + pauseMs });
    }
    const repeats = request && !request.once && request.frame.type !== "token_refresh";
    if (repeats && (limited || frame.reason === "unavailable")) {
      Object.assign(request, { written: false, notBefore: now + pauseMs });
      // A first attempt that was refused had no effect, so it leaves no doubt.
      if (limited && request.writes === 1) Object.assign(request, { writes: 0, doubtSince: Infinity });
    } else if (request) {
      const { id, reason = "rate_limited", message, details, requestId, retryAfter } = frame;
      this.#settle(id, "reject", new PortcullisError(reason, message, defined({ id, details, requestId, retryAfter })));
    }
    this.#flush();
  }

  /** Offers the next token until the server takes it or the connection ends. */
  async #renew() {
    const connection = this.#connection;
    const { getToken } = this.#options;
    if (connection.renewing || !getToken) return;
    connection.renewing = true;
    let pause = Math.max(0, this.#renewNotBefore - clock()); // a source of very short tokens must not flood the server
    while (connection.renewing) {
      await new Promise((resolve) => (this.#renewTimer = setTimeout(resolve, pause)));
      pause = RENEW_MS;
      const token = await within(TOKEN_MS, Promise.resolve().then(() => getToken({}))).catch(() => undefined);
      if (connection !== this.#connection) return;
      if (token === this.#credential || !isCredential(token)) {
        connection.renewing = connection.expiring;
        continue;
      }
      const offer = this.#ask({ type: "token_refresh", token }, true);
      const answer = await offer.catch(({ retryAfter }) => void (pause = this.#renewalPause(retryAfter)));
      if (connection !== this.#connection) return;
      if (!answer) continue;
      connection.renewing = connection.expiring = false;
      this.#credential = token;
      this.#renewNotBefore = clock() + RENEW_MS;
      this.session = { ...this.session, expiresAt: answer.expiresAt };
      this[emit]("token_refreshed", { expiresAt: answer.expiresAt });
    }
  }

  /** The last offer comes shortly before the token ends, and the session with it, whatever the server said. */
  #renewalPause(wantedMs = RENEW_MS) {
    const last = this.session.expiresAt - Date.now() - LAST_RENEWAL_MS;
    return Math.min(wantedMs, last > 0 ? last : MAX_WAIT_MS);
  }

  // -- rooms

  async #join(state, { presence = false, since, tail = this.#options.tail } = {}) {
    if (this.#state === "ended") throw new PortcullisError("ended", "the client has ended");
    requireValid(defined({ type: "join", roomId: state.room.id, presence, since, tail }));
    if (state.in && state.wanted && presence === state.presence) return state.answer;
    state.due ||= !state.wanted || presence !== state.presence;
    Object.assign(state, { wanted: true, presence, tail: tail || undefined, last: state.last ?? since });
    this.#flushSoon();
    return new Promise((resolve, reject) => state.waiters.push({ resolve, reject }));
  }

  async #leave(state) {
    const roomId = state.room.id;
    const connected = this.#state === "open" && (state.in || state.joinId !== undefined);
    if (state.unreadAt !== undefined) this.#tellMark(state);
    state.forget();
    state.settle("reject", new PortcullisError("cancelled", "left the room", { roomId }));
    if (connected) await this.#ask({ type: "leave", roomId }, true).catch(() => {}); // without a connection it is left too
  }

  /** The user is no longer to be in the room. */
  #lose(state, reason, { message, requestId } = {}) {
    if (!state?.wanted) return;
    const roomId = state.room.id;
    state.forget();
    state.settle("reject", new PortcullisError(reason, message, defined({ roomId, requestId })));
    this.#hand({ type: "left", roomId, reason });
  }

  /** The user's new token does not grant the room. If a join is under way, its answer says what holds now. */
  #notGranted(state) {
    if (!state?.joinId && !state?.due) this.#lose(state, "not_member");
  }

  /** One part of a resume; live entries follow the last. */
  #joined({ messages, ...frame }) {
    const state = this.#rooms.get(frame.roomId);
    const isLate = frame.id !== undefined && frame.id !== state?.joinId; // it answers a join that was given up
    if (!state?.wanted || isLate) return;
    if (frame.id !== undefined) this.#joinGoesOn(frame.id);
    const head = { epoch: frame.epoch, seq: frame.seq };
    const known = state.last !== undefined;
    for (const entry of known && frame.recovered ? messages : []) {
      if (state.offer(entry) === "next") this.#handEntry(state, entry);
      if (!state.wanted || this.#state === "ended") return; // the entry, or a listener, has ended it
    }
    const recovered = known && frame.recovered && state.last.seq >= head.seq;
    const replaces = state.tail !== undefined && !frame.recovered;
    const isBare = replaces && messages.length === 0 && state.newest.length === 0 && frame.seq > 0;
    if (isBare && known && !state.fresh) {
      // The server can't keep the place, and was not asked for the newest entries.
      Object.assign(state, { joinId: undefined, due: true, fresh: true });
      return this.#flush();
    }
    state.fresh = false;
    const more = (recovered || replaces) && frame.more;
    if (replaces) state.newest.push(...messages.map((message) => this.#amendments.applyTo(message, frame.epoch)));
    if (frame.id !== undefined) state.joinId = more ? frame.id : undefined;
    state.in = !more;
    if (known && !recovered && state.last.epoch !== head.epoch) state.forgetRead(); // its numbers begin again
    if (!recovered || state.last.seq === head.seq) state.last = head;
    if (more) return;
    state.readBefore(frame.readSeq);
    // The newest entries, instead of all that the application has of the room.
    const view = replaces && !isBare ? { messages: state.newest } : {};
    state.newest = [];
    if (known) this.#hand({ type: "resume", roomId: frame.roomId, recovered, ...head, ...view });
    if (!state.wanted || this.#state === "ended") return;
    state.answer = { ...frame, ...view };
    state.settle("resolve", state.answer);
    this.#hand(state.answer);
    this.#flush();
  }

  /** The rooms of one join are answered one after the other, so each answer is a sign of the others. */
  #joinGoesOn(id) {
    const now = clock();
    for (const state of this.#rooms.values()) if (state.joinId === id) state.joinedAt = now;
  }

  #entry(frame) {
    const state = this.#rooms.get(frame.roomId);
    if (!state?.wanted || !state.last) return;
    const place = state.offer(frame);
    if (place === "next") return this.#handEntry(state, frame);
    if (place === "repeat" || state.joinId || state.due) return;
    // A resume brings what is missing, and this entry too. A server that can't must not be flooded with joins.
    Object.assign(state, { due: true, notBefore: state.repairedAt + REPEAT_MS, repairedAt: clock() });
    this.#flush();
  }

  #handEntry(state, entry) {
    const frame = { roomId: state.room.id, ...entry };
    this.#amendments.add(frame);
    this.#hand(frame);
    if (entry.type === "member_removed" && entry.userId === this.session?.userId) this.#lose(state, "not_member");
    if (entry.type === "room_deleted") this.#lose(state, "room_deleted");
  }

  // -- the inbox

  #inboxEntry(frame) {
    // What came since the first session opened must be there, though nothing was before.
    if (!this.#inbox.last && frame.seq > this.#inboxStart?.seq) this.#inbox.last = this.#inboxStart;
    const place = this.#inbox.offer(frame);
    if (place === "repeat") this.#inboxAcked = Math.min(this.#inboxAcked, frame.seq - 1); // the `ack` was lost
    if (place === "repeat" || (place === "gap" && this.#inboxGap())) return;
    if (place === "gap") this.#inbox.last = { epoch: frame.epoch, seq: frame.seq };
    if (this.#connection.inboxDeadline < Infinity) this.#connection.inboxDeadline = clock() + INBOX_REPLAY_MS;
    this.#amendments.add(frame);
    if (frame.type === "event") this.#directNames.add(frame.event);
    const follows = this.#unheard.some(({ messageId }) => messageId === frame.messageId);
    if (follows || !this.#isHeard(frame)) this.#unheard.push(frame);
    if (this.#unheard.length > MAX_UNHEARD) this.#forgetUnheard();
    this.#inboxCaughtUp();
  }

  /** The server no longer keeps these entries: nothing else comes at their positions. */
  #inboxMissing({ epoch, seq, count }) {
    if (!this.#inbox.last && seq > this.#inboxStart?.seq) this.#inbox.last = this.#inboxStart;
    const { last } = this.#inbox;
    if (last && epoch === last.epoch && seq <= last.seq) return;
    if (last && seq - count > last.seq && this.#inboxGap()) return;
    this.#inbox.last = { epoch, seq };
    if (this.#connection.inboxDeadline < Infinity) this.#connection.inboxDeadline = clock() + INBOX_REPLAY_MS;
    const missing = last && last.seq < seq ? Math.min(count, seq - last.seq) : count;
    this[emit]("gap", { type: "gap", epoch, seq, count: missing });
    this.#inboxCaughtUp();
  }

  /** Hands on the direct messages that have a listener now. What happened to one follows it. The user's own need none. */
  #handUnheard() {
    const waiting = new Set();
    this.#unheard = this.#unheard.filter((frame) => {
      const waits = waiting.has(frame.messageId) || !this.#isHeard(frame);
      if (waits) waiting.add(frame.messageId);
      return waits;
    });
  }

  #isHeard(frame) {
    const needed = !AMENDMENTS.has(frame.type) && frame.userId !== this.session?.userId;
    return this.#hand(frame) || !needed;
  }

  #forgetUnheard() {
    // Events go before any message: the application may not know them.
    const event = this.#unheard.findIndex(({ type }) => type === "event");
    const [{ seq }] = this.#unheard.splice(Math.max(0, event), 1);
    if (this.#ackBefore === Infinity) this.#inboxResumed(false, this.#inbox.last);
    this.#ackBefore = Math.min(this.#ackBefore, seq);
  }

  #inboxCaughtUp() {
    const { last } = this.#inbox;
    if (this.#connection.inboxDeadline === Infinity || last?.epoch !== this.#inboxHead.epoch || last.seq < this.#inboxHead.seq) return;
    this.#inboxResumed(true, last);
  }

  #inboxResumed(recovered, position) {
    this.#connection.inboxDeadline = Infinity;
    this[emit]("resume", { type: "resume", inbox: true, recovered, ...position });
  }

  /**
   * Direct messages are missing, since another session of the user has acknowledged them. A connection that begins with
   * an `auth` frame can ask for them; one for each gap, since the server has a tight limit for connections without a
   * token. Returns whether it is on its way.
   */
  #inboxGap() {
    this.#resumeByFrame = Boolean(this.#inbox.last && this.#options.getToken) && !this.#connection.byFrame && !this.#noAuthFrames;
    if (this.#resumeByFrame) {
      this.#drop({ code: 1000, reason: "direct messages are missing" });
      return true;
    }
    this.#inboxAcked = 0;
    this.#inboxSafe = 0;
    this.#inboxStart = this.#inboxHead;
    this.#inboxResumed(false, this.#inboxHead);
    return false;
  }

  #ackInboxNow() {
    // Without any listener the server keeps what waits. With one it must not: a message of a user to whom the application does not
    // listen would hold up those of all others, until their senders could send no more.
    const names = [...this.#directNames];
    const listens = [this, ...this.#users.values()].some((each) => names.some((name) => each[hears](name)));
    if (listens) this.#ackBefore = Infinity;
    const before = listens ? Infinity : Math.min(this.#ackBefore, this.#unheard[0]?.seq ?? Infinity);
    const heard = Math.min(this.#inbox.last?.seq ?? 0, before - 1);
    const seq = this.#options.ackInbox ? Math.max(heard, this.#inboxSafe) : this.#inboxSafe;
    if (seq <= this.#inboxAcked || !this.#tell({ type: "ack", inboxSeq: seq })) return;
    this.#inboxAcked = seq;
    this.#inboxAckedAt = clock();
  }
}

// ---- work for a login, as a header Proof-Of-Work asks for it ----------------------------------------------------------

const SLICE_MS = 20;
const MAX_WORK_BITS = 32;
const WORDS = 64;

/** The first 32 bits of the fractional parts of roots of the first primes (FIPS 180-4, sections 4.2.2 and 5.3.3). */
const PRIMES = Array.from({ length: 312 }, (_, i) => i).filter((n) => n > 1 && !Array.from({ length: n }, (_, i) => i).some((d) => d > 1 && n % d === 0));
const fraction = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
const FIRST = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const ROUND = Int32Array.from(PRIMES.slice(0, WORDS), (prime) => fraction(Math.cbrt(prime)));
const turned = (word, by) => (word >>> by) | (word << (32 - by));

/** The first 32 bits of the SHA-256 hash of one block. `words` has its 16 words, and room for all 64. */
function firstOfHash(words) {
  for (let i = 16; i < WORDS; i++) {
    const [near, far] = [words[i - 2], words[i - 15]];
    const low = turned(far, 7) ^ turned(far, 18) ^ (far >>> 3);
    const high = turned(near, 17) ^ turned(near, 19) ^ (near >>> 10);
    words[i] = words[i - 16] + low + words[i - 7] + high;
  }
  let [a, b, c, d, e, f, g, h] = FIRST;
  for (let i = 0; i < WORDS; i++) {
    const one = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[i] + words[i]) | 0;
    const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  return (FIRST[0] + a) | 0;
}

/** An ASCII text of at most 55 characters as one block. */
function block(text, words) {
  words.fill(0, 0, 16);
  const put = (at, byte) => (words[at >> 2] |= byte << (24 - 8 * (at & 3)));
  for (let i = 0; i < text.length; i++) put(i, text.charCodeAt(i));
  put(text.length, 0x80);
  words[15] = 8 * text.length;
  return words;
}

/**
 * Does the work that an answer 503 to a login asks for in its header Proof-Of-Work. Resolves with the value of `proof` for the next
 * try; rejects if the header asks for nothing that can be done. It leaves the page its turns.
 */
export async function work(header) {
  const [, challenge, bits] = /^"([A-Za-z0-9_-]{43})";bits=(\d{1,2})$/.exec(header ?? "") ?? [];
  if (!challenge || Number(bits) > MAX_WORK_BITS) throw new PortcullisError("validation_failed", "This is no header Proof-Of-Work.");
  const words = new Int32Array(WORDS);
  for (let number = 0, until = 0; ; number++) {
    if (number % 1_024 === 0 && performance.now() > until) {
      await new Promise((resolve) => setTimeout(resolve));
      until = performance.now() + SLICE_MS;
    }
    const proof = `${challenge}:${number}`;
    if (Math.clz32(firstOfHash(block(proof, words))) >= Number(bits)) return proof;
  }
}

/** Connects, and stays connected until `close()` or a refusal that no retry would change. */
export function connect(options) {
  return new Client(options);
}
