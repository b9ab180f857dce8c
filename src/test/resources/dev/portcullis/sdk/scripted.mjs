/** A server that speaks as much of the wire contract as a test scripts. It knows nothing of the client under test. */
import { createHash, randomUUID } from "node:crypto";
import { EventEmitter, once } from "node:events";
import http from "node:http";
import https from "node:https";

// Also where a test stops those of the client.
const setTimer = setTimeout;
const clearTimer = clearTimeout;
const KEY = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** One WebSocket of a client. `frames` are those that came, `protocols` what the handshake offered. */
class Peer extends EventEmitter {
  frames = [];
  protocols;
  #socket;
  #bytes = Buffer.alloc(0);

  constructor(socket, protocols) {
    super();
    this.protocols = protocols;
    this.#socket = socket;
    socket.on("data", (bytes) => this.#read(bytes));
    socket.on("error", () => {});
    socket.on("close", () => this.emit("gone"));
  }

  #read(bytes) {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    for (;;) {
      if (this.#bytes.length < 2) return;
      let length = this.#bytes[1] & 127;
      let at = 2;
      if (length === 126) [length, at] = [this.#bytes.readUInt16BE(2), 4];
      else if (length === 127) [length, at] = [Number(this.#bytes.readBigUInt64BE(2)), 10];
      if (this.#bytes.length < at + 4 + length) return;
      const mask = this.#bytes.subarray(at, at + 4);
      const payload = Buffer.from(this.#bytes.subarray(at + 4, at + 4 + length)).map((byte, i) => byte ^ mask[i % 4]);
      const opcode = this.#bytes[0] & 15;
      this.#bytes = this.#bytes.subarray(at + 4 + length);
      if (opcode === 8) this.#socket.end(this.#frame(8, payload));
      if (opcode === 1) {
        const frame = JSON.parse(payload.toString());
        this.frames.push({ ...frame, at: Date.now() });
        this.emit("frame", frame);
      }
    }
  }

  #frame(opcode, payload) {
    const head = payload.length < 126 ? Buffer.from([128 | opcode, payload.length]) : Buffer.alloc(payload.length < 65_536 ? 4 : 10);
    if (head.length === 4) {
      head[0] = 128 | opcode;
      head[1] = 126;
      head.writeUInt16BE(payload.length, 2);
    } else if (head.length === 10) {
      head[0] = 128 | opcode;
      head[1] = 127;
      head.writeBigUInt64BE(BigInt(payload.length), 2);
    }
    return Buffer.concat([head, payload]);
  }

  send(frame) {
    this.sendText(JSON.stringify(frame));
  }

  sendText(text) {
    this.#socket.write(this.#frame(1, Buffer.from(text)));
  }

  close(code, reason = "") {
    this.#socket.end(this.#frame(8, Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)])));
  }

  cut() {
    this.#socket.destroy();
  }

  /** The frames of this type, once there are `count` of them. */
  async got(type, count = 1) {
    const found = () => this.frames.filter((frame) => frame.type === type);
    while (found().length < count) await within(60_000, once(this, "frame"), `${count} ${type}`);
    return found();
  }
}

export async function within(ms, promise, what) {
  let timer;
  const late = new Promise((_, reject) => (timer = setTimer(() => reject(new Error(`did not come: ${what}`)), ms)));
  return Promise.race([promise, late]).finally(() => clearTimer(timer));
}

export const INBOX = { epoch: "i1", seq: 0 };

export function authSuccess(more = {}) {
  return {
    type: "auth_success",
    userId: "alice",
    sessionId: "s-1",
    role: "member",
    expiresAt: Date.now() + 900_000,
    heartbeatMs: 30_000,
    limits: { burst: 1_000, minute: 10_000, hour: 100_000, frameBytes: 65_536 },
    inbox: INBOX,
    ...more,
  };
}

export function entry(type, seq, more = {}) {
  const base = { type, epoch: "e1", seq, userId: "bob", timestamp: 1_700_000_000_000 };
  const message = type === "member_removed" ? {} : { messageId: randomUUID() };
  const content = type.startsWith("chat") || type === "message_edited" ? { content: `m${seq}`, mentions: [], hashtags: [], links: [] } : {};
  const target = type === "chat_message" ? { recipientId: "alice" } : { roomId: "lobby" };
  return { ...base, ...message, ...content, ...target, ...more };
}

/** A refusal. */
export const error = (id, reason, more = {}) => ({ type: "error", id, reason, message: reason, requestId: "r-1", timestamp: 1, ...more });

export class Scripted {
  peers = [];
  answer = () => {};
  welcome = (peer) => peer.send(authSuccess());
  #server;
  #arrivals = new EventEmitter();
  #taken = 0;

  /** @param tls key and certificate, for wss */
  static async start(tls) {
    const scripted = new Scripted();
    scripted.#server = tls ? https.createServer(tls) : http.createServer();
    scripted.#server.on("upgrade", (request, socket) => scripted.#upgrade(request, socket));
    scripted.#server.listen(0, "127.0.0.1");
    await once(scripted.#server, "listening");
    scripted.url = `${tls ? "wss" : "ws"}://localhost:${scripted.#server.address().port}/ws`;
    return scripted;
  }

  #upgrade(request, socket) {
    const accept = createHash("sha1").update(request.headers["sec-websocket-key"] + KEY).digest("base64");
    const lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade", `Sec-WebSocket-Accept: ${accept}`];
    socket.write([...lines, "Sec-WebSocket-Protocol: portcullis.v1", "", ""].join("\r\n"));
    const peer = new Peer(socket, request.headers["sec-websocket-protocol"].split(/, */));
    peer.arrivedAt = Date.now();
    peer.on("frame", (frame) => this.answer(peer, frame, this.peers.indexOf(peer)));
    this.peers.push(peer);
    this.#arrivals.emit("peer");
    this.welcome(peer, this.peers.indexOf(peer));
  }

  /** The next connection that no test has taken yet. */
  async next(ms = 60_000) {
    while (this.peers.length <= this.#taken) await within(ms, once(this.#arrivals, "peer"), "a connection");
    return this.peers[this.#taken++];
  }

  close() {
    this.peers.forEach((peer) => peer.cut());
    this.#server.close();
  }
}

/** A join of a room whose stream is at `head`, with what was missed. */
export function joined(frame, head, { missed = [], recovered = Boolean(frame.since), more = false, epoch = "e1" } = {}) {
  return { type: "joined", id: frame.id, roomId: frame.roomId, epoch, seq: head, recovered, messages: missed, more };
}

export const ack = (frame, seq, more = {}) => ({
  type: "ack",
  id: frame.id,
  ...(frame.recipientId ? { recipientId: frame.recipientId } : { roomId: frame.roomId }),
  messageId: frame.messageId ?? randomUUID(),
  epoch: "e1",
  seq,
  ...more,
});
