// A chat as applications write it for Socket.IO. Of this server it knows the URL, its login, and that a message is acknowledged.
import assert from "node:assert/strict";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { io } from "socket.io-client";

const { URL_OF_SERVER } = process.env;
const PASSWORD = "Correct-Horse-9";
const WAYS = [["polling"], ["websocket"], ["polling", "websocket"]];

async function post(path, body) {
  const answer = await fetch(URL_OF_SERVER + path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (answer.status === 503) {
    await delay(1000 * (answer.headers.get("retry-after") ?? 1)); // it is busy
    return post(path, body);
  }
  return answer;
}

async function login(name) {
  const email = `${name}@example.com`;
  const registered = await post("/api/auth/register", { username: name, email, password: PASSWORD });
  assert.ok([201, 409].includes(registered.status), `register: ${registered.status}`); // 409: an answer was lost before
  const answer = await post("/api/auth/login", { email, password: PASSWORD });
  assert.equal(answer.status, 200, "login");
  return (await answer.json()).accessToken;
}

class Chat {
  #messages = [];
  #wanted = new Map();

  constructor(name, token, transports) {
    this.name = name;
    this.socket = io(URL_OF_SERVER, { auth: { token }, transports, forceNew: true });
    this.socket.on("receive-message", ({ username, message }) => {
      this.#messages.push(`${username}: ${message}`);
      this.#wanted.get(`${username}: ${message}`)?.();
    });
    this.socket.on("error", ({ reason, message }) => console.log(`${name}: ${reason}, ${message}`));
    this.socket.on("connect_error", ({ message }) => console.log(`${name}: ${message}`));
  }

  get transport() {
    return this.socket.io.engine.transport.name;
  }

  async say(message) {
    const answer = await this.socket.timeout(60_000).emitWithAck("send-message", { message });
    assert.equal(answer.type, "ack", JSON.stringify(answer));
  }

  read(line) {
    return new Promise((done) => (this.#messages.includes(line) ? done() : this.#wanted.set(line, done)));
  }

  count(line) {
    return this.#messages.filter((each) => each === line).length;
  }
}

async function talk(ann, ben, text) {
  await Promise.all([ann.say(`${text} from ann`), ben.say(`${text} from ben`)]);
  const lines = [`${ann.name}: ${text} from ann`, `${ben.name}: ${text} from ben`];
  await Promise.all([ann, ben].flatMap((each) => lines.map((line) => each.read(line))));
  for (const each of [ann, ben]) {
    assert.deepEqual(lines.map((line) => each.count(line)), [1, 1]);
  }
}

// Looks again and again: a connection may end before its upgrade, and the next one begins without.
async function connected(chat) {
  while (!chat.socket.connected || chat.transport !== chat.socket.io.opts.transports.at(-1)) await delay(20);
}

const pairs = [];
for (const transports of WAYS) {
  const names = ["ann", "ben"].map((name) => `${name}_${transports.join("_")}`);
  pairs.push(await Promise.all(names.map(async (name) => new Chat(name, await login(name), transports))));
}
const chats = pairs.flat();
await Promise.all(chats.map(connected));
await Promise.all(pairs.map(([ann, ben]) => talk(ann, ben, "hello")));

const left = chats.map((chat) => once(chat.socket, "disconnect"));
console.log("restart the server");
for (const [reason] of await Promise.all(left)) assert.match(reason, /^transport/);
await Promise.all(chats.map(connected));
await Promise.all(pairs.map(([ann, ben]) => talk(ann, ben, "again")));

assert.deepEqual(chats.map((chat) => chat.transport), WAYS.flatMap((way) => [way.at(-1), way.at(-1)]));
chats.forEach((chat) => chat.socket.disconnect());
console.log("all said");
