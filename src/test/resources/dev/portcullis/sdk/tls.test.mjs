/** Whom the client trusts in Node.js: with a constructor of this file, and with the package `ws` where it is installed. */
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

const ws = stock();
const SOCKETS = [["a constructor of its own", HttpsSocket], ...(ws ? [["the package ws", ws]] : [])];
if (!ws) console.log("not installed: the package ws, so the client is not tried with it");

let server;
let client;
before(async () => (server = await Scripted.start({ key, cert })));
after(() => server.close());
afterEach(() => client.close());

const trying = (options) => (client = connect({ url: server.url, getToken: () => "t", backoff: { firstMs: 20, lastMs: 50 }, ...options }));
const state = (wanted) => within(20_000, new Promise((resolve) => client.on("state", (event) => event.state === wanted && resolve(event))), wanted);
const retrying = () => state("waiting");

test("server with a certificate of an unknown authority never gets the token", async () => {
  for (const WebSocket of [undefined, ...SOCKETS.map(([, each]) => each)]) {
    trying({ WebSocket });
    assert.equal((await retrying()).code, 1006);
    client.close();
  }
  assert.deepEqual(server.peers, []);
});

for (const [name, WebSocket] of SOCKETS) {
  test(`authority of one's own is trusted where it is given, with ${name}`, async () => {
    server.answer = (peer, frame) => peer.send(ack(frame, 1));
    trying({ WebSocket, ca });
    assert.equal((await client.ready).userId, "alice");
    assert.equal((await client.user("bob").send("x".repeat(300))).seq, 1);
  });

  test(`certificate of another host is refused, whoever signed it, with ${name}`, async () => {
    trying({ url: server.url.replace("localhost", "127.0.0.1"), WebSocket, ca });
    assert.equal((await retrying()).code, 1006);
  });
}

test("process that turns verification off does not turn it off here", async () => {
  const before = server.peers.length;
  trying({ getToken: async () => ((process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"), "t") }); // while it is under way
  try {
    assert.deepEqual((await state("ended")).reason, "no WebSocket can be opened: TypeError");
    assert.throws(() => trying({}), /verification/);
    for (const [, WebSocket] of SOCKETS) {
      trying({ WebSocket });
      assert.equal((await retrying()).code, 1006);
      client.close();
    }
    assert.equal(server.peers.length, before);
  } finally {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  }
});

test("authority that could not be used is refused", () => {
  assert.throws(() => trying({ ca }), /ca needs the option WebSocket/);
});
