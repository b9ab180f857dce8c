/** One WebSocket and what goes over it, without a library, so that one sees the wire. */

/** Frames that need no CSRF token. */
const WITHOUT_CSRF = new Set(["auth", "token_refresh", "ping", "health-check"]);

const SECRET = new Set(["token", "csrfToken", "uploadUrl"]);

export class Wire {
  #socket;
  #sent = new Map();
  #csrfToken;
  #onEntry;
  #onState;

  /**
   * `onEntry` gets what is sent, received and noted: {at, direction, text, frame?, ms?}. `onState` gets closed, connecting,
   * open, or the session as auth_success tells it.
   */
  constructor(onEntry, onState) {
    this.#onEntry = onEntry;
    this.#onState = onState;
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Opens a connection, and shows the token in its first frame: it is in no address and no header. */
  connect(token) {
    this.close();
    const url = Object.assign(new URL("/ws", location.href), { protocol: location.protocol.replace("http", "ws") });
    this.#entry("note", `connecting to ${url}`);
    this.#onState("connecting");
    const socket = new WebSocket(url, ["portcullis.v1"]);
    this.#socket = socket;
    let opened = false;
    const isCurrent = () => this.#socket === socket;
    socket.addEventListener("open", () => {
      if (!isCurrent()) return;
      opened = true;
      this.#entry("note", `open, subprotocol ${socket.protocol || "none"}`);
      this.#onState("open");
      this.send({ type: "auth", token });
    });
    socket.addEventListener("message", (event) => isCurrent() && this.#received(event.data));
    socket.addEventListener("close", (event) => {
      if (isCurrent()) this.#closed(event, opened);
    });
  }

  /** Sends a value, which need not be a frame; a frame gets the CSRF token of a session that has one. */
  send(value) {
    const needsCsrf = this.#csrfToken && isObject(value) && !WITHOUT_CSRF.has(value.type);
    const complete = needsCsrf ? { csrfToken: this.#csrfToken, ...value } : value;
    if (isObject(complete) && complete.id !== undefined) this.#sent.set(complete.id, performance.now());
    this.#socket.send(JSON.stringify(complete));
    this.#entry("out", titleOf(complete), masked(complete));
  }

  close() {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined) return;
    socket.close(1000);
    this.#entry("note", "closed by you");
    this.#forget();
  }

  #received(data) {
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      this.#entry("in", String(data));
      return;
    }
    if (!isObject(frame)) {
      this.#entry("in", titleOf(frame), masked(frame));
      return;
    }
    const asked = this.#sent.get(frame.id);
    this.#entry("in", titleOf(frame), masked(frame), asked === undefined ? undefined : performance.now() - asked);
    if (frame.type === "csrf_rotated") this.#csrfToken = frame.csrfToken;
    if (frame.type === "auth_success") {
      this.#csrfToken = frame.csrfToken;
      this.#onState(frame);
    }
  }

  #closed(event, opened) {
    const why = opened
      ? `closed: ${event.code} ${event.reason}`
      : "refused before it was open: the server's log has the reason. Is the origin of this page in origin.allowed?";
    this.#entry("note", why, undefined, undefined, event.code);
    this.#socket = undefined;
    this.#forget();
  }

  #forget() {
    this.#sent.clear();
    this.#csrfToken = undefined;
    this.#onState("closed");
  }

  #entry(direction, text, frame, ms, code) {
    this.#onEntry({ at: new Date(), direction, text, frame, ms, code });
  }
}

/** Whether it may be a frame: JSON can also be null, an array, a number. */
export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

const titleOf = (value) => (isObject(value) && typeof value.type === "string" ? value.type : "not a frame");

/** What is a credential is not shown, wherever it stands: screens are shared and photographed. */
function masked(value) {
  const text = JSON.stringify(value, (name, each) => (SECRET.has(name) ? mask(each) : each));
  return JSON.parse(text);
}

const mask = (secret) => (typeof secret === "string" ? `${secret.slice(0, 6)}… (${secret.length} characters)` : "…");
