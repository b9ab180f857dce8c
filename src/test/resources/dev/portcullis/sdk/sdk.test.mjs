/** What the JavaScript client does on each frame, close code and fault: against a scripted server, in Node.js. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { ack, authSuccess, entry, error, joined, Scripted, within } from "./scripted.mjs";

const { connect, PortcullisError, validate, work } = await import(process.env.SDK);
const UUID = "0190a6e2-7c1a-7000-8000-000000000001";
const FAST = { firstMs: 20, lastMs: 100 };
const setTimer = setTimeout;
const now = Date.now;
const ticks = performance.now.bind(performance);

let server;
let client;
let seen;
let ahead; // of both clocks
let asleep; // of the wall clock in addition

beforeEach(async () => {
  server = await Scripted.start();
  seen = [];
  ahead = 0;
  asleep = 0;
  mock.method(Date, "now", () => now() + ahead + asleep);
  mock.method(performance, "now", () => ticks() + ahead);
  mock.timers.enable({ apis: ["setInterval"] });
});
afterEach(() => {
  client?.close();
  server.close();
  mock.timers.reset();
  mock.reset();
});

/** The client's clock goes on, and the client looks at it as it does every second. */
function later(ms) {
  ahead += ms;
  mock.timers.tick(1_000);
}

/** From here on the other timers of the client wait for `step` too. */
function stopTimers(t) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  return (ms) => {
    ahead += ms;
    t.mock.timers.tick(ms);
  };
}

function open(options = {}) {
  let next = 0;
  client = connect({ url: server.url, getToken: () => `token-${++next}`, backoff: FAST, answerMs: 300, ...options });
  return client;
}

/** As in a browser. Returns what happens when its network is back. */
function opensWithNetwork(options) {
  let online;
  globalThis.addEventListener = (name, listener) => name === "online" && (online = listener);
  try {
    open(options);
  } finally {
    delete globalThis.addEventListener;
  }
  return online;
}

function record(target, ...types) {
  for (const type of types) target.on(type, (frame) => seen.push(frame));
}

async function until(condition, what) {
  const end = Date.now() + 60_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`did not happen: ${what ?? condition}`);
    await new Promise((resolve) => setTimer(resolve, 5));
  }
}

const state = (wanted) => within(60_000, new Promise((resolve) => {
  const stop = client.on("state", (event) => event.state === wanted && (stop(), resolve(event)));
}), wanted);

async function rejection(promise) {
  return within(60_000, promise.then(() => assert.fail("it was not refused"), (failure) => failure), "a refusal");
}

/** How many timers keep the process from ending. */
const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

/** A frame has come that was sent after all that the client had to send. */
async function caughtUp(peer) {
  const earlier = peer.frames.filter(({ type }) => type === "health-check").length;
  client.health().catch(() => {});
  await peer.got("health-check", earlier + 1);
}

/** Answers joins of the room at this head, and publishes. */
function serves(head = 0) {
  let seq = head;
  server.answer = (peer, frame) => {
    if (frame.type === "join") (frame.rooms ?? [frame]).forEach((room) => peer.send(joined({ ...room, id: frame.id }, seq)));
    else if (["chat", "chat_message", "event", "edit_message", "delete_message", "remove_user"].includes(frame.type)) peer.send(ack(frame, ++seq));
    else if (frame.type === "leave") peer.send({ type: "left", id: frame.id, roomId: frame.roomId });
    else if (frame.type === "ping") peer.send({ type: "pong", id: frame.id, timestamp: 1 });
  };
}

describe("connecting", () => {
  test("token travels as a subprotocol and session is told", async () => {
    const session = await open().ready;
    assert.deepEqual((await server.next()).protocols, ["portcullis.v1", "bearer.token-1"]);
    assert.equal(session.userId, "alice");
    assert.equal(client.session.sessionId, "s-1");
    assert.equal(client.state, "open");
  });

  test("what is left of a message is told by the server's time and not by the clock here", async () => {
    const serverTime = 5_000_000;
    server.welcome = (peer) => peer.send(authSuccess({ serverTime }));
    await open().ready;
    const left = client.timeLeft({ timestamp: serverTime - 10_000, expiresInMs: 100_000 });
    assert.ok(left > 20_000 && left <= 90_000, String(left)); // a test may take a minute
    assert.equal(client.timeLeft({ timestamp: serverTime - 10_000, expiresInMs: 10_000 }), 0);
    assert.equal(client.timeLeft({ timestamp: serverTime }), Infinity);
  });

  test("token is neither in the address nor in anything that can be read of the client", async () => {
    await open().ready;
    const { inspect } = await import("node:util");
    assert.doesNotMatch(inspect(client, { depth: 9, showHidden: true }) + JSON.stringify(client), /token-1/);
    assert.doesNotMatch(server.url, /token/);
  });

  test("addresses that would send the token readable are refused", () => {
    for (const url of ["ws://chat.example/ws", "http://chat.example/ws", "ws://127.0.0.1.evil.example/ws", "ws://localhost.evil.example/ws", "ws://chat.localhost/ws", "ws://[::2]/ws"]) {
      assert.throws(() => connect({ url, getToken: () => "t" }), /use wss/, url);
    }
    for (const url of ["wss://ann:secret@chat.example/ws", "wss://chat.example/ws#x", "ftp://chat.example/ws"]) {
      assert.throws(() => connect({ url, getToken: () => "t" }), TypeError, url);
    }
  });

  test("local addresses need no TLS", () => {
    for (const url of ["ws://localhost:1/ws", "http://127.0.0.1:1/ws", "ws://[::1]:1/ws", "https://chat.example/ws"]) {
      connect({ url, getToken: () => null }).close();
    }
  });

  test("exactly one source of credentials is needed", () => {
    assert.throws(() => connect({ url: server.url }), TypeError);
    assert.throws(() => connect({ url: server.url, getToken: () => "t", getCsrfToken: () => "c" }), TypeError);
  });

  test("token with other characters than those of a JWT is never sent", async () => {
    open({ getToken: () => "good, csrf.evil" });
    assert.match((await state("ended")).reason, /characters/);
    assert.equal(server.peers.length, 0);
  });

  test("token that is not a string ends the client", async () => {
    for (const token of [42, true, ["abc"], Symbol("abc"), Object.create(null)]) {
      open({ getToken: () => token });
      assert.match((await state("ended")).reason, /not a string/);
    }
    assert.equal(server.peers.length, 0);
  });

  test("source without a token ends the client", async () => {
    open({ getToken: async () => null });
    assert.equal((await state("ended")).reason, "no token");
    assert.equal((await rejection(client.ready)).reason, "ended");
  });

  test("source that fails is asked again with backoff", async () => {
    let calls = 0;
    open({ getToken: () => (++calls < 3 ? Promise.reject(new Error("offline")) : "t") });
    await client.ready;
    assert.equal(calls, 3);
  });

  test("server that accepts and says nothing is given up", async () => {
    server.welcome = () => {};
    open();
    await server.next();
    const waiting = state("waiting");
    later(21_000);
    assert.equal((await waiting).reason, "no answer in time");
    await server.next();
  });

  test("client that is closed while it waits for a token does not keep the process from ending", async () => {
    const before = timers();
    let asked;
    const isAsked = new Promise((resolve) => (asked = resolve));
    open({ getToken: () => new Promise(asked) });
    await isAsked;
    client.close();
    assert.ok(timers() <= before, "the client waits still");
  });

  test("unreadable frame ends the client, as a bug that no retry mends", async () => {
    for (const text of ["nonsense", "[]", "{}", '{"type":"auth_success"}', '{"type":"joined","roomId":"lobby"}']) {
      open();
      const ended = state("ended");
      await client.ready;
      server.peers.at(-1).sendText(text);
      assert.deepEqual(await ended, { state: "ended", code: 1002, reason: "unreadable frame" }, text);
    }
  });

  test("frames before the session are harmless", async () => {
    const entries = ["chat", "chat_message", "message_edited", "member_removed"].map((type) => entry(type, 1));
    server.welcome = (peer) => {
      [...entries, joined({ roomId: "lobby" }, 1), error("x", "internal"), { type: "left", roomId: "lobby" }].forEach((frame) => peer.send(frame));
      peer.send(authSuccess());
    };
    await open().ready;
    assert.equal(server.peers.length, 1);
  });

  test("frame of a type or with names that the client does not know is harmless", async () => {
    await open().ready;
    record(client, "constructor", "novelty");
    const peer = await server.next();
    peer.sendText('{"type":"constructor","__proto__":{"polluted":1}}');
    peer.sendText('{"type":"__proto__","id":"__proto__"}');
    peer.send({ type: "novelty", x: 1 });
    await until(() => seen.length === 2);
    assert.equal({}.polluted, undefined);
    assert.deepEqual(seen[1], { type: "novelty", x: 1 });
  });

  test("listener that throws stops neither other listeners nor the connection, and is reported as uncaught", async (t) => {
    const thrown = [];
    const queue = queueMicrotask;
    t.mock.method(globalThis, "queueMicrotask", (act) => queue(() => {
      try {
        act();
      } catch (failure) {
        thrown.push(failure.message);
      }
    }));
    open();
    client.on("auth_success", () => {
      throw new Error("mine");
    });
    record(client, "auth_success");
    await client.ready;
    await until(() => thrown.length > 0);
    assert.deepEqual([thrown, seen.length, client.state], [["mine"], 1, "open"]);
  });
});

describe("invitations", () => {
  const answer = (status, body, headers = {}) => new Response(body === undefined ? null : JSON.stringify(body), { status, headers });

  /** Calls that are answered in this order, and what was asked. */
  function answering(...answers) {
    const asked = [];
    const fetch = async (url, { method, headers, credentials, redirect }) => {
      asked.push({ url, method, headers, credentials, redirect });
      const next = answers.shift();
      if (next instanceof Error) throw next;
      return next;
    };
    return { asked, fetch };
  }

  test("calls go to the server of the WebSocket, with a token of the source and no cookie", async () => {
    const invitation = { roomId: "tea", name: "Tea", role: "member", byUserId: "ann", invitedAt: 7 };
    const { asked, fetch } = answering(answer(200, { invitations: [invitation] }), answer(204), answer(204), answer(204));
    open({ fetch });
    assert.deepEqual(await client.invitations(), [invitation]);
    await client.acceptInvitation("tea");
    await client.acceptInvitation("tea", { role: "owner" });
    await client.declineInvitation("a:b");
    const root = server.url.replace("ws", "http").replace("/ws", "");
    assert.deepEqual(asked.map(({ method, url }) => `${method} ${url}`), [
      `GET ${root}/api/rooms/invitations`, `POST ${root}/api/rooms/tea/invitation`,
      `POST ${root}/api/rooms/tea/invitation?role=owner`, `DELETE ${root}/api/rooms/a%3Ab/invitation`,
    ]);
    for (const { headers, credentials, redirect } of asked) {
      assert.match(headers.Authorization, /^Bearer token-\d$/);
      assert.deepEqual([credentials, redirect], ["omit", "error"]);
    }
  });

  test("token in a cookie goes with its csrfToken", async () => {
    const { asked, fetch } = answering(answer(204));
    open({ fetch, getToken: undefined, getCsrfToken: () => "csrf-1" });
    await client.acceptInvitation("tea");
    assert.deepEqual([asked[0].headers, asked[0].credentials], [{ "X-CSRF-Token": "csrf-1" }, "include"]);
  });

  test("refusal has the reason of the server", async () => {
    const body = { error: { reason: "rate_limited", message: "Too many", requestId: "r-1" } };
    const { fetch } = answering(answer(404, { error: { reason: "not_found", message: "None", requestId: "r-2" } }), answer(429, body, { "Retry-After": "3" }), answer(502));
    open({ fetch });
    await assert.rejects(client.acceptInvitation("tea"), { name: "PortcullisError", reason: "not_found", requestId: "r-2" });
    await assert.rejects(client.invitations(), { reason: "rate_limited", retryAfter: 3_000 });
    await assert.rejects(client.invitations(), { reason: "unavailable" });
  });

  test("next server is asked where one can't be reached, and a name that is none goes to no one", async () => {
    const { asked, fetch } = answering(new TypeError("no"), answer(200, { invitations: [] }), new TypeError("no"), new TypeError("no"));
    open({ fetch, url: ["ws://localhost:1/ws", server.url] });
    assert.deepEqual(await client.invitations(), []);
    await assert.rejects(client.invitations(), { reason: "disconnected" });
    assert.equal(asked.length, 4);
    await assert.rejects(client.acceptInvitation("../x"));
    assert.equal(asked.length, 4);
  });
});

describe("close codes", () => {
  for (const code of [1002, 1003, 1007, 1009, 4002, 4005]) {
    test(`${code} is not tried again`, async () => {
      open();
      const ended = state("ended");
      (await server.next()).close(code, "why");
      assert.deepEqual(await ended, { state: "ended", code, reason: "why" });
      assert.equal(server.peers.length, 1);
    });
  }

  for (const code of [1000, 1001, 1011, 1012, 1013, 4000, 4001, 4999]) {
    test(`${code} is tried again`, async () => {
      open();
      (await server.next()).close(code);
      await server.next();
      await state("open");
    });
  }

  for (const [says, reason] of [[{ message: "Unexpected server response: 403" }, /^Unexpected server response: 403$/], [{}, /^no connection: /]]) {
    test(`connection that did not come about is told with what the runtime says: ${says.message}`, async () => {
      class Refused {
        constructor() {
          setTimer(() => (this.onerror(says), this.onclose({ code: 1006, reason: "" })));
        }
        close() {}
      }
      open({ WebSocket: Refused });
      const { code, reason: why } = await state("waiting");
      assert.equal(code, 1006);
      assert.match(why, reason);
    });
  }

  test("connection that was open and broke off has no reason", async () => {
    await open().ready;
    server.peers.at(-1).cut();
    const { code, reason } = await state("waiting");
    assert.deepEqual([code, reason], [1006, ""]);
  });

  for (const [code, reason] of [[1008, "Unauthorized"], [4003, ""], [4007, ""], [1001, "Session revoked"]]) {
    test(`${code} ${reason} is tried again only with a new token, and once`, async () => {
      const asked = [];
      server.welcome = (peer) => {
        peer.send({ type: "auth_failure", reason: "revoked_token" });
        peer.close(code, reason);
      };
      open({ getToken: ({ refused }) => `token-${asked.push(refused)}` });
      const ended = await state("ended");
      assert.deepEqual(ended, { state: "ended", code, reason: "revoked_token" });
      assert.deepEqual(asked, [undefined, "revoked_token", "revoked_token"].slice(0, asked.length));
      assert.equal(server.peers.length, 2);

      client = connect({ url: server.url, getToken: () => "same", backoff: FAST });
      await state("ended");
      assert.equal(server.peers.length, 3);
    });
  }

  test("refused token is not tried again after its source has failed for a while", async () => {
    let asked = 0;
    server.welcome = (peer) => peer.close(1008, "Session revoked");
    open({ getToken: () => (++asked === 2 ? Promise.reject(new Error("the login is down")) : "the-refused-one") });
    assert.deepEqual(await state("ended"), { state: "ended", code: 1008, reason: "Session revoked" });
    assert.equal(asked, 3);
    assert.equal(server.peers.length, 1);
  });

  test("expired token is replaced and the client goes on", async () => {
    const asked = [];
    server.welcome = (peer, i) => peer.send(i === 0 ? authSuccess() : authSuccess({ sessionId: "s-2" }));
    open({ getToken: ({ refused }) => `token-${asked.push(refused)}` });
    (await server.next()).close(4007);
    assert.deepEqual((await server.next()).protocols, ["portcullis.v1", "bearer.token-2"]);
    await until(() => client.session?.sessionId === "s-2");
    assert.deepEqual(asked, [undefined, "4007"]);
  });

  test("waits are random below a ceiling that doubles from 1 s to 30 s", async (t) => {
    const ceilings = [];
    t.mock.method(Math, "random", () => 0.999_999);
    client = connect({ url: server.url, getToken: () => Promise.reject(new Error("none")) });
    client.on("state", (event) => event.state === "waiting" && ceilings.push(event.retryInMs));
    t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
    for (let i = 0; i < 400 && ceilings.length < 7; i++) {
      await new Promise(setImmediate);
      t.mock.timers.tick(1_000);
    }
    t.mock.timers.reset();
    assert.deepEqual(ceilings.slice(0, 7), [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  test("part of a backoff is completed, and one that no timer can keep is refused", async (t) => {
    t.mock.method(Math, "random", () => 0.5);
    open({ backoff: { firstMs: 600 }, getToken: () => Promise.reject(new Error("none")) });
    for (const backoff of [{ firstMs: 0 }, { firstMs: NaN }, { firstMs: 9, lastMs: 8 }, { lastMs: 3_600_001 }]) {
      assert.throws(() => connect({ url: server.url, getToken: () => "t", backoff }), /backoff/, JSON.stringify(backoff));
    }
    assert.equal((await state("waiting")).retryInMs, 300);
  });

  test("drain slot is honoured", async () => {
    open();
    const peer = await server.next();
    await client.ready;
    record(client, "server_draining");
    const told = Date.now();
    peer.send({ type: "server_draining", reconnectInMs: 200 });
    await until(() => seen.length > 0);
    assert.equal(client.state, "open", "the node serves until it closes");
    peer.close(1012);
    await server.next();
    assert.ok(Date.now() - told >= 195, "it came back before its slot");
  });

  test("wait behind a drain slot begins small again, and the slot holds once", async (t) => {
    t.mock.method(Math, "random", () => 0.5);
    const waits = [];
    open({ getToken: () => (waits.length > 2 && waits.length < 5 ? Promise.reject(new Error("none")) : "t") });
    client.on("state", (event) => event.state === "waiting" && waits.push(event.retryInMs));
    for (let i = 0; i < 2; i++) (await server.next()).cut();
    const peer = await server.next();
    await state("open");
    peer.send({ type: "server_draining", reconnectInMs: 1 });
    peer.close(1012);
    await until(() => waits.length === 5);
    assert.deepEqual(waits.slice(0, 2), [10, 20]);
    assert.ok(waits[2] <= 11 && waits[3] === 20 && waits[4] === 40, `${waits}`);
  });

  test("drain slot is honoured too when the network comes back or direct messages are missing", async (t) => {
    t.mock.method(Math, "random", () => 0);
    const online = opensWithNetwork();
    await client.ready;
    const peer = await server.next();
    client.on("state", (event) => event.state === "waiting" && online());
    record(client, "state", "server_draining");
    peer.send(entry("chat_message", 1, { epoch: "i1" }));
    peer.send({ type: "server_draining", reconnectInMs: 60_000 });
    await until(() => seen.length === 1);
    const step = stopTimers(t);
    peer.send(entry("chat_message", 3, { epoch: "i1" })); // for which the client would connect again
    await until(() => seen.length === 2);
    assert.equal(seen[1].state, "waiting");
    assert.ok(seen[1].retryInMs > 30_000 && seen[1].retryInMs <= 60_000, `${seen[1].retryInMs}`);
    step(30_000);
    online();
    await new Promise(setImmediate);
    assert.equal(seen.length, 2, "it waits for its slot");
    step(30_000);
    assert.equal(seen[2].state, "connecting");
  });

  test("retryAfter before the session is waited for", async () => {
    server.welcome = (peer, i) => {
      if (i > 0) return peer.send(authSuccess());
      peer.send({ type: "rate_limited", scope: "user", window: "minute", retryAfter: 200, remaining: 0 });
      peer.close(1013);
    };
    open();
    const waiting = await state("waiting");
    assert.ok(waiting.retryInMs >= 200);
    await client.ready;
  });

  test("two hundred clients of a drained node are spread over their slots", async () => {
    const waits = [];
    server.welcome = (peer, i) => {
      peer.send(authSuccess());
      if (i >= 200) return; // it is back
      peer.send({ type: "server_draining", reconnectInMs: i * 200 });
      peer.close(1012);
    };
    const others = Array.from({ length: 200 }, () => connect({ url: server.url, getToken: () => "t" }));
    others.forEach((each) => each.on("state", (event) => event.state === "waiting" && waits.push(event.retryInMs)));
    await until(() => waits.length === 200).finally(() => others.forEach((each) => each.close()));
    const perTenth = Array.from({ length: 10 }, (_, i) => waits.filter((ms) => Math.min(9, Math.floor(ms / 4_000)) === i).length);
    assert.ok(Math.max(...perTenth) <= 45, `reconnects for each tenth of the window: ${perTenth}`);
  });

  test("client tries at once when the network is back", async (t) => {
    const random = t.mock.method(Math, "random", () => 0.9);
    const online = opensWithNetwork({ backoff: { firstMs: 60_000, lastMs: 60_000 } });
    (await server.next()).cut();
    assert.equal((await state("waiting")).retryInMs, 54_000);
    random.mock.mockImplementation(() => 0);
    online();
    await server.next();
  });

  test("several addresses are tried in turn", async () => {
    const other = await Scripted.start();
    try {
      open({ url: [server.url, other.url] });
      (await server.next()).cut();
      (await other.next()).cut();
      await server.next();
    } finally {
      other.close();
    }
  });

  test("close ends what waits and nothing reconnects", async (t) => {
    t.mock.method(Math, "random", () => 0); // a reconnect would come at once
    await open().ready;
    const gone = once(await server.next(), "gone");
    const waiting = rejection(client.health());
    const room = rejection(client.join("lobby"));
    client.close();
    assert.equal((await waiting).reason, "ended");
    assert.equal((await room).reason, "ended");
    assert.equal((await rejection(client.room("lobby").send("x"))).reason, "ended");
    await gone;
    await open().ready;
    assert.equal(server.peers.length, 2, "connections, of which the other client's is the second");
  });
});

describe("heartbeat", () => {
  test("silent server is asked, and left if it does not answer", async () => {
    await open().ready;
    const peer = await server.next();
    later(31_000);
    await peer.got("ping");
    const waiting = state("waiting");
    later(301);
    assert.equal((await waiting).reason, "the server is silent");
    await server.next();
  });

  test("any frame proves that the server lives", async () => {
    server.answer = (peer, frame) => peer.send({ type: "novelty", x: frame.type });
    await open().ready;
    record(client, "novelty");
    const peer = await server.next();
    for (let asked = 1; asked <= 2; asked++) {
      later(31_000);
      await peer.got("ping", asked);
      await until(() => seen.length === asked);
      later(301);
    }
    assert.equal(client.state, "open");
    assert.equal(server.peers.length, 1);
  });

  test("pause between two looks at the clocks is no sleep", async () => {
    server.answer = () => {};
    await open().ready;
    client.ping().catch(() => {});
    // The largest: the process may also pause between the client's look and this one.
    const age = () => Math.max(...Array.from({ length: 9 }, () => client.queue[0].ageMs - performance.now()));
    const before = age();
    Date.now.mock.mockImplementationOnce(() => {
      const end = performance.now() + 150;
      while (performance.now() < end); // as a process that does not get its turn
      return now() + ahead + asleep;
    });
    age();
    assert.ok(Math.abs(age() - before) < 75, "the client's clock goes on as before");
  });

  test("client that was asleep asks at once", async () => {
    server.welcome = (peer) => peer.send(authSuccess({ heartbeatMs: 86_400_000 }));
    await open().ready;
    const peer = await server.next();
    asleep = 3_600_000;
    await until(() => {
      later(1); // a look during which this process pauses says nothing
      return peer.frames.some(({ type }) => type === "ping");
    });
  });
});

describe("tokens", () => {
  test("session is renewed when its token is about to expire", async () => {
    server.answer = (peer, frame) => frame.type === "token_refresh" && peer.send({ type: "token_refreshed", id: frame.id, expiresAt: 42 });
    open();
    record(client, "token_expiring", "token_refreshed");
    const peer = await server.next();
    peer.send({ type: "token_expiring", expiresAt: 41 });
    const [frame] = await peer.got("token_refresh");
    assert.equal(frame.token, "token-2");
    await until(() => seen.length === 2);
    assert.equal(client.session.expiresAt, 42);
    assert.equal(server.peers.length, 1);
    assert.doesNotMatch(JSON.stringify(client.queue), /token-2/);
  });

  test("application offers the next token before the last one ends, and one that is not new is not offered", async () => {
    const tokens = ["a", "a", "b"];
    server.answer = (peer, frame) => frame.type === "token_refresh" && peer.send({ type: "token_refreshed", id: frame.id, expiresAt: 42 });
    open({ getToken: () => tokens.shift() });
    record(client, "token_refreshed");
    client.renewToken(); // there is no connection, which will ask for its token itself
    const peer = await server.next();
    await client.ready;
    client.renewToken();
    await until(() => tokens.length === 1);
    await until(() => client.renewToken() || seen.length === 1);
    assert.deepEqual(peer.frames.filter(({ type }) => type === "token_refresh").map(({ token }) => token), ["b"]);
  });

  test("renewed token is the one that a refusal asks to replace", async () => {
    const tokens = ["a", "b", "b"];
    server.answer = (peer, frame) => frame.type === "token_refresh" && peer.send({ type: "token_refreshed", id: frame.id, expiresAt: 42 });
    open({ getToken: () => tokens.shift() });
    record(client, "token_refreshed");
    const peer = await server.next();
    peer.send({ type: "token_expiring", expiresAt: 41 });
    await until(() => seen.length === 1);
    const ended = state("ended");
    peer.close(4007);
    assert.equal((await ended).code, 4007);
  });

  test("token that is being offered does not survive its connection", async () => {
    open();
    const peer = await server.next();
    peer.send({ type: "token_expiring", expiresAt: 41 });
    await peer.got("token_refresh");
    peer.cut();
    const again = await server.next();
    client.health().catch(() => {});
    await again.got("health-check");
    assert.deepEqual(again.frames.map(({ type }) => type), ["health-check"]);
  });

  test("refused token is offered again when its limit is over", async (t) => {
    const { step, peer } = await offerRefused(t, 25_000);
    step(24_000);
    await caughtUp(peer);
    assert.equal((await peer.got("token_refresh")).length, 1);
    step(1_000);
    assert.deepEqual((await peer.got("token_refresh", 2)).map(({ token }) => token), ["token-2", "token-3"]);
  });

  test("refused token is offered again before the session ends, however long its limit lasts", async (t) => {
    const { step, peer } = await offerRefused(t, 3_600_000);
    step(30_000);
    await caughtUp(peer);
    assert.equal((await peer.got("token_refresh")).length, 1);
    step(28_000);
    await peer.got("token_refresh", 2);
  });

  /** A session of a minute, whose next token was refused by a limit. */
  async function offerRefused(t, retryAfter) {
    server.welcome = (peer) => peer.send(authSuccess({ expiresAt: Date.now() + 60_000 }));
    server.answer = (peer, { type, id }) => {
      if (type === "token_refresh") peer.send({ type: "rate_limited", id, scope: "action", window: "minute", retryAfter, remaining: 0 });
    };
    await open().ready;
    record(client, "token_expiring", "rate_limited");
    const peer = await server.next();
    const step = stopTimers(t);
    peer.send({ type: "token_expiring", expiresAt: 41 });
    await until(() => seen.length === 1);
    step(0);
    await until(() => seen.length === 2);
    return { step, peer };
  }

  test("session by cookie offers its CSRF token and carries the session's own", async () => {
    serves();
    server.welcome = (peer) => peer.send(authSuccess({ csrfToken: "first" }));
    open({ getToken: undefined, getCsrfToken: () => "of-login" });
    record(client, "auth_success", "csrf_rotated");
    const peer = await server.next();
    assert.deepEqual(peer.protocols, ["portcullis.v1", "csrf.of-login"]);
    const room = await client.join("lobby");
    await room.send("x");
    peer.send({ type: "csrf_rotated", csrfToken: "second" });
    await client.ping(); // the answer comes after the rotation
    await room.send("y");
    const tokens = peer.frames.filter(({ type }) => type !== "ping").map((frame) => [frame.type, frame.csrfToken]);
    assert.deepEqual(tokens, [["join", "first"], ["chat", "first"], ["chat", "second"]]);
    assert.doesNotMatch(JSON.stringify(seen) + JSON.stringify(client.session), /first|second/);
  });
});

describe("rooms", () => {
  test("joins of one turn are one frame", async () => {
    serves(7);
    open();
    await Promise.all(Array.from({ length: 120 }, (_, i) => client.join(`room-${i}`)));
    const peer = await server.next();
    assert.deepEqual(peer.frames.map((frame) => frame.rooms.length), [100, 20]);
    assert.deepEqual(client.room("room-3").position, { epoch: "e1", seq: 7 });
  });

  test("forty rooms with their newest messages are one frame, and none for their history", async () => {
    server.answer = (peer, frame) => {
      for (const room of frame.rooms) {
        peer.send(joined({ ...room, id: frame.id }, 3, { missed: [2, 3].map((seq) => entry("chat", seq, { roomId: room.roomId })) }));
      }
    };
    open({ tail: 2 });
    const all = await Promise.all(Array.from({ length: 40 }, (_, i) => client.room(`room-${i}`).join(i === 0 ? { tail: 50 } : {})));
    const peer = await server.next();
    assert.deepEqual(peer.frames.map(({ type }) => type), ["join"]);
    assert.deepEqual(peer.frames[0].rooms.map(({ tail }) => tail), [50, ...Array(39).fill(2)]);
    assert.deepEqual(all.map(({ messages }) => messages.map(({ seq }) => seq)), Array(40).fill([2, 3]));
    assert.deepEqual(client.room("room-7").position, { epoch: "e1", seq: 3 });
  });

  test("newest messages replace what was shown where a resume can't recover, and only there", async () => {
    const newest = [899, 900].map((seq) => entry("chat", seq, { epoch: "e2" }));
    server.answer = (peer, frame, i) => {
      if (frame.type !== "join") return;
      if (i === 0) peer.send(joined(frame, 3, { missed: [entry("chat", 3)] }));
      else if (i === 1) peer.send(joined(frame, 4, { missed: [entry("chat", 4)] }));
      else {
        peer.send(joined(frame, 900, { recovered: false, epoch: "e2", missed: newest.slice(0, 1), more: true }));
        peer.send(joined(frame, 900, { recovered: false, epoch: "e2", missed: newest.slice(1) }));
      }
    };
    open();
    record(client, "chat", "resume", "joined");
    await client.join("lobby", { tail: 2 });
    for (let i = 0; i < 2; i++) {
      (await server.next()).cut();
      await state("open");
      await until(() => seen.filter(({ type }) => type === "joined").length === i + 2);
    }
    const last = await server.next();
    assert.deepEqual(seen.map(({ type, seq, recovered, messages }) => [type, seq, recovered, messages?.map((each) => each.seq)]), [
      ["joined", 3, false, [3]],
      ["chat", 4, undefined, undefined],
      ["resume", 4, true, undefined],
      ["joined", 4, true, undefined],
      ["resume", 900, false, [899, 900]],
      ["joined", 900, false, [899, 900]],
    ]);
    assert.deepEqual((await last.got("join")).map(({ since, tail }) => [since, tail]), [[{ epoch: "e1", seq: 4 }, 2]]);
  });

  test("newest messages are asked for where the server loses the place by itself", async () => {
    server.answer = (peer, frame) => frame.type === "join" && peer.send(joined(frame, 20, { missed: [entry("chat", 20)], recovered: false }));
    open();
    const room = await client.join("lobby", { tail: 5 });
    record(room, "resume", "joined");
    const peer = await server.next();
    peer.send(joined({ roomId: "lobby" }, 30, { recovered: false }));
    await until(() => seen.length === 2);
    assert.deepEqual(seen.map(({ type, messages }) => [type, messages.map(({ seq }) => seq)]), [["resume", [20]], ["joined", [20]]]);
    assert.deepEqual((await peer.got("join", 2)).map(({ since, tail }) => [since, tail]), [[undefined, 5], [undefined, 5]]);
  });

  test("newest messages have what became of them while they were on their way", async () => {
    const message = entry("chat", 2);
    server.answer = (peer, frame, i) => {
      if (i === 1) peer.send(entry("message_edited", 3, { messageId: message.messageId, content: "new" }));
      peer.send(joined(frame, i === 0 ? 2 : 9, { missed: i === 0 ? [] : [message], recovered: false }));
    };
    open({ tail: 5 });
    record(client, "joined");
    await client.join("lobby");
    const peer = await server.next();
    peer.send(entry("message_edited", 3, { messageId: message.messageId, content: "new" }));
    peer.cut();
    await until(() => seen.length === 2);
    assert.deepEqual(seen[1].messages.map(({ content }) => content), ["new"]);
  });

  test("membership is told also of rooms that are not joined", async () => {
    open();
    record(client, "membership");
    const there = new Promise((resolve) => client.room("team").on("membership", resolve));
    const peer = await server.next();
    const frame = { type: "membership", roomId: "team", role: "moderator", name: "Team", byUserId: "bob" };
    peer.send(frame);
    assert.deepEqual(await within(60_000, there, "membership"), frame);
    peer.send({ ...frame, role: null });
    await until(() => seen.length === 2);
    assert.deepEqual(seen[1].role, null);
  });

  test("missed entries come once and in order after a cut, however many parts", async () => {
    server.answer = (peer, frame, i) => {
      if (frame.type !== "join") return;
      if (i === 0) {
        peer.send(joined(frame, 0));
        peer.send(entry("chat", 1));
        return;
      }
      assert.deepEqual(frame.since, { epoch: "e1", seq: 1 });
      peer.send(joined(frame, 3, { missed: [entry("chat", 2), entry("message_edited", 3)], more: true }));
      peer.send(joined(frame, 4, { missed: [entry("chat", 3), entry("message_deleted", 4)] }));
      peer.send(entry("chat", 4));
      peer.send(entry("chat", 5));
    };
    open();
    record(client, "chat", "message_edited", "message_deleted");
    const resumes = [];
    client.on("resume", (event) => resumes.push(event));
    await client.join("lobby");
    await until(() => seen.length === 1);
    (await server.next()).cut();
    await until(() => seen.length === 5);
    assert.deepEqual(seen.map(({ seq }) => seq), [1, 2, 3, 4, 5]);
    assert.deepEqual(resumes, [{ type: "resume", roomId: "lobby", recovered: true, epoch: "e1", seq: 4 }]);
  });

  test("position that the server no longer knows is told as not recovered", async () => {
    server.answer = (peer, frame, i) =>
      frame.type === "join" && peer.send(i === 0 ? joined(frame, 3) : joined(frame, 900, { recovered: false, epoch: "e2" }));
    open();
    const room = await client.join("lobby");
    record(room, "resume");
    (await server.next()).cut();
    await until(() => seen.length === 1);
    assert.deepEqual(seen, [{ type: "resume", roomId: "lobby", recovered: false, epoch: "e2", seq: 900 }]);
    assert.deepEqual(room.position, { epoch: "e2", seq: 900 });
  });

  test("unasked loss of the place is told likewise", async () => {
    serves(3);
    open();
    const room = await client.join("lobby");
    record(room, "resume", "chat");
    const peer = await server.next();
    peer.send(joined({ roomId: "lobby" }, 20, { recovered: false }));
    peer.send(entry("chat", 21));
    await until(() => seen.length === 2);
    assert.equal(seen[0].recovered, false);
  });

  test("recovery that does not reach its head is told as not recovered", async () => {
    server.answer = (peer, frame, i) => frame.type === "join" && peer.send(joined(frame, i === 0 ? 3 : 9, { missed: i === 0 ? [] : [entry("chat", 4)] }));
    open();
    const room = await client.join("lobby");
    record(room, "resume");
    (await server.next()).cut();
    await until(() => seen.length === 1);
    assert.equal(seen[0].recovered, false);
  });

  test("gap between live entries is filled by a resume, and nothing is shown twice", async () => {
    server.answer = (peer, frame) => {
      if (frame.type !== "join") return;
      if (!frame.since) peer.send(joined(frame, 1));
      else peer.send(joined(frame, 4, { missed: [entry("chat", 2), entry("chat", 3), entry("chat", 4)] }));
    };
    open();
    const room = await client.join("lobby");
    record(room, "chat");
    const peer = await server.next();
    peer.send(entry("chat", 3));
    peer.send(entry("chat", 4));
    await until(() => seen.length === 3);
    peer.send(entry("chat", 4));
    peer.send(entry("chat", 5));
    await until(() => seen.length === 4);
    assert.deepEqual(seen.map(({ seq }) => seq), [2, 3, 4, 5]);
    assert.equal(peer.frames.length, 2);
  });

  test("epoch that changes under way leaves out nothing", async () => {
    serves(1);
    open();
    const room = await client.join("lobby");
    record(room, "chat", "resume");
    const peer = await server.next();
    peer.send(entry("chat", 2));
    peer.send(entry("chat", 3, { epoch: "e2" }));
    await until(() => seen.length === 2);
    assert.deepEqual(room.position, { epoch: "e2", seq: 3 });
    assert.equal(peer.frames.length, 1);
  });

  test("application can go on from a position of its own", async () => {
    serves(9);
    open();
    await client.join("lobby", { since: { epoch: "e1", seq: 4 }, presence: true });
    const [frame] = (await server.next()).frames;
    assert.deepEqual([frame.since, frame.presence], [{ epoch: "e1", seq: 4 }, true]);
  });

  test("refused join is rejected with its reason and not tried again", async () => {
    server.answer = (peer, frame) => frame.type === "join" && peer.send(error(frame.id, "not_member", { roomId: frame.roomId }));
    open();
    const failure = await rejection(client.join("secret"));
    assert.ok(failure instanceof PortcullisError);
    assert.deepEqual([failure.reason, failure.roomId, failure.requestId], ["not_member", "secret", "r-1"]);
    (await server.next()).cut();
    const again = await server.next();
    await caughtUp(again);
    assert.deepEqual(again.frames.map(({ type }) => type), ["health-check"]);
  });

  test("join that can't be answered now is repeated", async (t) => {
    let count = 0;
    server.answer = (peer, frame) => peer.send(++count === 1 ? error(frame.id, "unavailable", { roomId: "lobby" }) : joined(frame, 1));
    await open().ready;
    record(client, "error");
    const step = stopTimers(t);
    const join = client.join("lobby");
    await until(() => seen.length === 1);
    step(1_000);
    await join;
    assert.equal(count, 2);
  });

  test("join without an answer is repeated", async () => {
    let count = 0;
    server.answer = (peer, frame) => ++count > 1 && peer.send(joined(frame, 1));
    open();
    const join = client.join("lobby");
    await (await server.next()).got("join");
    later(301);
    await join;
    assert.equal(count, 2);
  });

  test("join of many rooms is not repeated as long as answers come", async () => {
    open({ answerMs: 25_000 }); // what is left of it below must suffice on a busy machine
    const peer = server.next();
    const rooms = ["one", "two", "three"].map((roomId) => client.room(roomId));
    const all = Promise.all(rooms.map((room) => room.join()));
    const [frame] = await (await peer).got("join");
    for (const { roomId } of frame.rooms) {
      later(20_000); // nearly as long as after which a frame counts as one without an answer
      (await peer).send(joined({ roomId, id: frame.id }, 1));
      await until(() => client.room(roomId).position);
    }
    await all;
    await caughtUp(await peer);
    assert.equal((await (await peer).got("join")).length, 1);
  });

  test("leave is sent, and the room is not joined again", async () => {
    serves();
    open();
    const room = await client.join("lobby");
    record(room, "chat");
    await room.leave();
    const peer = await server.next();
    peer.send(entry("chat", 1));
    peer.cut();
    const again = await server.next();
    await client.ping();
    assert.deepEqual([again.frames.map(({ type }) => type), seen], [["ping"], []]);
  });

  test("leave comes behind the messages before it", async () => {
    serves();
    open();
    const room = await client.join("lobby");
    await Promise.all([room.send("1"), room.send("2"), room.leave()]);
    assert.deepEqual((await server.next()).frames.map(({ type }) => type), ["join", "chat", "chat", "leave"]);
  });

  test("message after a later join does not wait for a leave without an answer", async () => {
    serves();
    const { answer } = server;
    server.answer = (peer, frame) => frame.type !== "leave" && answer(peer, frame);
    open();
    const room = await client.join("lobby");
    room.leave();
    const peer = await server.next();
    await peer.got("leave");
    await room.join();
    await within(60_000, room.send("again"), "the answer to the message");
  });

  test("leave without an answer is not sent again, nor behind a join", async () => {
    serves();
    const { answer } = server;
    server.answer = (peer, frame) => frame.type !== "leave" && answer(peer, frame);
    open();
    const room = await client.join("lobby");
    const left = room.leave();
    const peer = await server.next();
    await peer.got("leave");
    later(301);
    await caughtUp(peer);
    await room.join();
    later(301);
    await caughtUp(peer);
    const [{ id }, ...others] = await peer.got("leave");
    assert.deepEqual(others, []);
    peer.send({ type: "left", id, roomId: "lobby" });
    await within(60_000, left, "the end of the leave");
  });

  test("leave without an answer ends with its connection, which is followed by none to the room", async () => {
    serves();
    const { answer } = server;
    server.answer = (peer, frame) => (frame.type === "leave" ? peer.cut() : answer(peer, frame));
    open();
    const room = await client.join("lobby");
    await within(60_000, room.leave(), "the end of the leave");
    await server.next();
    const again = await server.next();
    await caughtUp(again);
    assert.deepEqual(again.frames.map(({ type }) => type), ["health-check"]);
  });

  for (const [what, refuse, ms] of [
    ["a limit", ({ id }) => ({ type: "rate_limited", id, scope: "action", window: "minute", retryAfter: 60_000, remaining: 0 }), 60_000],
    ["the store", ({ id }) => error(id, "unavailable"), 1_000],
  ]) {
    test(`leave that ${what} holds up is sent again`, async (t) => {
      const { step, peer, left } = await leaveRefused(t, refuse);
      step(ms);
      await within(60_000, left, "the end of the leave");
      assert.equal((await peer.got("leave")).length, 2);
    });

    test(`leave that ${what} holds up is not sent again behind a join`, async (t) => {
      const { step, peer, left } = await leaveRefused(t, refuse);
      await client.room("lobby").join();
      await within(60_000, left, "the end of the leave");
      step(ms);
      await caughtUp(peer);
      assert.equal((await peer.got("leave")).length, 1);
    });

    test(`leave that ${what} refuses behind a join is not sent again`, async (t) => {
      const joins = [];
      const { step, peer, left } = await leaveRefused(t, (frame) => (joins.push(client.room("lobby").join()), refuse(frame)));
      await within(60_000, Promise.all([left, ...joins]), "the end of the leave and the join");
      step(ms);
      await caughtUp(peer);
      assert.equal((await peer.got("leave")).length, 1);
    });
  }

  /** The first `leave` is answered by this refusal. */
  async function leaveRefused(t, refuse) {
    serves();
    const { answer } = server;
    server.answer = (peer, frame) => {
      server.answer = frame.type === "leave" ? answer : server.answer;
      return frame.type === "leave" ? peer.send(refuse(frame)) : answer(peer, frame);
    };
    open();
    const room = await client.join("lobby");
    record(client, "rate_limited", "error");
    const step = stopTimers(t);
    const left = room.leave();
    await until(() => seen.length === 1);
    return { step, left, peer: await server.next() };
  }

  test("room that a former token did not grant is joined where the answer to the join says so", async () => {
    server.answer = (peer, frame) => {
      if (frame.type !== "join") return;
      peer.send({ type: "left", roomId: "lobby" });
      peer.send(joined(frame, 5));
    };
    open();
    const room = client.room("lobby");
    record(room, "left");
    assert.equal((await room.join()).seq, 5);
    assert.deepEqual(seen, []);
  });

  test("answer to a join that was given up is not taken for that of the next one", async () => {
    const joins = [];
    server.answer = (peer, frame) => frame.type === "join" && joins.push(frame);
    await open().ready;
    const room = client.room("lobby");
    record(room, "joined", "resume");
    const first = rejection(room.join());
    const peer = await server.next();
    await peer.got("join");
    room.leave();
    assert.equal((await first).reason, "cancelled");
    const second = room.join();
    await peer.got("join", 2);
    peer.send(joined(joins[0], 3));
    peer.send({ type: "left", id: peer.frames.find(({ type }) => type === "leave").id, roomId: "lobby" });
    peer.send(joined(joins[1], 5));
    assert.equal((await second).seq, 5);
    assert.deepEqual(seen.map(({ type, seq }) => [type, seq]), [["joined", 5]]);
  });

  test("room that a new token does not grant is left", async () => {
    serves();
    open();
    const room = await client.join("lobby");
    record(room, "left");
    (await server.next()).send({ type: "left", roomId: "lobby" });
    await until(() => seen.length === 1);
    assert.equal(seen[0].reason, "not_member");
  });

  test("removal of oneself is told and leaves the room; of another it is an entry", async () => {
    serves();
    open();
    const room = await client.join("lobby");
    record(room, "member_removed", "left");
    const peer = await server.next();
    peer.send(entry("member_removed", 1, { userId: "mallory" }));
    peer.send(entry("member_removed", 2, { userId: "alice" }));
    peer.send(entry("member_removed", 3, { userId: "trudy" }));
    await until(() => seen.length === 3);
    assert.deepEqual(seen.map(({ type }) => type), ["member_removed", "member_removed", "left"]);
  });

  test("room that is deleted is left, and not joined again", async () => {
    serves();
    open();
    const room = await client.join("lobby");
    record(room, "room_deleted", "left");
    const peer = await server.next();
    peer.send(entry("room_deleted", 1));
    await until(() => seen.length === 2);
    assert.deepEqual(seen.map(({ type, reason }) => [type, reason]), [["room_deleted", undefined], ["left", "room_deleted"]]);
    peer.cut();
    const next = await server.next();
    await client.ping();
    assert.deepEqual(next.frames.filter(({ type }) => type === "join"), []);
  });

  test("room that is deleted is left once, whether the end of the membership comes before or after", async () => {
    serves();
    open();
    const ends = (roomId) => ({ type: "membership", roomId, role: null, name: "Team", byUserId: "bob" });
    for (const roomId of ["before", "after"]) {
      await client.join(roomId);
      record(client.room(roomId), "room_deleted", "left", "membership");
    }
    record(client, "error");
    const peer = await server.next();
    peer.send(ends("before"));
    peer.send(entry("room_deleted", 1, { roomId: "before" }));
    peer.send(entry("room_deleted", 1, { roomId: "after" }));
    peer.send(ends("after"));
    await until(() => seen.length === 6);
    await client.ping();
    assert.deepEqual(seen.map(({ type, roomId }) => [type, roomId]), [
      ["membership", "before"],
      ["room_deleted", "before"],
      ["left", "before"],
      ["room_deleted", "after"],
      ["left", "after"],
      ["membership", "after"],
    ]);
  });

  test("presence and typing of others reach the room's listeners", async () => {
    serves();
    open();
    const room = await client.join("lobby", { presence: true });
    record(room, "presence_change", "typing_indicator", "read");
    const peer = await server.next();
    peer.send({ type: "presence_change", roomId: "lobby", version: 1, changes: [{ userId: "bob", online: true }] });
    peer.send({ type: "typing_indicator", roomId: "lobby", userId: "bob", isTyping: true });
    peer.send({ type: "read", roomId: "lobby", userId: "bob", seq: 1 });
    await until(() => seen.length === 3);
  });
});

describe("frames", () => {
  test("each call sends its frame and resolves with its answer", async () => {
    const answers = {
      history: { type: "history", roomId: "lobby", epoch: "e1", messages: [], more: false },
      search: { type: "search", matches: [{ type: "chat", epoch: "e1", seq: 1, roomId: "lobby", messageId: UUID, highlights: [[0, 2]] }] },
      presence: { type: "presence", roomId: "lobby", version: 1, count: 0, users: [], more: false },
      file_upload: { type: "upload_ticket", uploadUrl: "https://up.example/1", expiresAt: 1, maxBytes: 1 },
      "health-check": { type: "health-check", status: "ok", sessionExpiresAt: 1, serverTime: 1 },
      ping: { type: "pong", timestamp: 1 },
      join: { type: "joined", roomId: "lobby", epoch: "e1", seq: 0, recovered: false, messages: [], more: false },
    };
    server.answer = (peer, frame) => peer.send({ ...(answers[frame.type] ?? ack(frame, 1)), id: frame.id });
    open();
    const room = await client.join("lobby");
    const bob = client.user("bob");
    const file = { name: "a.png", size: 5, mime: "image/png" };
    const link = { type: "image", url: "https://files.example/a.png", name: "a.png" };
    assert.equal((await room.send("hi", { replyTo: UUID, attachments: [link], expiresInMs: 60_000 })).type, "ack");
    assert.equal((await bob.send("hi")).type, "ack");
    assert.equal((await room.emit("poll.vote", { option: 1 })).type, "ack");
    assert.equal((await bob.emit("call.hang-up")).type, "ack");
    assert.equal((await room.edit(UUID, "ho")).type, "ack");
    assert.equal((await bob.edit(UUID, "ho")).type, "ack");
    assert.equal((await room.delete(UUID)).type, "ack");
    assert.equal((await bob.delete(UUID)).type, "ack");
    assert.equal((await room.history({ before: 9, limit: 10 })).type, "history");
    assert.equal((await bob.history()).type, "history");
    assert.deepEqual((await room.search("hi ho", { userId: "bob", limit: 5 })).matches[0].highlights, [[0, 2]]);
    assert.equal((await bob.search("hi")).type, "search");
    assert.equal((await client.search("hi", { cursor: "abc" })).type, "search");
    assert.equal((await room.presence({ limit: 5 })).type, "presence");
    assert.equal((await room.removeUser("mallory", "spam")).type, "ack");
    assert.equal((await room.upload(file)).type, "upload_ticket");
    assert.equal((await bob.upload(file)).type, "upload_ticket");
    assert.equal((await client.broadcast("hear")).type, "ack");
    assert.equal((await client.health()).type, "health-check");
    assert.equal((await client.ping()).type, "pong");
    const sent = (await server.next()).frames.slice(1).map(({ id, at, ...frame }) => (assert.match(id, /^[0-9a-f]{32}$/), frame));
    assert.deepEqual(sent, [
      { type: "chat", roomId: "lobby", content: "hi", replyTo: UUID, attachments: [link], expiresInMs: 60_000 },
      { type: "chat_message", recipientId: "bob", content: "hi" },
      { type: "event", roomId: "lobby", event: "poll.vote", data: { option: 1 } },
      { type: "event", recipientId: "bob", event: "call.hang-up", data: null },
      { type: "edit_message", roomId: "lobby", messageId: UUID, content: "ho" },
      { type: "edit_message", recipientId: "bob", messageId: UUID, content: "ho" },
      { type: "delete_message", roomId: "lobby", messageId: UUID },
      { type: "delete_message", recipientId: "bob", messageId: UUID },
      { type: "history", roomId: "lobby", before: 9, limit: 10 },
      { type: "history", recipientId: "bob" },
      { type: "search", roomId: "lobby", userId: "bob", limit: 5, query: "hi ho" },
      { type: "search", recipientId: "bob", query: "hi" },
      { type: "search", query: "hi", cursor: "abc" },
      { type: "presence", roomId: "lobby", limit: 5 },
      { type: "remove_user", roomId: "lobby", userId: "mallory", reason: "spam" },
      { type: "file_upload", roomId: "lobby", ...file },
      { type: "file_upload", recipientId: "bob", ...file },
      { type: "system_broadcast", content: "hear" },
      { type: "health-check" },
      { type: "ping" },
    ]);
  });

  test("typing is sent at most every few seconds, and its end once", async () => {
    serves();
    open();
    const room = await client.join("lobby");
    for (let i = 0; i < 50; i++) room.typing();
    room.typing(false);
    room.typing(false);
    client.user("bob").typing();
    const sent = await (await server.next()).got("typing_indicator", 3);
    assert.deepEqual(sent.map(({ isTyping, recipientId }) => [isTyping, recipientId]), [[true, undefined], [false, undefined], [true, "bob"]]);
  });

  test("read marks are sent together and never go back", async () => {
    serves();
    open();
    const room = await client.join("lobby");
    [3, 7, 5, undefined, NaN].forEach((seq) => room.read(seq));
    const peer = await server.next();
    later(1_000);
    await peer.got("read");
    later(5_000);
    await caughtUp(peer);
    assert.deepEqual(peer.frames.filter(({ type }) => type === "read").map(({ seq }) => seq), [7]);
  });

  test("read mark is that of all sessions of the user, and goes only forward", async () => {
    server.answer = (peer, frame) => frame.type === "join" && peer.send({ ...joined(frame, 9), readSeq: 5 });
    open();
    const room = client.room("lobby");
    assert.equal(room.readSeq, 0);
    assert.equal((await room.join()).readSeq, 5);
    assert.equal(room.readSeq, 5);
    room.read(4);
    record(room, "read");
    const peer = await server.next();
    peer.send({ type: "read", roomId: "lobby", userId: "alice", seq: 7 });
    peer.send({ type: "read", roomId: "lobby", userId: "bob", seq: 9 });
    await until(() => seen.length === 2);
    assert.equal(room.readSeq, 7);
    room.read(6);
    room.read(8);
    later(5_000);
    assert.deepEqual((await peer.got("read")).map(({ seq }) => seq), [8]);
  });

  test("room in which all is read at once does not hold up the read mark of another", async () => {
    serves(9);
    open();
    const [busy, quiet] = await Promise.all([client.join("busy"), client.join("quiet")]);
    const peer = await server.next();
    busy.read(1);
    quiet.read(2);
    for (let seq = 3; seq <= 5; seq++) {
      later(5_000);
      await peer.got("read", seq - 2);
      busy.read(seq);
    }
    assert.deepEqual((await peer.got("read")).map((mark) => [mark.roomId, mark.seq]), [["busy", 1], ["quiet", 2], ["busy", 4]]);
  });

  test("read mark that was lost with its connection is told again", async () => {
    let known = 0;
    server.answer = (peer, frame) => {
      if (frame.type === "join") (frame.rooms ?? [frame]).forEach((room) => peer.send({ ...joined({ ...room, id: frame.id }, 9), readSeq: known }));
    };
    open();
    const room = await client.join("lobby");
    record(room, "resume");
    room.read(7);
    later(5_000);
    const peer = await server.next();
    await peer.got("read");
    peer.cut();
    const again = await server.next();
    await until(() => seen.length === 1);
    later(5_000);
    assert.deepEqual((await again.got("read")).map(({ seq }) => seq), [7]);
    known = 7;
    again.cut();
    const last = await server.next();
    await until(() => seen.length === 2);
    later(5_000);
    await caughtUp(last);
    assert.deepEqual(last.frames.filter(({ type }) => type === "read"), []);
  });

  test("read mark that was refused is told again, and one that the server does not want is not", async () => {
    serves(9);
    open();
    const room = await client.join("lobby");
    record(client, "error", "rate_limited");
    const peer = await server.next();
    room.read(7);
    later(5_000);
    const [{ id }] = await peer.got("read");
    peer.send(error(id, "unavailable"));
    await until(() => seen.length === 1);
    later(5_000);
    const [, again] = await peer.got("read", 2);
    assert.equal(again.seq, 7);
    peer.send({ type: "rate_limited", id: again.id, scope: "action", window: "minute", retryAfter: 20_000 });
    await until(() => seen.length === 2);
    assert.equal(seen[1].action, "read");
    later(10_000);
    await caughtUp(peer);
    assert.equal(peer.frames.filter(({ type }) => type === "read").length, 2);
    later(15_000);
    const [, , last] = await peer.got("read", 3);
    peer.send(error(last.id, "forbidden"));
    await until(() => seen.length === 3);
    later(5_000);
    await caughtUp(peer);
    assert.equal(peer.frames.filter(({ type }) => type === "read").length, 3);
  });

  test("read mark is told before the room is left and before the client is closed", async () => {
    serves(9);
    open();
    const [left, stays] = await Promise.all([client.join("left"), client.join("open")]);
    const peer = await server.next();
    left.read(3);
    left.leave();
    stays.read(4);
    client.close();
    assert.deepEqual((await peer.got("read", 2)).map(({ roomId, seq }) => [roomId, seq]), [["left", 3], ["open", 4]]);
  });

  test("read marks begin again in another epoch and after the room was left", async () => {
    serves(9);
    open();
    const room = await client.join("lobby");
    record(room, "resume");
    const peer = await server.next();
    room.read();
    later(5_000);
    await peer.got("read");
    room.read(12); // which counts for nothing, once the epoch ends
    peer.send(joined({ roomId: "lobby" }, 5, { recovered: false, epoch: "e2" }));
    await until(() => seen.length === 1);
    later(5_000);
    room.read();
    later(5_000);
    await peer.got("read", 2);
    await room.leave();
    await room.join();
    room.read(2);
    later(5_000);
    assert.deepEqual((await peer.got("read", 3)).map(({ seq }) => seq), [9, 5, 2]);
  });

  test("refusal carries reason, details and request", async () => {
    server.answer = (peer, frame) => peer.send(error(frame.id, "restricted", { details: [{ path: "/content", rule: "moderation" }] }));
    open();
    record(client, "error");
    const failure = await rejection(client.user("bob").send("x"));
    assert.deepEqual([failure.reason, failure.details, failure.requestId], ["restricted", [{ path: "/content", rule: "moderation" }], "r-1"]);
    assert.equal(seen.length, 1);
  });

  test("frames that the client sends itself are not taken from outside", async () => {
    await open().ready;
    for (const type of ["auth", "token_refresh", "join", "leave", "ack", "read", "typing_indicator"]) {
      assert.equal((await rejection(client.ask({ type }))).reason, "forbidden");
    }
  });

  test("frame that the server would refuse for its shape or size is not sent", async () => {
    await open().ready;
    const room = client.room("lobby");
    for (const [call, rule] of [
      [room.send(""), "minLength"],
      [room.send("x".repeat(1_001)), "maxLength"],
      [room.send("\ud800"), "pattern"],
      [room.send(5), "type"],
      [room.send("x", { attachments: [{ type: "image", url: "http://x/", name: "x" }] }), "pattern"],
      [room.edit("no-uuid", "x"), "pattern"],
      [client.user("../etc").send("x"), "pattern"],
      [client.join("no room"), "pattern"],
      [client.ask({ type: "chat", roomId: "lobby", content: "x", extra: 1 }), "additionalProperties"],
    ]) {
      const failure = await rejection(call);
      assert.equal(failure.reason, "validation_failed");
      assert.equal(failure.details[0].rule, rule);
    }
    assert.throws(() => client.user("..").typing(), PortcullisError);
    const files = Array.from({ length: 10 }, () => ({ type: "file", url: `https://x/${"y".repeat(2_000)}`, name: "\u{1F600}".repeat(255) }));
    server.welcome = (peer) => peer.send(authSuccess({ limits: { burst: 9, minute: 9, hour: 9, frameBytes: 20_000 } }));
    (await server.next()).cut();
    await state("open");
    assert.equal((await rejection(room.send("x", { attachments: files }))).reason, "message_too_large");
    assert.deepEqual(server.peers.flatMap((peer) => peer.frames), []);
  });
});

describe("events of the application", () => {
  const LIMITS = { burst: 1_000, minute: 10_000, hour: 100_000, frameBytes: 65_536 };
  const vote = (seq, more = {}) => entry("event", seq, { event: "poll.vote", data: { option: seq }, ...more });
  const move = (more = {}) => ({ type: "event", roomId: "lobby", event: "cursor.move", data: [1, 2], userId: "bob", timestamp: 1, ...more });
  const limited = (id, scope = "action") => ({ type: "rate_limited", id, scope, window: "minute", retryAfter: 60_000, remaining: 0 });
  const withLimits = (limits) => (server.welcome = (peer) => peer.send(authSuccess({ limits: { ...LIMITS, ...limits } })));
  const events = (peer) => peer.frames.filter(({ type }) => type === "event");

  test("are heard under their own names and together, in the order of the stream", async () => {
    server.answer = (peer, frame) => frame.type === "join" && peer.send(joined(frame, 1));
    open();
    const room = await client.join("lobby");
    const peer = await server.next();
    const heard = [];
    room.on("poll.vote", ({ event, data, userId, seq }) => heard.push([event, data, userId, seq]));
    record(client, "chat", "event", "poll.vote", "cursor.move");
    [entry("chat", 2), vote(3), move(), vote(3), vote(4, { data: null })].forEach((frame) => peer.send(frame));
    await until(() => seen.length === 7);
    assert.deepEqual(heard, [["poll.vote", { option: 3 }, "bob", 3], ["poll.vote", null, "bob", 4]]);
    assert.deepEqual(seen.map(({ type, seq }) => [type, seq]), [["chat", 2], ["event", 3], ["event", 3], ["event", undefined], ["event", undefined], ["event", 4], ["event", 4]]);
    assert.deepEqual(room.position, { epoch: "e1", seq: 4 });
  });

  test("that are stored come with what was missed, and with the newest entries", async () => {
    server.answer = (peer, frame, i) => {
      if (frame.type === "join") peer.send(i === 0 ? joined(frame, 1, { missed: [vote(1)] }) : joined(frame, 3, { missed: [vote(2), entry("chat", 3)] }));
    };
    open({ tail: 10 });
    record(client, "poll.vote", "chat");
    const { messages } = await client.room("lobby").join();
    assert.deepEqual(messages.map(({ event, data }) => [event, data]), [["poll.vote", { option: 1 }]]);
    (await server.next()).cut();
    await until(() => seen.length === 2);
    assert.deepEqual(seen.map(({ type, seq }) => [type, seq]), [["event", 2], ["chat", 3]]);
  });

  test("that are stored wait for the room, keep the order of messages, and are sent again as they were", async () => {
    server.answer = (peer, frame, i) => {
      if (frame.type === "join") peer.send(joined(frame, 0));
      else if (i === 0) frame.type === "event" && peer.cut();
      else peer.send(ack(frame, 1));
      if (i === 0 && frame.type === "chat") peer.send(ack(frame, 1));
    };
    open();
    const room = client.room("lobby");
    const data = { option: 1 };
    const all = [room.join(), room.send("before"), room.emit("poll.vote", data, { id: "mine" }), room.send("behind")];
    data.option = 2;
    await Promise.all(all);
    const [first, second] = server.peers.map(({ frames }) => frames.filter(({ type }) => type !== "join").map((frame) => frame.data ?? frame.content));
    assert.deepEqual([first, second], [["before", { option: 1 }], [{ option: 1 }, "behind"]]);
    assert.deepEqual(server.peers.flatMap(events).map(({ id }) => id), ["mine", "mine"]);
  });

  test("whose acknowledgement has no place were not stored", async () => {
    server.answer = (peer, frame) => peer.send({ type: "ack", id: frame.id, recipientId: "bob" });
    open();
    const { type, seq } = await client.user("bob").emit("cursor.move", [1, 2]);
    assert.deepEqual([type, seq], ["ack", undefined]);
  });

  test("that are transient go now or never", async () => {
    serves();
    open();
    const room = client.room("lobby");
    const emit = (x) => room.emit("cursor.move", [x], { transient: true });
    assert.equal(await emit(1), undefined, "without a connection");
    await client.ready;
    room.join();
    assert.equal(await emit(2), undefined, "outside of the room");
    await room.join();
    assert.equal((await emit(3)).type, "ack");
    const { answer } = server;
    server.answer = (peer, frame, i) => {
      if (frame.type === "event" && i === 0) peer.cut();
      else answer(peer, frame);
    };
    assert.equal(await emit(4), undefined, "with the connection it is lost");
    await state("open");
    await room.join();
    assert.equal((await emit(5)).type, "ack");
    assert.deepEqual(server.peers.flatMap(events).map(({ data }) => data), [[3], [4], [5]]);
    client.close();
    assert.equal(await emit(6), undefined, "after the end");
  });

  test("that are transient hold up no message, and are given up where no answer comes", async () => {
    server.answer = (peer, frame) => {
      if (frame.type === "join") peer.send(joined(frame, 0));
      else if (frame.type !== "event") peer.send(ack(frame, 1));
    };
    open();
    const room = await client.join("lobby");
    const moved = room.emit("cursor.move", [1, 2], { transient: true });
    await room.send("x");
    assert.deepEqual(client.queue, []);
    const peer = await server.next();
    later(301);
    assert.equal(await moved, undefined);
    await caughtUp(peer);
    assert.equal(events(peer).length, 1);
  });

  test("that are transient leave half of the limits to messages", async () => {
    serves();
    withLimits({ minute: 20 });
    open();
    const room = await client.join("lobby");
    const moves = await Promise.all(Array.from({ length: 30 }, (_, i) => room.emit("cursor.move", [i], { transient: true })));
    assert.equal(moves.filter(Boolean).length, 9); // and the join; one of 20 is kept for a probe
    await Promise.all(Array.from({ length: 9 }, () => room.send("x")));
    const peer = await server.next();
    assert.deepEqual([events(peer).length, (await peer.got("chat")).length], [9, 9]);
  });

  test("that are transient are not sent again when a limit refuses them, and fail where they are wrong", async () => {
    const refusals = [(id) => limited(id), (id) => error(id, "validation_failed", { details: [{ path: "/data", rule: "type" }] })];
    server.answer = (peer, frame) => {
      if (frame.type === "join") peer.send(joined(frame, 0));
      else if (frame.type === "event") peer.send(refusals.shift()?.(frame.id) ?? ack(frame, 1));
    };
    open();
    const room = await client.join("lobby");
    const emit = () => room.emit("cursor.move", [1], { transient: true });
    assert.equal(await emit(), undefined);
    assert.equal(await emit(), undefined, "while it is blocked");
    later(61_000);
    const failure = await rejection(emit());
    assert.deepEqual([failure.reason, failure.details], ["validation_failed", [{ path: "/data", rule: "type" }]]);
    const peer = await server.next();
    await caughtUp(peer);
    assert.equal(events(peer).length, 2);
  });

  test("are paced by the limit of all events and by that of their own name", async (t) => {
    serves();
    withLimits({ actions: { event: 4, "poll.vote": 2 } });
    await open().ready;
    const peer = await server.next();
    const step = stopTimers(t);
    const bob = client.user("bob");
    const all = [1, 2, 3].map((i) => client.user(`bob-${i}`).emit("poll.vote", i));
    all.push(bob.emit("call.ring", 4), client.user("carol").emit("call.ring", 5), client.user("dave").emit("call.ring", 6));
    await client.ping(); // is answered after what could be sent
    assert.deepEqual(events(peer).map(({ data }) => data), [1, 2, 4, 5]);
    assert.deepEqual(client.paced.map(({ type, count }) => [type, count]), [["poll.vote", 1], ["call.ring", 1]]);
    step(66_000);
    await Promise.all(all);
    assert.deepEqual(events(peer).map(({ data }) => data), [1, 2, 4, 5, 3, 6]);
  });

  for (const [what, actions, expected] of [
    ["with a limit of its own holds up that event", { event: 100, "poll.vote": 10 }, ["poll.vote", ["poll.vote", "call.ring"]]],
    ["without one holds up all events", { event: 100 }, ["event", ["poll.vote"]]],
  ]) {
    test(`block of an event ${what}`, async (t) => {
      let blocked = true;
      server.answer = (peer, frame) => {
        if (frame.event === "poll.vote" && blocked) peer.send(limited(frame.id));
        else peer.send(frame.type === "health-check" ? { ...frame, status: "ok", sessionExpiresAt: 1, serverTime: 1 } : ack(frame, 1));
      };
      withLimits({ actions });
      await open().ready;
      record(client, "rate_limited");
      const step = stopTimers(t);
      const all = [client.user("bob").emit("poll.vote", 1)];
      await until(() => seen.length === 1);
      all.push(client.user("carol").emit("call.ring", 2));
      const peer = await server.next();
      await caughtUp(peer);
      assert.deepEqual([seen[0].action, events(peer).map(({ event }) => event)], expected);
      blocked = false;
      step(61_000);
      await Promise.all(all);
    });
  }

  test("whose data no server can read are not sent", async () => {
    await open().ready;
    const bob = client.user("bob");
    const nested = (levels) => (levels === 0 ? 1 : [nested(levels - 1)]);
    const circle = {};
    circle.self = circle;
    for (const [data, reason, path, rule] of [
      [nested(10), "invalid_json", `/data${"/0".repeat(9)}`, "depth"],
      [{ a: [JSON.parse('{"__proto__": 1}')] }, "validation_failed", "/data/a/0", "propertyNames"],
      [{ a: "\ud800" }, "validation_failed", "/data/a", "pattern"],
      [{ "\udc00": 1 }, "validation_failed", "/data", "pattern"],
      [circle],
      [1n],
    ]) {
      const failure = await rejection(bob.emit("poll.vote", data));
      assert.deepEqual([failure.reason, failure.details[0]], [reason ?? "validation_failed", path && { path, rule }]);
    }
    for (const name of ["", 5, "\ud800", "x".repeat(65)]) {
      assert.equal((await rejection(bob.emit(name, 1))).details[0].path, "/event");
    }
    assert.deepEqual((await server.next()).frames, []);
    serves();
    assert.equal((await bob.emit("poll.vote", nested(9))).type, "ack");
  });

  test("that reach the inbox wait for a listener of their name, and are acknowledged once they had it", async () => {
    const direct = (seq, more) => vote(seq, { roomId: undefined, recipientId: "alice", epoch: "i1", ...more });
    const { messageId } = vote(1);
    server.welcome = (peer) => {
      peer.send(authSuccess({ inbox: { epoch: "i1", seq: 3 } }));
      [direct(1, { messageId }), entry("message_deleted", 2, { messageId, roomId: undefined, recipientId: "alice", epoch: "i1" }), direct(3)].forEach((frame) => peer.send(frame));
      peer.send(move({ roomId: undefined, recipientId: "alice" }));
    };
    serves();
    open();
    record(client, "message_deleted", "cursor.move");
    const peer = await server.next();
    await until(() => seen.length === 1);
    later(10_000);
    await caughtUp(peer);
    assert.deepEqual(peer.frames.filter(({ type }) => type === "ack"), []);
    record(client.user("bob"), "poll.vote");
    await until(() => seen.length === 4);
    assert.deepEqual(seen.map(({ type, seq }) => [type, seq]), [["event", undefined], ["event", 1], ["message_deleted", 2], ["event", 3]]);
    later(10_000);
    assert.equal((await peer.got("ack"))[0].inboxSeq, 3);
  });

  test("of which the application knows none go before its messages where too many wait", async () => {
    const direct = (type, seq) => entry(type, seq, { roomId: undefined, recipientId: "alice", epoch: "i1", ...(type === "event" && { event: "new.one", data: seq }) });
    serves();
    open();
    record(client, "resume");
    const peer = await server.next();
    peer.send(direct("chat_message", 1));
    for (let seq = 2; seq <= 1_002; seq++) peer.send(direct("event", seq));
    await client.ping();
    assert.deepEqual(seen.map(({ recovered }) => recovered), [false]);
    record(client, "chat_message");
    await until(() => seen.length === 2);
    assert.equal(seen[1].seq, 1);
  });

  test("that were deleted while the history was read are not in it", async () => {
    const stored = vote(1);
    server.answer = (peer, frame) => {
      if (frame.type === "join") return peer.send(joined(frame, 1));
      peer.send(entry("message_deleted", 2, { messageId: stored.messageId }));
      peer.send({ type: "history", id: frame.id, roomId: "lobby", epoch: "e1", messages: [stored], more: false });
    };
    open();
    const { messages } = await (await client.join("lobby")).history();
    assert.deepEqual(messages.map(({ type, seq, data }) => [type, seq, data]), [["message_deleted", 1, undefined]]);
  });
});

describe("history", () => {
  const [plain, edited, deleted] = [2, 3, 4].map((last) => UUID.slice(0, -1) + last);
  const inRoom = { of: () => client.room("lobby"), place: { roomId: "lobby", epoch: "e1" } };
  const inTalk = { of: () => client.user("bob"), place: { roomId: undefined, recipientId: "alice", epoch: "i1" } };

  /** Answers each `history` with these rows, after these entries came. */
  function answersHistory(rows, during) {
    server.answer = (peer, frame) => {
      if (frame.type === "join") peer.send(joined(frame, 5));
      if (frame.type !== "history") return;
      during.forEach((each) => peer.send(each));
      peer.send({ type: "history", id: frame.id, roomId: frame.roomId, recipientId: frame.recipientId, epoch: frame.roomId ? "e1" : "i1", messages: rows, more: false });
    };
    server.welcome = (peer) => peer.send(authSuccess({ inbox: { epoch: "i1", seq: 5 } }));
  }

  for (const [where, { of, place }] of Object.entries({ "a room": inRoom, "a conversation": inTalk })) {
    const row = (seq, messageId, more) => entry(place.roomId ? "chat" : "chat_message", seq, { ...place, messageId, ...more });
    const rows = [
      row(1, plain, { text: "<original>", username: "Bob" }),
      row(2, edited, { edited: { seq: 7, timestamp: 4 } }),
      row(3, deleted, { attachments: [] }),
      entry("message_deleted", 4, place),
      row(5, UUID),
    ];
    const during = [
      entry("message_edited", 6, { ...place, messageId: plain, content: "early" }),
      entry("message_edited", 7, { ...place, messageId: edited }),
      entry("message_edited", 8, { ...place, messageId: plain, content: "late", mentions: ["ann"] }),
      entry("message_edited", 9, { ...place, messageId: deleted }),
      entry("message_deleted", 10, { ...place, messageId: deleted, userId: "carol", timestamp: 5 }),
      entry("message_edited", 11, { ...place, messageId: rows[3].messageId }),
    ];
    const wire = (value) => JSON.parse(JSON.stringify(value));

    test(`of ${where} has what came while it was read, and nothing older`, async () => {
      answersHistory(rows, during);
      open();
      await client.join("lobby");
      const { messages } = await of().history();
      const { text, ...withoutText } = rows[0];
      assert.deepEqual(messages, wire([
        { ...withoutText, content: "late", mentions: ["ann"], edited: { seq: 8, timestamp: during[2].timestamp } },
        rows[1],
        { ...during[4], epoch: place.epoch, seq: 3 },
        rows[3],
        rows[4],
      ]));
    });

    test(`of ${where} behind a position has the entries as they were published`, async () => {
      answersHistory(rows, during);
      open();
      await client.join("lobby");
      assert.deepEqual((await of().history({ after: 0 })).messages, wire(rows));
    });
  }

  test("has what a resume brought while it was read", async () => {
    const row = entry("chat", 1, { messageId: plain });
    answersHistory([row], []);
    const { answer } = server;
    let asked;
    server.answer = (peer, frame) => {
      if (frame.type === "history") asked = frame;
      else if (frame.since) {
        peer.send(joined(frame, 6, { missed: [entry("message_edited", 6, { messageId: plain, content: "new", roomId: undefined })] }));
        answer(peer, asked);
      } else answer(peer, frame);
    };
    open();
    const room = await client.join("lobby");
    const history = room.history();
    const peer = await server.next();
    await peer.got("history");
    peer.send(entry("chat", 7)); // leaves out one
    assert.deepEqual((await history).messages.map(({ content }) => content), ["new"]);
  });

  test("that is asked for again after a cut has nothing of the connection before, which the server may have lost", async () => {
    const row = entry("chat", 1, { messageId: plain });
    server.answer = (peer, frame, i) => {
      if (frame.type === "join" && i === 0) peer.send(joined(frame, 5));
      if (frame.type === "join" && i > 0) peer.send(joined(frame, 5, { recovered: false, epoch: "e2" }));
      if (frame.type !== "history") return;
      if (i > 0) return peer.send({ type: "history", id: frame.id, roomId: "lobby", epoch: "e2", messages: [row], more: false });
      peer.send(entry("message_edited", 6, { messageId: plain, content: "lost" }));
    };
    open();
    const room = await client.join("lobby");
    record(room, "message_edited");
    const history = room.history();
    await until(() => seen.length === 1);
    (await server.next()).cut();
    assert.deepEqual((await history).messages, [row]);
  });

  test("keeps what came of the newest thousand messages only", async () => {
    const ids = Array.from({ length: 1_001 }, (_, i) => UUID.slice(0, -4) + String(i).padStart(4, "0"));
    const rows = ids.map((messageId, i) => entry("chat", i + 1, { messageId, content: "old" }));
    const edited = [...ids.slice(0, -1), ids[0], ids.at(-1)]; // the second is the oldest then
    const during = edited.map((messageId, i) => entry("message_edited", i + 1_002, { messageId, content: "new" }));
    answersHistory(rows, during);
    const { answer } = server;
    server.answer = (peer, frame) => (frame.type === "join" ? peer.send(joined(frame, 1_001)) : answer(peer, frame));
    open();
    const room = await client.join("lobby");
    const contents = (await room.history()).messages.map(({ content }) => content);
    assert.deepEqual(contents.flatMap((content, i) => (content === "old" ? [i] : [])), [1]);
  });
});

describe("queue", () => {
  test("frames wait for the connection and the room, and are sent in their order", async () => {
    serves();
    open();
    const room = client.room("lobby");
    const all = [room.join(), room.send("1"), room.send("2"), client.user("bob").send("3")];
    await new Promise(setImmediate);
    assert.deepEqual(client.queue.map(({ type, content, state }) => [type, content, state]), [["chat", "1", "waiting"], ["chat", "2", "waiting"], ["chat_message", "3", "waiting"]]);
    await Promise.all(all);
    const sent = (await server.next()).frames.filter(({ type }) => type.startsWith("chat")).map(({ content }) => content);
    assert.deepEqual(sent.sort(), ["1", "2", "3"]);
    assert.ok(sent.indexOf("1") < sent.indexOf("2"));
    assert.deepEqual(client.queue, []);
  });

  test("unanswered frame is sent again under the same id after a cut", async () => {
    server.answer = (peer, frame, i) => {
      if (frame.type === "join") peer.send(joined(frame, 0));
      else if (i === 0) peer.cut();
      else peer.send(ack(frame, 1));
    };
    open();
    const room = await client.join("lobby");
    assert.equal((await room.send("once", { id: "mine" })).id, "mine");
    const ids = server.peers.flatMap((peer) => peer.frames).filter(({ type }) => type === "chat").map(({ id }) => id);
    assert.deepEqual(ids, ["mine", "mine"]);
  });

  test("outcome that the server does not know is asked for again under the same id", async (t) => {
    let count = 0;
    server.answer = (peer, frame) => peer.send(++count === 1 ? error(frame.id, "unavailable") : ack(frame, 1));
    await open().ready;
    record(client, "error");
    const step = stopTimers(t);
    const sent = client.user("bob").send("x");
    await until(() => seen.length === 1);
    step(1_000);
    await sent;
    const [first, second] = await (await server.next()).got("chat_message", 2);
    assert.equal(first.id, second.id);
  });

  for (const [what, targetOf] of [["room", (id) => client.room(id)], ["user", (id) => client.user(id)]]) {
    test(`message to a ${what} never overtakes one before it that has to be sent again`, async (t) => {
      const refused = new Set(["1", "3"]);
      const taken = [];
      server.answer = (peer, frame) => {
        if (refused.delete(frame.content)) return peer.send(error(frame.id, "unavailable"));
        if (frame.type !== "health-check") taken.push(frame.content);
        peer.send(ack(frame, taken.length));
      };
      await open().ready;
      record(client, "error");
      const step = stopTimers(t);
      const all = ["1", "2", "3"].map((text) => targetOf("bob").send(text));
      await targetOf("carol").send("elsewhere");
      for (let errors = 1; errors <= 2; errors++) {
        await until(() => seen.length === errors);
        all.push(targetOf("bob").edit(UUID, `edited ${errors}`));
        await client.health(); // is answered after all that could be sent
        step(1_000);
      }
      await Promise.all(all);
      assert.deepEqual(taken, ["elsewhere", "1", "2", "3", "edited 1", "edited 2"]);
    });
  }

  test("message that the server can't take is repeated less and less often, up to every five seconds", async (t) => {
    let count = 0;
    server.answer = (peer, frame) => peer.send(++count <= 5 ? error(frame.id, "unavailable") : ack(frame, 1));
    await open().ready;
    record(client, "error");
    const step = stopTimers(t);
    const sent = client.user("bob").send("hello");
    for (const [refusals, ms] of [[1, 1_000], [2, 2_000], [3, 4_000], [4, 5_000], [5, 5_000]]) {
      await until(() => seen.length === refusals);
      step(ms - 1);
      assert.equal(count, refusals);
      step(1);
    }
    await sent;
    assert.equal(count, 6);
  });

  test("messages keep their order over a cut, also where the first is refused then", async (t) => {
    const taken = [];
    let refusals = 1;
    server.answer = (peer, frame, i) => {
      if (i === 0) return taken.length === 0 && peer.cut();
      if (refusals-- > 0) return peer.send(error(frame.id, "unavailable"));
      taken.push(frame.content);
      peer.send(ack(frame, taken.length));
    };
    open();
    record(client, "error");
    const all = ["1", "2", "3"].map((text) => client.user("bob").send(text));
    await until(() => server.peers.length === 2 && client.state === "open");
    const step = stopTimers(t);
    await until(() => seen.length === 1);
    client.cancel(client.queue[1].id);
    assert.equal((await rejection(all[1])).reason, "cancelled");
    step(1_000);
    await Promise.all([all[0], all[2]]);
    assert.deepEqual(taken, ["1", "3"]);
  });

  test("frame without an answer is sent again on the same connection", async () => {
    let count = 0;
    server.answer = (peer, frame) => ++count > 1 && peer.send(ack(frame, 1));
    open();
    const sent = client.user("bob").send("x");
    await (await server.next()).got("chat_message");
    later(301);
    await sent;
    assert.equal(count, 2);
  });

  test("frame whose id the server may have forgotten is not sent again", async () => {
    open();
    const failed = rejection(client.user("bob").send("x"));
    const peer = await server.next();
    await peer.got("chat_message");
    later(10 * 60_000);
    assert.equal((await failed).reason, "outcome_unknown");
    await caughtUp(peer);
    assert.equal((await peer.got("chat_message")).length, 1);
  });

  test("queue is bounded, and what is in it can be cancelled", async () => {
    open({ maxQueue: 2, getToken: () => new Promise(() => {}) });
    const bob = client.user("bob");
    const first = rejection(bob.send("1"));
    bob.send("2").catch(() => {});
    assert.equal((await rejection(bob.send("3"))).reason, "queue_full");
    assert.equal(client.cancel(client.queue[0].id), true);
    assert.equal(client.cancel("unknown"), false);
    assert.equal((await first).reason, "cancelled");
    assert.deepEqual(client.queue.map(({ content }) => content), ["2"]);
    assert.equal((await rejection(bob.send("4", { id: client.queue[0].id }))).reason, "conflict");
  });

  test("full queue holds up neither the end of a room nor a new token", async () => {
    serves();
    const { answer } = server;
    server.answer = (peer, frame) => frame.type !== "chat_message" && answer(peer, frame);
    open({ maxQueue: 1 });
    const room = await client.join("lobby");
    client.user("bob").send("1").catch(() => {});
    await room.leave();
    const peer = await server.next();
    peer.send({ type: "token_expiring", expiresAt: 41 });
    await peer.got("token_refresh");
    assert.equal((await peer.got("leave")).length, 1);
  });
});

describe("limits", () => {
  test("frames are paced so that no window of the server is overrun", async (t) => {
    serves();
    server.welcome = (peer) => peer.send(authSuccess({ limits: { burst: 10, minute: 60, hour: 1_000, frameBytes: 65_536 } }));
    const times = [];
    class Timed extends WebSocket {
      send(text) {
        times.push(Date.now());
        super.send(text);
      }
    }
    await open({ WebSocket: Timed }).ready;
    const step = stopTimers(t);
    const all = Promise.all(Array.from({ length: 35 }, (_, i) => client.user(`bob-${i}`).send("x")));
    while (times.length < 35) {
      await new Promise(setImmediate);
      step(100);
    }
    assert.ok(ahead <= 5_000, "it waits no longer than it has to");
    await all;
    for (const at of times) {
      assert.ok(times.filter((other) => other >= at && other < at + 1_000).length <= 10, "more than 10 within a second");
    }
    assert.equal(times.length, 35);
  });

  test("rooms that are left at once stay within them", async () => {
    serves();
    server.welcome = (peer) => peer.send(authSuccess({ limits: { burst: 1_000, minute: 10, hour: 1_000, frameBytes: 65_536 } }));
    open();
    const rooms = await Promise.all(Array.from({ length: 20 }, (_, i) => client.join(`room-${i}`)));
    rooms.forEach((room) => room.leave());
    const peer = await server.next();
    await peer.got("leave", 9);
    peer.send({ type: "token_expiring", expiresAt: 41 });
    await peer.got("token_refresh"); // which waits for no window
    assert.equal((await peer.got("leave")).length, 9);
  });

  test("minute window is kept over a reconnect", async () => {
    serves();
    server.welcome = (peer) => peer.send(authSuccess({ limits: { burst: 1_000, minute: 10, hour: 1_000, frameBytes: 65_536 } }));
    open();
    for (let i = 0; i < 5; i++) await client.user("bob").send("x");
    assert.equal(client.pausedMs, 0);
    (await server.next()).cut();
    await state("open");
    for (let i = 0; i < 10; i++) client.user(`bob-${i}`).send("y").catch(() => {});
    const peer = await server.next();
    await peer.got("chat_message", 5);
    later(1_300);
    peer.send({ type: "token_expiring", expiresAt: 41 });
    await peer.got("token_refresh"); // which waits for no window
    assert.equal((await peer.got("chat_message")).length, 5);
    assert.ok(client.pausedMs > 30_000, "the minute is not over");
    assert.equal(client.queue.filter(({ state: how }) => how === "waiting").length, 5);
  });

  test("probe of a connection that may be dead waits for room in a small window, and goes before what waits", async () => {
    server.welcome = (peer) => peer.send(authSuccess({ heartbeatMs: 86_400_000, limits: { burst: 1_000, minute: 10, hour: 1_000, frameBytes: 65_536 } }));
    const sent = [];
    class Recorded extends WebSocket {
      send(text) {
        sent.push(JSON.parse(text).type);
        super.send(text);
      }
    }
    let acks = 0;
    server.answer = (peer, frame) => ++acks <= 10 && peer.send(ack(frame, acks));
    const online = opensWithNetwork({ WebSocket: Recorded });
    await client.ready;
    for (let i = 0; i < 15; i++) client.user(`bob-${i}`).send("x").catch(() => {});
    await until(() => client.queue.length === 5);
    online();
    for (let i = 0; i < 5; i++) later(11_000); // each is too short for a sleep of the machine
    assert.equal(sent.length, 10, "the window is full");
    later(11_000);
    assert.deepEqual(sent.slice(10, 12), ["ping", "chat_message"]);
    const waiting = state("waiting");
    later(301);
    assert.equal((await waiting).reason, "the server is silent");
  });

  test("probe of a connection that may be dead does not wait for the answers to what fills a small window", async () => {
    server.welcome = (peer) => peer.send(authSuccess({ heartbeatMs: 86_400_000, limits: { burst: 1_000, minute: 10, hour: 1_000, frameBytes: 65_536 } }));
    server.answer = () => {};
    await open().ready;
    for (let i = 0; i < 15; i++) client.user(`bob-${i}`).send("x").catch(() => {});
    const peer = await server.next();
    await peer.got("chat_message", 10);
    for (let i = 0; i < 7; i++) later(11_000); // each is too short for a sleep of the machine
    await peer.got("ping");
    assert.equal(peer.frames.length, 11, "what can be repeated waits");
    const waiting = state("waiting");
    later(301);
    assert.equal((await waiting).reason, "the server is silent");
    await server.next();
  });

  test("probes use up nothing of the user's hour", async () => {
    serves();
    server.welcome = (peer) => peer.send(authSuccess({ limits: { burst: 10, minute: 60, hour: 3, frameBytes: 65_536 } }));
    await open().ready;
    record(client, "pong");
    for (let asked = 1; asked <= 5; asked++) {
      later(31_000);
      await until(() => seen.length === asked);
    }
    assert.equal(client.pausedMs, 0);
  });

  test("limited frame is sent again when the block is over, and others wait with it", async (t) => {
    const came = [];
    server.answer = (peer, frame) => {
      came.push(frame.content ?? frame.type);
      if (frame.type === "token_refresh") return;
      peer.send(came.length === 1 ? { type: "rate_limited", id: frame.id, scope: "user", window: "burst", retryAfter: 60_000, remaining: 0 } : ack(frame, 1));
    };
    await open().ready;
    record(client, "rate_limited", "token_expiring");
    const step = stopTimers(t);
    const first = client.user("bob").send("1");
    await until(() => seen.length === 1);
    const second = client.user("carol").send("2");
    step(30_000);
    const peer = await server.next();
    peer.send({ type: "token_expiring", expiresAt: 41 });
    await until(() => seen.length === 2);
    step(0); // a new token waits for no block
    await peer.got("token_refresh");
    step(30_000);
    await Promise.all([first, second]);
    assert.deepEqual(came, ["1", "token_refresh", "1", "2"]);
  });

  test("limit of an action whose frame has no id holds up frames without one", async () => {
    serves();
    await open().ready;
    record(client, "rate_limited");
    const peer = await server.next();
    client.user("bob").typing();
    await peer.got("typing_indicator");
    peer.send({ type: "rate_limited", scope: "action", window: "minute", retryAfter: 5_000, remaining: 0 });
    await until(() => seen.length === 1);
    client.user("carol").typing();
    await client.ping();
    assert.equal((await peer.got("typing_indicator")).length, 1);
    later(5_000);
    client.user("carol").typing();
    await peer.got("typing_indicator", 2);
  });

  test("limit of an action holds up that action only", async (t) => {
    const order = [];
    server.answer = (peer, frame) => {
      order.push(frame.type);
      if (frame.type === "history" && order.length === 1) peer.send({ type: "rate_limited", id: frame.id, scope: "action", window: "minute", retryAfter: 60_000, remaining: 0 });
      else peer.send(frame.type === "history" ? { type: "history", id: frame.id, recipientId: "bob", epoch: "e", messages: [], more: false } : ack(frame, 1));
    };
    await open().ready;
    record(client, "rate_limited");
    const step = stopTimers(t);
    const history = client.user("bob").history();
    await until(() => seen.length === 1);
    step(30_000);
    await client.user("bob").send("x");
    step(30_000);
    await history;
    assert.deepEqual(order, ["history", "chat_message", "history"]);
  });
});

describe("limits of actions", () => {
  const MINUTE = 60_000;
  const LIMITS = { burst: 10, minute: 60, hour: 1_000, frameBytes: 65_536, actions: { history: 20, join: 200, typing_indicator: 30 } };

  /** Both clocks stand still but for `step`, and nothing of this machine's pace is in them. */
  function standStill(t) {
    const [wall, tick] = [now(), ticks()];
    mock.method(Date, "now", () => wall + ahead);
    mock.method(performance, "now", () => tick + ahead);
    t.mock.timers.enable({ apis: ["setTimeout"] });
    return async (ms = 50) => {
      ahead += ms;
      t.mock.timers.tick(ms);
      if (Math.floor(ahead / 1_000) > Math.floor((ahead - ms) / 1_000)) mock.timers.tick(1_000);
      await new Promise(setImmediate);
    };
  }

  function randomOf(seed) {
    let state = seed;
    return (below) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
  }

  /**
   * A server behind a network that is slow by chance. It counts frames where they arrive, blocks for a minute as a real one does, and
   * tells of each excess. What is on its way when a connection is cut arrives before the next connection is open.
   */
  class Slow {
    excesses = [];
    sockets = [];
    arrivals = 0;
    heldUntil = 0; // nothing arrives before
    losesAnswers = false;
    #counted = new Map();
    #blockedUntil = new Map();
    #random;
    #most;

    constructor(random, most) {
      this.#random = random;
      this.#most = most;
      const slow = this;
      this.WebSocket = class {
        #sendsAt = 0;
        #answersAt = 0;
        constructor() {
          slow.sockets.push(this);
          this.#later(slow.delay() + most, () => this.onmessage({ data: JSON.stringify(authSuccess({ limits: LIMITS })) }));
        }
        #later(at, act) {
          this.#answersAt = Math.max(this.#answersAt, at);
          setTimeout(() => this.isCut || act(), this.#answersAt - ahead);
        }
        send(text) {
          const frame = JSON.parse(text);
          this.#sendsAt = Math.max(this.#sendsAt, slow.delay(), slow.heldUntil);
          setTimeout(() => {
            slow.arrivals++;
            const answers = slow.answersTo(frame);
            if (slow.losesAnswers) return;
            this.#later(slow.delay(), () => answers.forEach((answer) => this.onmessage({ data: JSON.stringify(answer) })));
          }, this.#sendsAt - ahead);
        }
        cut() {
          this.isCut = true;
          this.onclose({ code: 1006, reason: "" });
        }
        close() {
          this.isCut = true;
        }
      };
    }

    /** When what is sent now arrives. */
    delay() {
      return ahead + this.#random(this.#most);
    }

    #exceeds(window, length, limit, weight) {
      const all = (this.#counted.get(window) ?? []).filter((at) => at > ahead - length);
      this.#counted.set(window, all);
      return all.length + weight > limit;
    }

    use(window, weight) {
      this.#counted.set(window, [...(this.#counted.get(window) ?? []), ...Array(weight).fill(ahead)]);
    }

    answersTo(frame) {
      const { type, id, roomId } = frame;
      const weight = frame.rooms?.length ?? 1;
      const windows = [["connection", MINUTE, LIMITS.minute, 1]];
      if (type !== "ping" && type !== "leave") windows.push(["burst", 1_000, LIMITS.burst, 1], ["minute", MINUTE, LIMITS.minute, 1]);
      if (type in LIMITS.actions) windows.push([type, MINUTE, LIMITS.actions[type], weight]);
      for (const [window, length, limit, units] of windows) {
        const isBlocked = this.#blockedUntil.get(window) > ahead;
        if (!isBlocked && !this.#exceeds(window, length, limit, units)) continue;
        if (!isBlocked) this.#blockedUntil.set(window, ahead + MINUTE);
        this.excesses.push({ window, at: ahead, isBlocked });
        const scope = window === type ? "action" : "user";
        return [{ type: "rate_limited", id, scope, window: scope === "action" ? "minute" : window, retryAfter: this.#blockedUntil.get(window) - ahead, remaining: 0 }];
      }
      windows.forEach(([window, , , units]) => this.use(window, units));
      if (type === "join") return (frame.rooms ?? [frame]).map((room) => joined({ ...room, id }, 1));
      if (type === "history") return [{ type, id, roomId, recipientId: frame.recipientId, epoch: "e1", messages: [], more: false }];
      if (type === "chat_message") return [ack(frame, 1)];
      return type === "ping" ? [{ type: "pong", id, timestamp: 1 }] : [];
    }
  }

  const seed = Number(process.env.SEED ?? now() % 1_000_000);
  for (const most of [10, 300, 4_000]) {
    test(`are never exceeded, whatever is asked, by frames that take up to ${most} ms (SEED=${seed})`, { timeout: 120_000 }, async (t) => {
      const random = randomOf(seed);
      const slow = new Slow(random, most);
      const step = standStill(t);
      open({ WebSocket: slow.WebSocket, answerMs: 10_000, tail: 20 });
      let answered = 0;
      let asked = 0;
      const ask = (promise) => {
        asked++;
        promise.then(() => answered++, (failure) => assert.fail(`SEED=${seed}: ${failure.reason ?? failure}`));
      };
      for (let rooms = 0; ahead < 5 * MINUTE; ) {
        await step();
        if (random(1_200) === 0 && client.state === "open") slow.sockets.at(-1).cut();
        if (random(400) === 0) for (let i = random(60); i > 0; i--) ask(client.room(`room-${rooms++}`).join());
        if (random(200) === 0) for (let i = random(12); i > 0; i--) ask(client.user(`user-${random(9)}`).history());
        if (random(100) === 0) for (let i = random(6); i > 0; i--) ask(client.user(`user-${random(9)}`).send("x"));
        if (random(20) === 0) client.user(`user-${random(9)}`).typing();
      }
      while (answered < asked && ahead < 40 * MINUTE) await step();
      assert.deepEqual(slow.excesses, [], `SEED=${seed}`);
      assert.deepEqual([answered, client.paced], [asked, []], `SEED=${seed}`);
      assert.ok(asked > 20, "it asks for something");
    });
  }

  for (const [what, later] of [
    ["all", () => client.user(`user-${ahead}`).send("x").catch(() => {})],
    ["only frames without an answer behind the first", () => client.user(`user-${ahead}`).typing()],
  ]) {
    test(`are not exceeded by what a link holds back for longer than frames without an answer count, ${what}`, async (t) => {
      const slow = new Slow(randomOf(8), 10);
      const step = standStill(t);
      open({ WebSocket: slow.WebSocket, answerMs: 60_000 });
      while (client.state !== "open") await step();
      slow.heldUntil = ahead + 14_000;
      client.user("bob").send("x");
      for (const end = ahead + MINUTE; ahead < end; ) {
        await step();
        if (ahead % 300 === 0) later();
      }
      assert.deepEqual(slow.excesses, []);
      assert.ok(slow.arrivals > 20, "it goes on behind that");
    });
  }

  test("hold up nothing for ever where an answer is lost, though other frames come all the time", async (t) => {
    const slow = new Slow(randomOf(9), 10);
    const step = standStill(t);
    open({ WebSocket: slow.WebSocket, answerMs: 3 * MINUTE });
    while (client.state !== "open") await step();
    slow.losesAnswers = true;
    for (let i = 0; i < 10; i++) client.user(`user-${i}`).send("x").catch(() => {});
    while (slow.arrivals < 10) await step();
    slow.losesAnswers = false;
    let answered = 0;
    client.user("bob").send("x").then(() => answered++);
    const since = ahead;
    for (; answered < 1 && ahead < since + MINUTE; await step()) slow.sockets[0].onmessage({ data: JSON.stringify({ type: "novelty" }) });
    assert.equal(answered, 1);
    assert.ok(ahead - since > 25_000 && ahead - since < 35_000, `it waits for the answer to a question: ${ahead - since} ms`);
  });

  test("count a frame without an answer as one that has arrived after ten seconds, if none is awaited", async (t) => {
    const slow = new Slow(randomOf(10), 10);
    const step = standStill(t);
    open({ WebSocket: slow.WebSocket });
    while (client.state !== "open") await step();
    for (let i = 0; i < 10; i++) client.user(`user-${i}`).typing();
    await step(10_000);
    assert.ok(client.pausedMs > 1_000);
    await step(1_100);
    assert.equal(client.pausedMs, 0);
  });

  test("silence while they are used up is asked about within them", async (t) => {
    const slow = new Slow(randomOf(7), 10);
    const step = standStill(t);
    open({ WebSocket: slow.WebSocket, answerMs: 10_000 });
    record(client, "pong");
    let answered = 0;
    for (let i = 0; i < 300; i++) client.user(`user-${i}`).send("x").then(() => answered++);
    while (answered < 300 && ahead < 20 * MINUTE) await step();
    assert.deepEqual([answered, slow.excesses], [300, []]);
    assert.equal(seen.length, 5, "one of the server's silence in each of the minutes");
  });

  test("what another page of the user has used is waited for and shown, and repeated without an error", async (t) => {
    const slow = new Slow(randomOf(5), 10);
    const step = standStill(t);
    slow.use("history", 15);
    open({ WebSocket: slow.WebSocket });
    record(client, "paced", "rate_limited");
    let answered = 0;
    for (let i = 0; i < 30; i++) client.user(`user-${i}`).history().then(() => answered++);
    while (slow.excesses.length === 0) await step();
    for (let i = 0; i < 10; i++) await step();
    const [{ type, count, inMs }] = client.paced;
    assert.deepEqual([type, count, inMs > 55_000 && inMs <= 66_000], ["history", 25, true]);
    assert.deepEqual(await Promise.race([client.user("bob").send("not held up"), (async () => { for (let i = 0; i < 100; i++) await step(); })()]).then((answer) => answer?.type), "ack");
    while (answered < 30 && ahead < 20 * MINUTE) await step();
    assert.equal(answered, 30);
    assert.equal(slow.excesses.filter(({ isBlocked }) => !isBlocked).length, 1, "a block is followed by no other");
    assert.deepEqual(seen.filter(({ paced }) => paced).map(({ paced }) => paced.map((each) => each.type)).at(-1), []);
  });

  test("page that begins leaves half of the rooms to the one before it", async (t) => {
    const slow = new Slow(randomOf(6), 10);
    const step = standStill(t);
    const pages = () => Array.from({ length: 100 }, (_, i) => client.room(`room-${i}`).join());
    let all;
    for (let page = 0; page < 2; page++) {
      client?.close();
      open({ WebSocket: slow.WebSocket, tail: 50 });
      let done = false;
      Promise.all(pages()).then(() => (done = true));
      while (!done) await step();
      assert.ok(ahead < 5_000, "neither page waits");
    }
    slow.sockets.at(-1).cut(); // such as by the restart of the server: the third time within a minute
    let back = 0;
    client.on("joined", () => back++);
    while (back < 100 && ahead < 5 * MINUTE) await step();
    assert.deepEqual([back, slow.excesses, all], [100, [], undefined]);
  });

  test("server that tells none has none", async () => {
    serves();
    open();
    await Promise.all(Array.from({ length: 250 }, (_, i) => client.join(`room-${i}`)));
    assert.deepEqual(client.paced, []);
    assert.deepEqual((await server.next()).frames.map(({ rooms }) => rooms.length), [100, 100, 50]);
  });
});

describe("another user", () => {
  test("client whose token is suddenly of another user ends, and neither sends what waits nor takes what is theirs", async () => {
    const theirs = entry("chat_message", 1, { epoch: "i1", recipientId: "mallory" });
    server.welcome = (peer, i) => {
      peer.send(authSuccess({ userId: i === 0 ? "alice" : "mallory" }));
      if (i > 0) peer.send(theirs);
    };
    await open().ready;
    record(client, "chat_message", "auth_success");
    const ended = state("ended");
    (await server.next()).cut();
    await state("waiting");
    const room = rejection(client.join("lobby"));
    const waiting = rejection(client.user("bob").send("of alice"));
    const peer = await server.next();
    const gone = once(peer, "gone");
    assert.deepEqual(await ended, { state: "ended", code: 0, reason: "the token is of another user" });
    assert.deepEqual([(await waiting).reason, (await room).reason], ["ended", "ended"]);
    await gone;
    assert.deepEqual([peer.frames, seen, client.session.userId], [[], [], "alice"]);
  });
});

describe("listener that closes or leaves", () => {
  test("gets nothing after that, though the rest of a resume is here already", async () => {
    for (const [end, position] of [[() => client.close(), { epoch: "e1", seq: 2 }], [() => client.room("lobby").leave(), undefined]]) {
      server.answer = (peer, frame) => frame.type === "join" && peer.send(joined(frame, 3, { missed: [entry("chat", 2), entry("chat", 3)] }));
      open();
      const room = client.room("lobby");
      record(room, "chat", "resume", "joined");
      room.on("chat", end);
      await rejection(room.join({ since: { epoch: "e1", seq: 1 } }));
      assert.deepEqual(seen.splice(0).map(({ type, seq }) => [type, seq]), [["chat", 2]]);
      assert.deepEqual(room.position, position);
      client.close();
    }
  });

  test("leaves no timer behind where it closes the client that waits for its reconnect", async () => {
    open({ backoff: { firstMs: 60_000, lastMs: 60_000 } });
    client.on("state", (event) => event.state === "waiting" && client.close());
    const ended = new Promise((resolve) => client.on("state", (event) => event.state === "ended" && resolve()));
    await client.ready;
    const before = timers();
    (await server.next()).cut();
    await ended;
    assert.ok(timers() <= before, "a reconnect is still due");
  });

  test("gets no answer to the join where it leaves the room that is resumed", async () => {
    serves(3);
    open();
    const room = await client.join("lobby");
    record(room, "resume", "joined");
    room.on("resume", () => room.leave());
    (await server.next()).cut();
    const peer = await server.next();
    await peer.got("leave");
    assert.deepEqual(seen.map(({ type }) => type), ["resume"]);
  });

  test("gets no resume where it closes the client that opens again", async () => {
    server.welcome = (peer) => (peer.send(authSuccess({ inbox: { epoch: "i1", seq: 1 } })), peer.send(entry("chat_message", 1, { epoch: "i1" })));
    open();
    record(client, "chat_message", "resume");
    await until(() => seen.length === 1);
    client.on("auth_success", () => client.close());
    (await server.next()).cut();
    await state("ended");
    await new Promise(setImmediate);
    assert.deepEqual(seen.map(({ type }) => type), ["chat_message"]);
  });

  test("gets no session where it closes the client that opens", async () => {
    open();
    client.on("state", (event) => event.state === "open" && client.close());
    record(client, "auth_success");
    assert.equal((await rejection(client.ready)).reason, "ended");
    assert.deepEqual(seen, []);
  });
});

describe("inbox", () => {
  const head = (seq, epoch = "i1") => ({ inbox: { epoch, seq } });
  const direct = (seq, more = {}) => entry("chat_message", seq, { epoch: "i1", ...more });

  test("direct messages reach the client and the partner's listeners, and are acknowledged together", async () => {
    server.welcome = (peer) => {
      peer.send(authSuccess(head(2)));
      peer.send(direct(1));
      peer.send(direct(2, { userId: "alice", recipientId: "carol" }));
    };
    open();
    record(client, "chat_message");
    const ofCarol = [];
    client.user("carol").on("chat_message", (frame) => ofCarol.push(frame.seq));
    await until(() => seen.length === 2);
    later(0);
    const acks = await (await server.next()).got("ack");
    assert.deepEqual([acks.length, acks[0].inboxSeq], [1, 2]);
    assert.deepEqual([seen.map(({ seq }) => seq), ofCarol], [[1, 2], [2]]);
  });

  test("direct messages wait for the first listener, and are acknowledged only then", async () => {
    server.welcome = (peer, i) => {
      peer.send(authSuccess(head(4)));
      (i === 0 ? [1, 2, 3] : [1, 2, 3, 4]).forEach((seq) => peer.send(direct(seq)));
    };
    serves();
    open();
    const first = await server.next();
    await client.ping(); // the answer comes after the messages
    later(10_000);
    await client.ping();
    assert.deepEqual((await first.got("ping", 2)).length, first.frames.length, "none is safe");

    record(client, "chat_message");
    await until(() => seen.length === 3);
    first.cut(); // all come again
    await until(() => seen.length === 4);
    assert.deepEqual(seen.map(({ seq }) => seq), [1, 2, 3, 4]);
    later(10_000);
    assert.equal((await (await server.next()).got("ack"))[0].inboxSeq, 4);
  });

  test("message of a user to whom nothing listens holds up no acknowledgement, and waits for a later listener", async () => {
    server.welcome = (peer) => {
      peer.send(authSuccess(head(3)));
      [1, 2, 3].forEach((seq) => peer.send(direct(seq, seq === 2 ? {} : { userId: "carol" })));
    };
    serves();
    open();
    record(client.user("carol"), "chat_message");
    await client.ping();
    later(0);
    assert.equal((await (await server.next()).got("ack"))[0].inboxSeq, 3);
    record(client, "chat_message");
    await until(() => seen.length === 3);
    assert.deepEqual(seen.map(({ seq }) => seq), [1, 3, 2]);
  });

  test("user's own messages need no listener", async () => {
    server.welcome = (peer) => {
      peer.send(authSuccess(head(2)));
      [1, 2].forEach((seq) => peer.send(direct(seq, { userId: "alice", recipientId: "carol" })));
    };
    serves();
    open();
    await client.ping();
    later(0);
    assert.equal((await (await server.next()).got("ack"))[0].inboxSeq, 2);
  });

  test("what happened to a message that waits follows it, once", async () => {
    server.welcome = (peer) => {
      peer.send(authSuccess(head(0)));
      const { messageId } = direct(1);
      const about = { messageId, epoch: "i1", roomId: undefined, recipientId: "alice" };
      [direct(1, { messageId }), entry("message_edited", 2, about), direct(3), entry("message_deleted", 4, about)].forEach((each) => peer.send(each));
    };
    serves();
    open();
    record(client, "message_edited", "message_deleted");
    await client.ping();
    assert.deepEqual(seen, []);
    record(client, "chat_message");
    await until(() => seen.length === 4);
    await client.ping();
    assert.deepEqual(seen.map(({ seq }) => seq), [1, 2, 3, 4]);
  });

  test("only the newest thousand messages wait, and the loss of others is told before anything is acknowledged", async () => {
    serves();
    open();
    record(client, "resume");
    const peer = await server.next();
    for (let seq = 1; seq <= 1_002; seq++) peer.send(direct(seq));
    await client.ping();
    assert.deepEqual(seen.map(({ inbox, recovered, seq }) => [inbox, recovered, seq]), [[true, false, 1_001]]);
    later(10_000);
    await caughtUp(peer);
    assert.deepEqual(peer.frames.map(({ type }) => type), ["ping", "health-check"]);
    record(client, "chat_message");
    await until(() => seen.length === 1_001);
    assert.equal(seen[1].seq, 3);
    later(10_000);
    assert.equal((await peer.got("ack"))[0].inboxSeq, 1_002);
  });

  test("acknowledgement that was lost is repeated", async () => {
    server.welcome = (peer) => {
      peer.send(authSuccess(head(1)));
      peer.send(direct(1));
    };
    open();
    record(client, "chat_message");
    await until(() => seen.length === 1);
    later(0);
    const peer = await server.next();
    await peer.got("ack");
    peer.cut();
    const again = await server.next();
    await caughtUp(again);
    later(10_000);
    assert.equal((await again.got("ack"))[0].inboxSeq, 1);
    assert.equal(seen.length, 1);
  });

  test("application can acknowledge by itself", async () => {
    server.welcome = (peer) => {
      peer.send(authSuccess(head(1)));
      peer.send(direct(1));
    };
    open({ ackInbox: false });
    record(client, "chat_message");
    await until(() => seen.length === 1);
    later(10_000);
    client.ackInbox(1);
    const peer = await server.next();
    const gone = once(peer, "gone");
    client.close();
    await gone;
    assert.deepEqual(peer.frames.map(({ inboxSeq }) => inboxSeq), [1]);
  });

  test("what the application acknowledges without a connection is sent with the next", async () => {
    open({ ackInbox: false });
    const peer = await server.next();
    await client.ready;
    peer.cut();
    await state("waiting");
    assert.throws(() => client.ackInbox(-1), PortcullisError);
    client.ackInbox(1);
    const again = await server.next();
    await caughtUp(again);
    later(1_000);
    assert.equal((await again.got("ack"))[0].inboxSeq, 1);
  });

  test("waiting messages that come again after a cut are shown once", async () => {
    server.welcome = (peer, i) => {
      peer.send(authSuccess(head(i === 0 ? 2 : 3)));
      [direct(1), direct(2), direct(3)].slice(0, i === 0 ? 2 : 3).forEach((each) => peer.send(each));
    };
    open();
    record(client, "chat_message", "resume");
    await until(() => seen.length === 2);
    (await server.next()).cut();
    await until(() => seen.length === 4);
    assert.deepEqual(seen.map(({ seq }) => seq), [1, 2, 3, 3]);
    assert.deepEqual(seen[3], { type: "resume", inbox: true, recovered: true, epoch: "i1", seq: 3 });
    assert.equal(server.peers.length, 2);
  });

  test("messages that another session acknowledged are asked for by an auth frame", async () => {
    server.welcome = (peer, i) => {
      if (i === 2) return;
      peer.send(authSuccess(head(i === 0 ? 1 : 5)));
      peer.send(direct(i === 0 ? 1 : 5));
    };
    server.answer = (peer, frame) => {
      if (frame.type !== "auth") return;
      assert.deepEqual(frame.resume, { inbox: { epoch: "i1", seq: 1 } });
      peer.send(authSuccess(head(5)));
      [2, 3, 4, 5].forEach((seq) => peer.send(direct(seq)));
    };
    open();
    record(client, "chat_message", "resume");
    await until(() => seen.length === 1);
    (await server.next()).cut();
    await until(() => seen.length === 6);
    assert.deepEqual(seen.map(({ seq }) => seq), [1, 2, 3, 4, 5, 5]);
    assert.equal(seen[5].recovered, true);
    assert.deepEqual(server.peers[2].protocols, ["portcullis.v1"]);
    assert.equal(server.peers.length, 3);
  });

  test("messages that are no longer kept are told as not recovered", async () => {
    server.welcome = (peer, i) => i !== 2 && (peer.send(authSuccess(head(i === 0 ? 1 : 9))), peer.send(direct(i === 0 ? 1 : 9)));
    server.answer = (peer, frame) => frame.type === "auth" && (peer.send(authSuccess(head(9))), peer.send(direct(9)));
    open();
    record(client, "chat_message", "resume");
    await until(() => seen.length === 1);
    (await server.next()).cut();
    await until(() => seen.length === 3);
    assert.deepEqual(seen.map(({ seq, recovered }) => [seq, recovered]), [[1, undefined], [9, false], [9, undefined]]);
    assert.equal(server.peers.length, 3);
  });

  test("gap is told in its place, in the greeting too, and is acknowledged", async () => {
    const gap = (seq, count) => ({ epoch: "i1", seq, count });
    server.welcome = (peer, i) => {
      peer.send(authSuccess({ inbox: { epoch: "i1", seq: i === 0 ? 4 : 9, ...(i > 0 && { gap: gap(6, 6) }) } }));
      if (i === 0) [direct(1), { type: "gap", ...gap(3, 2) }, direct(4)].forEach((each) => peer.send(each));
      else [direct(7), { type: "gap", ...gap(9, 2) }].forEach((each) => peer.send(each));
    };
    open();
    record(client, "chat_message", "gap", "resume");
    await until(() => seen.length === 3);
    (await server.next()).cut();
    await until(() => seen.length === 7);
    assert.deepEqual(seen.map(({ type, seq, count }) => [type, seq, count]), [
      ["chat_message", 1, undefined],
      ["gap", 3, 2],
      ["chat_message", 4, undefined],
      ["gap", 6, 2],
      ["chat_message", 7, undefined],
      ["gap", 9, 2],
      ["resume", 9, undefined],
    ]);
    assert.equal(seen[6].recovered, true);
    later(10_000);
    assert.equal((await (await server.next()).got("ack")).at(-1).inboxSeq, 9);
    assert.equal(server.peers.length, 2);
  });

  test("messages that do not follow by themselves are asked for too", async () => {
    server.welcome = (peer, i) => {
      if (i === 0) peer.send(authSuccess(head(1))), peer.send(direct(1));
      if (i === 1) peer.send(authSuccess(head(2)));
    };
    server.answer = (peer, frame) => frame.type === "auth" && (peer.send(authSuccess(head(2))), peer.send(direct(2)));
    open();
    record(client, "chat_message");
    await until(() => seen.length === 1);
    (await server.next()).cut();
    await caughtUp(await server.next());
    later(4_000);
    await until(() => seen.length === 2);
  });

  test("messages that another session acknowledged before this one had any are asked for too", async () => {
    server.welcome = (peer, i) => i !== 2 && (peer.send(authSuccess(head(i === 0 ? 4 : 6))), i === 1 && peer.send(direct(7)));
    server.answer = (peer, frame) => {
      if (frame.type !== "auth") return;
      assert.deepEqual(frame.resume, { inbox: { epoch: "i1", seq: 4 } });
      peer.send(authSuccess(head(7)));
      [5, 6, 7].forEach((seq) => peer.send(direct(seq)));
    };
    await open().ready;
    record(client, "chat_message");
    (await server.next()).cut();
    await until(() => seen.length === 3);
    assert.deepEqual(seen.map(({ seq }) => seq), [5, 6, 7]);
  });

  test("messages of which nothing is known are told as not recovered, and taken where they come late", async () => {
    server.welcome = (peer, i) => peer.send(authSuccess(head(i === 0 ? 4 : 6)));
    await open().ready;
    record(client, "chat_message", "resume");
    (await server.next()).cut();
    const peer = await server.next();
    await caughtUp(peer);
    later(4_000);
    assert.deepEqual(seen, [{ type: "resume", inbox: true, recovered: false, epoch: "i1", seq: 6 }]);
    [4, 5, 6].forEach((seq) => peer.send(direct(seq)));
    await until(() => seen.length === 4);
    assert.deepEqual(seen.slice(1).map(({ seq }) => seq), [4, 5, 6]);
  });

  test("auth frame with an expired token is followed by a new token", async () => {
    server.welcome = (peer, i) => {
      if (i === 2) return peer.send({ type: "auth_failure", reason: "expired_token" }), peer.close(4003);
      peer.send(authSuccess(head(i === 0 ? 1 : 5)));
      (i === 3 ? [2, 3, 4, 5] : [i === 0 ? 1 : 5]).forEach((seq) => peer.send(direct(seq)));
    };
    open();
    record(client, "chat_message");
    await until(() => seen.length === 1);
    (await server.next()).cut();
    await until(() => seen.length === 5);
    assert.deepEqual(server.peers[3].protocols, ["portcullis.v1", "bearer.token-4"]);
  });

  test("server that takes no auth frame is left with the token in the handshake", async () => {
    server.welcome = (peer, i) => {
      if (i === 2) return peer.send({ type: "auth_failure", reason: "invalid_token" }), peer.close(1008);
      peer.send(authSuccess(head(i === 0 ? 1 : 5)));
      peer.send(direct(i === 0 ? 1 : 5));
    };
    open();
    record(client, "chat_message", "resume");
    await until(() => seen.length === 1);
    (await server.next()).cut();
    await until(() => seen.length === 3);
    assert.equal(seen[1].recovered, false);
    assert.equal(server.peers.length, 4);
    assert.equal(client.state, "open");
  });
});

test("every call is declared in portcullis.d.ts", async () => {
  const { readFileSync } = await import("node:fs");
  const types = readFileSync(process.env.SDK.replace(/\.js$/, ".d.ts"), "utf8");
  open();
  for (const object of [client, client.room("lobby"), client.user("bob")]) {
    for (let each = Object.getPrototypeOf(object); each !== Object.prototype; each = Object.getPrototypeOf(each)) {
      for (const name of Object.getOwnPropertyNames(each).filter((name) => name !== "constructor")) {
        assert.match(types, new RegExp(`\\b${name}[(:<?]`), name);
      }
    }
  }
});

describe("work", () => {
  const challenge = "AAAAAGkmUIASAQIDBAUGBwgJCgvvAgMEBQYHCAkKCwz";
  const hashOf = (proof) => createHash("sha256").update(proof).digest();

  for (const bits of [0, 1, 7, 8, 12, 16]) {
    test(`finds a number whose hash begins with ${bits} zero bits`, async () => {
      const proof = await work(`"${challenge}";bits=${bits}`);
      assert.match(proof, new RegExp(`^${challenge}:[0-9]+$`));
      assert.ok(Math.clz32(hashOf(proof).readInt32BE()) >= bits, proof);
    });
  }

  test("leaves the page its turns", async () => {
    let turns = 0;
    const turn = () => setTimer(() => turns++ < 1_000 && turn());
    turn();
    await work(`"${challenge}";bits=17`); // 323,615 hashes
    assert.ok(turns >= 2 && turns < 1_000, `${turns}`);
  });

  for (const header of [null, "", "18", `"${challenge}"`, `"short";bits=8`, `"${challenge}";bits=33`, `"${challenge}";bits=8;x=1`]) {
    test(`rejects ${header}`, () => assert.rejects(work(header), { reason: "validation_failed" }));
  }
});

describe("validate", () => {
  test("agrees with the published schema of each frame", async () => {
    const { readFileSync, readdirSync, existsSync } = await import("node:fs");
    const { samples, accepts } = await import("./schemas.mjs");
    const folder = process.env.SCHEMAS;
    let compared = 0;
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
      const type = file.slice(0, -5);
      if (validate({ type }).some(({ path, rule }) => path === "/type" && rule === "enum")) continue;
      const schema = JSON.parse(readFileSync(`${folder}/${file}`));
      for (const sample of samples(schema, type)) {
        compared++;
        assert.equal(validate(sample).length === 0, accepts(schema, sample), `${JSON.stringify(sample).slice(0, 300)} ${JSON.stringify(validate(sample))}`);
      }
    }
    assert.ok(compared > 1_000, `${compared} frames`);
    assert.ok(existsSync(`${folder}/chat.json`));
  });

  test("knows the type of no frame of the server", () => {
    for (const type of ["auth_success", "joined", "__proto__", "constructor", undefined, 5]) assert.notDeepEqual(validate({ type }), []);
    assert.notDeepEqual(validate(null), []);
    assert.notDeepEqual(validate([]), []);
    assert.notDeepEqual(validate({ type: ["ping"] }), []);
    assert.deepEqual(validate({ type: "ping", "": 1 }), [{ path: "/", rule: "additionalProperties" }]);
  });
});
