/**
 * Types of portcullis.js, the JavaScript client of Portcullis.
 *
 * ```js
 * import { connect } from "https://chat.example/sdk/portcullis.js";
 * const client = connect({ url: "wss://chat.example/ws", getToken: async () => (await login()).accessToken });
 * const room = await client.join("lobby");
 * room.on("chat", (message) => show(message));
 * const ack = await room.send("Hello");
 * ```
 *
 * `room.emit("poll.vote", { option: 1 })` sends an event of the application, `room.on("poll.vote", ({ data }) => …)` hears it. To have
 * their data checked, name its types: `connect<PortcullisEvents>(options)`, with what `portcullis events types` writes.
 *
 * In Node.js 20 give a constructor, such as that of the package `ws`: `connect({url, getToken, WebSocket, ca})`. Node.js 22
 * has one of its own, which takes further authorities only from `NODE_EXTRA_CA_CERTS`. Certificates are always verified.
 */

/** Connects, and stays connected until `close()` or a refusal that no retry would change. Throws a TypeError for wrong options. */
export function connect<Own extends EventData = EventData>(options: Options): Client<Own>;

/** What the server would find wrong in the shape of a client's frame, by the schemas at `/schemas/{type}.json`; empty for a good one. */
export function validate(frame: unknown): Violation[];

/**
 * Does the work that an answer 503 to a login asks for in its header `Proof-Of-Work`. Resolves with the value of `proof` for the body
 * of the next try; rejects if the header asks for nothing that can be done.
 */
export function work(header: string | null): Promise<string>;

/** A refusal of the server, or the end of a frame without an answer. */
export class PortcullisError extends Error {
  /**
   * A reason of the server: `invalid_json`, `validation_failed`, `unknown_type`, `message_too_large`, `forbidden`, `not_found`,
   * `not_member`, `conflict`, `csrf_failed`, `timeout`, `restricted`, `unsupported`, `internal`; or of this client:
   * `ended` (the client has ended), `queue_full`, `cancelled`, `disconnected`, and `outcome_unknown`: a frame was sent, no answer
   * came for nine minutes, and a repeat could now be a second message.
   */
  reason: string;
  id?: string;
  roomId?: string;
  /** The close code, with the reason `ended`. */
  code?: number;
  details?: Violation[];
  /** Names the refusal in the log of the server. */
  requestId?: string;
}

/** A JSON Pointer, and the keyword of the schema that fails there; or a rule of the server, such as `moderation`. */
export interface Violation {
  path: string;
  rule: string;
}

/** The data of each event that the application defines, by its name. */
export type EventData = object;
type EventName<Own> = EventData extends Own ? string : Extract<keyof Own, string>;
type DataOf<Own, Name> = Name extends keyof Own ? Own[Name] : any;

export interface Options {
  /** `wss://` or `https://`; `ws://` and `http://` only to localhost. Several are nodes of one server, tried in turn. */
  url: string | string[];
  /**
   * Gives a valid access token: before each connection, and before the last one expires. `refused` says why the server wants
   * another one than before; to give the same one again ends the client, and so does `null`, or a token of another user
   * than that of the first session. A failure is tried again later.
   * The client keeps the token in memory only.
   */
  getToken?: (about: { refused?: string }) => string | null | Promise<string | null>;
  /** Instead of getToken, where the token is in a cookie: gives the `csrfToken` of the login. */
  getCsrfToken?: (about: { refused?: string }) => string | null | Promise<string | null>;
  /** How many of its newest entries each join brings where nothing is resumed: 0 to 50. A join can say it by itself. */
  tail?: number;
  /** How many frames may wait for an answer: 1,000. */
  maxQueue?: number;
  /** After this long without an answer a frame is sent again, and a silent server is left: 10,000. */
  answerMs?: number;
  /** The wait before a reconnect is random, below a ceiling that doubles from `firstMs` (1,000) to `lastMs` (30,000, at most an hour). */
  backoff?: { firstMs?: number; lastMs?: number };
  /** Whether direct messages are acknowledged once a listener had them: true. Otherwise call `ackInbox`. */
  ackInbox?: boolean;
  /** Node.js: the constructor, such as that of the package `ws`. */
  WebSocket?: new (url: string, protocols: string[], options?: any) => any;
  /** Node.js, with `WebSocket`: authorities (PEM) to trust instead of the system's. */
  ca?: string | Uint8Array | (string | Uint8Array)[];
  /** Node.js, with `WebSocket`: the Origin to present, for a server that wants one. */
  origin?: string;
  /** In the place of the runtime's for the calls about invitations, such as one that trusts authorities of your own. */
  fetch?: typeof fetch;
}

export type State =
  | { state: "connecting" }
  | { state: "open" }
  /** `code` is the close code, or 0 without a connection; `reason` the server's word, or why no connection came about as far as the runtime says it. */
  | { state: "waiting"; code: number; reason: string; retryInMs: number }
  | { state: "ended"; code: number; reason: string };

export interface Position {
  epoch: string;
  seq: number;
}

export interface Session {
  userId: string;
  sessionId: string;
  role: "unverified" | "member" | "moderator" | "admin";
  /** Milliseconds since 1970, as all times. */
  expiresAt: number;
  /** The server's time when the session opened. */
  serverTime?: number;
  heartbeatMs: number;
  /** The client paces itself to them. `actions` are frames a minute by their type or the name of an event; a join counts once for each room. */
  limits: { burst: number; minute: number; hour: number; frameBytes: number; expiresInMs?: number; actions?: Record<string, number> };
  inbox: Position & { gap?: Position & { count: number } };
}

export interface Attachment {
  type: "image" | "file" | "audio";
  /** https. It may stand in a quoted `href` or `src`. */
  url: string;
  /** Safe as HTML once delivered. */
  name: string;
}

interface Entry extends Position {
  userId: string;
  timestamp: number;
}

/**
 * The text of a message. There is one right way to show each of the two:
 *
 * - as text: `element.textContent = message.text ?? message.content`. Also for an input where the user edits it.
 * - with its markup (`b i em strong code pre`): `element.innerHTML = message.content`. The server has made it safe for this,
 *   and for a quoted attribute that is neither a URL nor a script.
 *
 * Never decode, escape or sanitise either of them again, and never put `text` into HTML.
 */
interface Content {
  /** Safe as HTML. */
  content: string;
  /** The original, present where it differs from `content`. Never HTML. */
  text?: string;
  mentions: string[];
  hashtags: string[];
  /** A `url` may stand in a quoted `href` if `safe` is true. */
  links: { url: string; safe: boolean }[];
}

interface Message extends Entry, Content {
  messageId: string;
  /** Safe as HTML. */
  username?: string;
  replyTo?: string;
  attachments?: Attachment[];
  /** In a `history`: the `seq` and the time of the newest edit. */
  edited?: { seq: number; timestamp: number };
  /** How long after its `timestamp` the message ends by itself; `timeLeft` counts down. */
  expiresInMs?: number;
}

export interface ChatMessage extends Message {
  type: "chat";
  roomId: string;
}

/** `recipientId` and `userId` are the two partners; your own messages come too, from each of your sessions. */
export interface DirectMessage extends Message {
  type: "chat_message";
  recipientId: string;
}

interface InRoomOrInbox {
  roomId?: string;
  recipientId?: string;
}

export interface MessageEdited extends Entry, Content, InRoomOrInbox {
  type: "message_edited";
  messageId: string;
}

export interface MessageDeleted extends Entry, InRoomOrInbox {
  type: "message_deleted";
  messageId: string;
  /** The time of the message is over; `userId` is its author then. */
  reason?: "expired";
}

export interface MemberRemoved extends Entry {
  type: "member_removed";
  roomId: string;
  /** Safe as HTML. */
  reason?: string;
}

/** An event of the application. One that is not stored has no `messageId`, `epoch` and `seq`. */
export interface OwnEvent<Data = any, Name extends string = string> extends Partial<Position>, InRoomOrInbox {
  type: "event";
  event: Name;
  /** As it was sent, and data: nothing in it is made safe for HTML, but what its schema says. */
  data: Data;
  messageId?: string;
  /** `system` is the application's server. */
  userId: string;
  timestamp: number;
}

export interface Ack extends Position, InRoomOrInbox {
  type: "ack";
  id: string;
  messageId: string;
}

/** Of an event. One that is not stored has no `messageId`, `epoch` and `seq`. */
export interface EventAck extends Partial<Position>, InRoomOrInbox {
  type: "ack";
  id: string;
  messageId?: string;
}

export interface Joined extends Position {
  type: "joined";
  roomId: string;
  recovered: boolean;
  /**
   * The newest entries, where the join had a `tail` and nothing was resumed. They replace what was shown of the room before,
   * also after a reconnect. Ascending, each message in the latest state.
   */
  messages?: HistoryEntry[];
  /** Up to where the user has read: 0 if there is no mark. */
  readSeq?: number;
  members?: { userId: string; sessions: number }[];
}

export type HistoryEntry = ChatMessage | DirectMessage | OwnEvent | MessageEdited | MessageDeleted | MemberRemoved;

export interface History extends InRoomOrInbox {
  type: "history";
  epoch: string;
  /** Ascending, each in the latest state that the client has seen; with `after` as they were published. */
  messages: HistoryEntry[];
  more: boolean;
  /** Entries behind `after` are no longer kept. */
  gap?: true;
}

/** A message with the places of the words in its `text`, or else in its `content`: the first UTF-16 unit, and how many. At most 100. */
export type Match = (ChatMessage | DirectMessage) & { highlights: [number, number][] };

export interface Search {
  type: "search";
  /** Newest first, each in the latest state. There may be fewer than were asked for, also where more follow. */
  matches: Match[];
  /** For the next page; absent on the last one. */
  cursor?: string;
  /**
   * Not all was searched: some of the user's rooms were left out, since they are very many, or since it is not known whether the
   * user may read them, or the server makes its index again.
   */
  partial?: true;
}

export interface SearchOptions {
  /** Only messages of this user. */
  userId?: string;
  /** Only messages later than this time, in ms. */
  after?: number;
  /** Only messages earlier than this time, in ms. */
  before?: number;
  /** 1 to 50; 20 if absent. */
  limit?: number;
  /** The `cursor` of the page before. */
  cursor?: string;
}

export interface Presence {
  type: "presence";
  roomId: string;
  version: number;
  count: number;
  users: { userId: string; sessions: number }[];
  more: boolean;
}

export interface UploadTicket {
  type: "upload_ticket";
  /** Where to `PUT` the file: absolute, or a path on this server. */
  uploadUrl: string;
  expiresAt: number;
  maxBytes: number;
  fileId: string;
  /** By which messages refer to the file. */
  fileUrl: string;
}

/**
 * The place in a room or the inbox after a reconnect. With `recovered: false` entries may be missing: show `messages` instead of
 * what was shown before, or without them, where the join had no `tail`, read the history.
 */
export type Resume = Position & { type: "resume"; recovered: boolean } & ({ roomId: string; messages?: HistoryEntry[] } | { inbox: true });

/** The user was added to a room, has another role in it, or, with `null`, is no longer a member, also since the room was deleted; or the room has another name. */
export interface Membership {
  type: "membership";
  roomId: string;
  role: "member" | "moderator" | "owner" | null;
  /** The user is invited to have this role, and nothing else has changed. */
  invited?: "member" | "moderator" | "owner";
  /** Of the room. Safe as HTML. */
  name: string;
  byUserId?: string;
}

export interface Invitation {
  roomId: string;
  /** Of the room. Safe as HTML. */
  name: string;
  role: "member" | "moderator" | "owner";
  /** The inviter; absent for the application's server. */
  byUserId?: string;
  invitedAt: number;
}

/** What the limits hold up. It is sent by itself. */
export interface Paced {
  /** Of the frames, such as `history`, or the name of an event; `join` counts the rooms. */
  type: string;
  count: number;
  /** Until the first of them goes, in ms. */
  inMs: number;
}

/** The events of a room, and those of the application under their own names. Entries come once each, in the order of `seq`, unless `resume` says `recovered: false`. */
export interface RoomEvents {
  chat: ChatMessage;
  /** Each event of the application, whatever its name. */
  event: OwnEvent;
  message_edited: MessageEdited;
  message_deleted: MessageDeleted;
  member_removed: MemberRemoved;
  joined: Joined;
  room_deleted: Position & { type: "room_deleted"; roomId: string; timestamp: number };
  /** The client hears of all rooms, also of those that it has not joined. */
  membership: Membership;
  /** The user is no longer in the room, without having left it: `reason` is that of an `error`, or `room_deleted`. */
  left: { type: "left"; roomId: string; reason: string };
  resume: Resume;
  /** After a gap in `version` ask again: `room.presence()`. */
  presence_change: { type: "presence_change"; roomId: string; version: number; changes: { userId: string; online: boolean }[] };
  typing_indicator: { type: "typing_indicator"; roomId?: string; recipientId?: string; userId: string; isTyping: boolean };
  read: { type: "read"; roomId: string; userId: string; seq: number };
  error: Refusal;
}

/**
 * The events of a user: the direct messages of the two of you, and the application's own. A message that has no listener, here or at the client, waits
 * for one, with what happens to it; of more than 1,000 only the newest.
 */
export interface UserEvents {
  chat_message: DirectMessage;
  event: OwnEvent;
  message_edited: MessageEdited;
  message_deleted: MessageDeleted;
  typing_indicator: RoomEvents["typing_indicator"];
}

/** The events of the client: those of all rooms and users, and its own. */
export interface ClientEvents extends RoomEvents, UserEvents {
  state: State;
  auth_success: Session;
  auth_failure: { type: "auth_failure"; reason: "invalid_token" | "expired_token" | "revoked_token" };
  /** `count` direct messages, or edits of such, the last at `seq`, went before they were delivered: the inbox was full. */
  gap: Position & { type: "gap"; count: number };
  token_expiring: { type: "token_expiring"; expiresAt: number };
  token_refreshed: { expiresAt: number };
  /** The limits begin to hold up a type of frames, or hold it up no more. */
  paced: { paced: Paced[] };
  /** The frame is sent again by itself when `retryAfter` (ms) is over. `action` is what it holds up: a type of frames, or an event. */
  rate_limited: { type: "rate_limited"; id?: string; scope: string; window: string; retryAfter: number; remaining: 0; action?: string };
  /** The node is about to stop. The client reconnects by itself, in its slot. */
  server_draining: { type: "server_draining"; reconnectInMs: number };
  /** `content` is safe as HTML. */
  notification: { type: "notification"; level: string; content: string; timestamp: number };
}

/** An `error` of the server. Where a call waits for the answer, it is rejected too. */
export interface Refusal {
  type: "error";
  id?: string;
  roomId?: string;
  reason: string;
  message: string;
  requestId: string;
  timestamp: number;
  details?: Violation[];
}

interface Emitter<Events, Own> {
  /** Returns a function that ends it. A listener that throws is reported as an uncaught error and stops nothing else. */
  on<Name extends keyof Events>(event: Name, listener: (event: Events[Name]) => void): () => void;
  /** The same for an event of the application. */
  on<Name extends EventName<Own>>(event: Name, listener: (event: OwnEvent<DataOf<Own, Name>, Name>) => void): () => void;
}

export interface SendOptions {
  /** The idempotency key, random if absent: a message repeated under its id is delivered once. */
  id?: string;
  /** The messageId that this answers. */
  replyTo?: string;
  attachments?: Attachment[];
  /** How long after its time the message ends by itself: 1,000 ms to 30 days, and at most `session.limits.expiresInMs`. */
  expiresInMs?: number;
}

export interface EmitOptions {
  /** As that of `send`. */
  id?: string;
  /**
   * For an event that is of no use later, such as the place of a cursor: it goes now or never. It is not sent again, holds up nothing,
   * and takes at most half of the limits. Give it where the event is not stored (`"store": false`).
   */
  transient?: boolean;
}

/** Calls that both rooms and users have. Each resolves with the server's answer, if need be after reconnects. */
interface Target<Own> {
  /** The id of the room or the user. */
  readonly id: string;
  /** Messages, events, edits and deletions to the same room or user take effect in the order of the calls. */
  send(content: string, options?: SendOptions): Promise<Ack>;
  /**
   * Sends an event of the application. Its `data` is any JSON that fits its schema, as it is at the time of the call. A `transient` one
   * that was dropped, or got no answer, resolves with `undefined`.
   */
  emit<Name extends EventName<Own>>(event: Name, data?: DataOf<Own, Name>, options?: { id?: string; transient?: false }): Promise<EventAck>;
  emit<Name extends EventName<Own>>(event: Name, data: DataOf<Own, Name>, options: EmitOptions): Promise<EventAck | undefined>;
  edit(messageId: string, content: string): Promise<Ack>;
  delete(messageId: string): Promise<Ack>;
  /** Without bounds the newest 50. */
  history(options?: { before?: number; after?: number; limit?: number }): Promise<History>;
  /** Messages here that have all words of the query: see `search` of the client. */
  search(query: string, options?: SearchOptions): Promise<Search>;
  upload(file: { name: string; size: number; mime: string }): Promise<UploadTicket>;
  /** May be called on each key. */
  typing(isTyping?: boolean): void;
}

export interface JoinOptions {
  presence?: boolean;
  since?: Position;
  /** 0 to 50; that of the client if absent. */
  tail?: number;
}

export interface Room<Own = EventData> extends Emitter<RoomEvents, Own>, Target<Own> {
  /** The newest entry that was handed on. */
  readonly position: Position | undefined;
  /** Up to where the user has read, in all their sessions: 0 if there is no mark. Known once the room is joined. */
  readonly readSeq: number;
  /**
   * Resolves when the room is joined, now and after each reconnect; `since` goes on from a position of an earlier page, and
   * where that can't be done, or there is none, `tail` brings as many of the newest entries. Joins of one turn are one frame.
   */
  join(options?: JoinOptions): Promise<Joined>;
  /** Comes behind the messages before it. Resolves when the server has answered, or the connection has ended and the room with it. */
  leave(): Promise<void>;
  presence(options?: { after?: string; limit?: number }): Promise<Presence>;
  removeUser(userId: string, reason?: string): Promise<Ack>;
  /** Read up to here, or up to the newest entry. May be called for each message. */
  read(seq?: number): void;
}

export interface User<Own = EventData> extends Emitter<UserEvents, Own>, Target<Own> {}

export interface QueuedFrame {
  id: string;
  type: string;
  /** `sent`: it is on its way, and its outcome not known yet. */
  state: "waiting" | "sent";
  ageMs: number;
  roomId?: string;
  recipientId?: string;
  content?: string;
  event?: string;
  data?: any;
}

export interface Client<Own = EventData> extends Emitter<ClientEvents, Own> {
  readonly state: State["state"];
  /** Resolves when the first session opens; rejects if the client ends before. */
  readonly ready: Promise<Session>;
  readonly session: Session | undefined;
  /** The frames without an answer, in their order. */
  readonly queue: QueuedFrame[];
  /**
   * How long until this message ends by itself, in ms: 0 if it is over, `Infinity` if it stays. It needs no clock that is right. At the
   * end `message_deleted` comes, with `reason: "expired"`.
   */
  timeLeft(message: { timestamp: number; expiresInMs?: number }): number;
  /** How long the limits hold back the next frame, in ms: 0 if it can go now. */
  readonly pausedMs: number;
  /** What the limits hold up now, by type. */
  readonly paced: Paced[];
  /** Joins a room, and resolves with it. */
  join(roomId: string, options?: JoinOptions): Promise<Room<Own>>;
  /** The room, joined or not: the same object for the same id. */
  room(roomId: string): Room<Own>;
  /** The user to write to: the same object for the same id. */
  user(userId: string): User<Own>;
  /** Any other frame of a client, for its answer. */
  ask(frame: { type: string; id?: string; [field: string]: unknown }): Promise<any>;
  /**
   * Messages that have all words of the query (1 to 200 characters, none of which is an operator), newest first, in all that the user
   * may read. `unsupported` where the server has no archive.
   */
  search(query: string, options?: SearchOptions & { roomId?: string; recipientId?: string }): Promise<Search>;
  /** Gives up waiting for an answer. A frame that was sent may take effect all the same. */
  cancel(id: string): boolean;
  /** The open invitations to rooms, the newest first. A call over HTTP; a refusal is a `PortcullisError`. */
  invitations(): Promise<Invitation[]>;
  /** Accepts an invitation, or the membership of a room that somebody else gave the user; with `role` none to another role than the user was shown. */
  acceptInvitation(roomId: string, options?: { role?: "member" | "moderator" | "owner" }): Promise<void>;
  declineInvitation(roomId: string): Promise<void>;
  broadcast(content: string, options?: { id?: string }): Promise<Ack>;
  ping(): Promise<{ type: "pong"; timestamp: number }>;
  health(): Promise<{ type: "health-check"; status: string; sessionExpiresAt: number; serverTime: number }>;
  /** With `ackInbox: false`: the direct messages up to here are safe with the application. Without a connection the next one tells it. */
  ackInbox(seq: number): void;
  /** Offers the next token of `getToken` to the open connection now, not only when the last one is about to end: `token_refreshed` tells when it counts. */
  renewToken(): void;
  close(): void;
}
