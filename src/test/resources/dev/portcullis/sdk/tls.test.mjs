/** Whom the client trusts in Node.js: with the package `ws` where it is installed, else with a constructor of this file. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import https from "node:https";
import { createRequire } from "node:module";
import { after, afterEach, before, test } from "node:test";
import { ack, Scripted, within } from "./scripted.mjs";

const { connect } = await import(process.env.SDK);
const ca = readFileSync(process.env.CA);
const key = readFileSync(process.env.KEY);
const cert = readFileSync(process.env.CERT);

/** As `ws`: a third argument has the options of node:tls. */
class HttpsSocket {
  #socket;

  constructor(url, protocols, options) {
    const headers = {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Protocol": protocols.join(", "),
    };
    const request = https.request(url.replace(/^wss/, "https"), { ...options, headers });
    const gone = () => this.onclose?.({ code: 1006, reason: "" });
    request.on("error", gone);
    request.on("upgrade", (response, socket, head) => {
      this.#socket = socket;
      socket.on("error", () => {}).on("close", gone);
      const read = (bytes) => {
        for (let at = 0; at < bytes.length; ) {
          const long = bytes[at + 1] === 126;
          const from = at + (long ? 4 : 2);
          const to = from + (long ? bytes.readUInt16BE(at + 2) : bytes[at + 1]);
          this.onmessage({ data: bytes.subarray(from, to).toString() });
          at = to;
        }
      };
      this.onopen();
      if (head.length > 0) read(head);
      socket.on("data", read);
    });
    request.end();
  }

  send(text) {
    const payload = Buffer.from(text);
    assert.ok(payload.length < 65_536);
    const head = payload.length < 126 ? [129, 128 | payload.length] : [129, 254, payload.length >> 8, payload.length & 255];
    this.#socket.write(Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), payload]));
  }

  close() {
    this.#socket?.destroy();
  }
}

function stock() {
  try {
    return createRequire(import.meta.url)("ws");
  } catch {
    return undefined;
  }
}

const WebSocketOfTest = stock() ?? HttpsSocket;
console.log(`the client's sockets are of ${WebSocketOfTest === HttpsSocket ? "this test, since the package ws is not installed" : "the package ws"}`);

let server;
let client;
before(async () => (server = await Scripted.start({ key, cert })));
after(() => server.close());
afterEach(() => client.close());

const trying = (options) => (client = connect({ url: server.url, getToken: () => "t", backoff: { firstMs: 20, lastMs: 50 }, ...options }));
const retrying = () => within(20_000, new Promise((resolve) => client.on("state", (event) => event.state === "waiting" && resolve(event))), "a failed attempt");

test("server with a certificate of an unknown authority never gets the token", async () => {
  for (const WebSocket of [undefined, WebSocketOfTest]) {
    trying({ WebSocket });
    assert.equal((await retrying()).code, 1006);
    client.close();
  }
  assert.deepEqual(server.peers, []);
});

test("authority of one's own is trusted where it is given", async () => {
  server.answer = (peer, frame) => peer.send(ack(frame, 1));
  trying({ WebSocket: WebSocketOfTest, ca });
  assert.equal((await client.ready).userId, "alice");
  assert.equal((await client.user("bob").send("x".repeat(300))).seq, 1);
  client.close();
});

test("certificate of another host is refused, whoever signed it", async () => {
  trying({ url: server.url.replace("localhost", "127.0.0.1"), WebSocket: WebSocketOfTest, ca });
  assert.equal((await retrying()).code, 1006);
  client.close();
});

test("process that turns verification off does not turn it off here", async () => {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  try {
    const before = server.peers.length;
    assert.throws(() => trying({}), /verification/);
    trying({ WebSocket: WebSocketOfTest });
    assert.equal((await retrying()).code, 1006);
    client.close();
    assert.equal(server.peers.length, before);
  } finally {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  }
});

test("authority that could not be used is refused", () => {
  assert.throws(() => trying({ ca }), /ca needs the option WebSocket/);
});
