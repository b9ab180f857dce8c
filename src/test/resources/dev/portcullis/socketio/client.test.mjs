// The stock client of Socket.IO in Node.js, against a running server.
import { test } from "node:test";
import assert from "node:assert/strict";
import { once } from "node:events";
import { createRequire } from "node:module";

const { PACKAGES, URL_OF_SERVER, TOKENS } = process.env;
const { io } = createRequire(`${PACKAGES}/`)("socket.io-client");
const tokens = JSON.parse(TOKENS); // by user

function client(user, options = {}) {
  return io(URL_OF_SERVER + (options.namespace ?? ""), {
    forceNew: true,
    auth: { token: tokens[user] },
    reconnectionDelay: 50,
    reconnectionDelayMax: 200,
    ...options,
  });
}

const next = async (socket, event) => (await once(socket, event))[0];

for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
  test(`chat over ${transports.join(" and ")}`, async () => {
    const ann = client("ann", { transports });
    const bob = client("bob", { transports });
    try {
      await Promise.all([next(ann, "joined"), next(bob, "joined")]);
      const received = next(bob, "receive-message");
      const frame = next(bob, "chat");
      ann.emit("send-message", { message: "hello ünïcode" });
      const message = await received;
      assert.equal(message.userId, "ann");
      assert.equal(message.message, "hello ünïcode");
      assert.equal(message.roomId, "lobby");
      assert.ok(!Number.isNaN(Date.parse(message.timestamp)));
      assert.equal((await frame).messageId, message.messageId);

      const ack = await bob.timeout(20_000).emitWithAck("chat", { roomId: "lobby", content: "back" });
      assert.equal(ack.type, "ack");
      assert.ok(ack.seq > message.seq);
      const history = await bob.timeout(20_000).emitWithAck("history", { roomId: "lobby", limit: 2 });
      assert.equal(history.messages.at(-1).messageId, ack.messageId);
      const error = await bob.timeout(20_000).emitWithAck("chat", { roomId: "nowhere", content: "x" });
      assert.equal(error.reason, "not_member");
      const typing = await bob.timeout(20_000).emitWithAck("typing_indicator", { roomId: "lobby", isTyping: true });
      assert.deepEqual(typing, {});
    } finally {
      ann.disconnect();
      bob.disconnect();
    }
  });
}

test("upgrade from polling to websocket loses nothing", async () => {
  const ann = client("ann", { transports: ["polling", "websocket"] });
  const names = [];
  ann.io.once("open", () => {
    names.push(ann.io.engine.transport.name);
    ann.io.engine.once("upgrade", (transport) => names.push(transport.name));
  });
  try {
    await next(ann, "connect");
    for (let n = 0; n < 30 || names.length < 2; n++) {
      assert.equal((await ann.timeout(20_000).emitWithAck("ping", { id: `n${n}` })).id, `n${n}`);
    }
    assert.deepEqual(names, ["polling", "websocket"]);
  } finally {
    ann.disconnect();
  }
});

test("reconnect after the transport is cut", async () => {
  for (const transports of [["polling"], ["websocket"]]) {
    const ann = client("ann", { transports });
    try {
      await next(ann, "connect");
      const again = next(ann, "connect");
      const reason = next(ann, "disconnect");
      ann.io.engine.transport.onError("cut", new Error("by the test"));
      assert.match(await reason, /transport/);
      await again;
      assert.equal((await ann.timeout(20_000).emitWithAck("ping", {})).type, "pong");
    } finally {
      ann.disconnect();
    }
  }
});

test("a client that disconnects may connect again", async () => {
  const ann = client("ann", { transports: ["websocket"] });
  try {
    await next(ann, "connect");
    ann.disconnect();
    ann.connect();
    await next(ann, "connect");
    assert.equal((await ann.timeout(20_000).emitWithAck("ping", {})).type, "pong");
  } finally {
    ann.disconnect();
  }
});

test("refusals are connect errors with their messages", async () => {
  for (const [options, message] of [
    [{ auth: {} }, "NO_TOKEN"],
    [{ auth: { token: "a.b.c" } }, "AUTH_FAILED"],
    [{ auth: { token: tokens.expired } }, "TOKEN_EXPIRED"],
    [{ namespace: "/admin" }, "Invalid namespace"],
  ]) {
    for (const transports of [["polling"], ["websocket"]]) {
      const refused = client("ann", { ...options, transports });
      try {
        assert.equal((await next(refused, "connect_error")).message, message);
        assert.equal(refused.active, false);
      } finally {
        refused.disconnect();
      }
    }
  }
});

test("binary data is refused", async () => {
  const ann = client("ann", { transports: ["websocket"], reconnection: false });
  try {
    await next(ann, "connect");
    const reason = next(ann, "disconnect");
    ann.emit("send-message", { message: new Uint8Array([1, 2, 3]) });
    assert.match(await reason, /transport|server/);
  } finally {
    ann.disconnect();
  }
});
