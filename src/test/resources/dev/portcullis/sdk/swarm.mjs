/**
 * Many clients in one process, which talk in their rooms until standard input says `end`. Each line `drain` begins a new count.
 * SWARM names the address, the rooms and the users with their tokens. The last line of the output is the report.
 */
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const { connect } = await import(process.env.SDK);
const { url, rooms, tokens } = JSON.parse(readFileSync(process.env.SWARM));
const SEND_MS = 4_000;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const drains = [];
const problems = [];
const codes = {};
let ending = false;

function member([user, token], index) {
  const roomId = rooms[index % rooms.length];
  const client = connect({ url, getToken: () => token });
  const self = { user, roomId, client, got: [], acks: [], resumes: 0 };
  let drained;
  client.on("server_draining", ({ reconnectInMs }) => (drained = { slotMs: reconnectInMs, at: performance.now() }));
  client.on("state", ({ state, code, retryInMs }) => {
    const now = performance.now();
    if (state === "waiting") codes[code] = (codes[code] ?? 0) + 1;
    if (state === "ended" && !ending) problems.push(`${user} ended with ${code}`);
    if (!drained) return;
    if (state === "waiting") drained.jitterMs ??= retryInMs - Math.max(0, drained.slotMs - (now - drained.at));
    if (state === "connecting") drained.triedMs ??= now - drained.at;
    if (state !== "open") return;
    drains.at(-1).push({ ...drained, openMs: now - drained.at });
    drained = undefined;
  });
  client.on("resume", ({ recovered }) => {
    self.resumes++;
    if (!recovered) problems.push(`${user} lost its place`);
  });
  return self;
}

async function talk(self, index) {
  await wait((index * SEND_MS) / tokens.length);
  for (let i = 0; !ending; i++) {
    const content = `${self.user} ${i}`;
    self.acks.push(self.client.room(self.roomId).send(content).then(({ seq }) => ({ seq, content })));
    await wait(SEND_MS);
  }
}

const members = tokens.map(member);
await Promise.all(members.map(async (self) => {
  const room = self.client.room(self.roomId);
  room.on("chat", ({ seq, content }) => self.got.push({ seq, content }));
  await room.join();
}));
console.log("ready");
const talking = members.map(talk);
for await (const line of createInterface({ input: process.stdin })) {
  if (line === "drain") drains.push([]);
  if (line === "end") break;
}
ending = true;
await Promise.all(talking);

const acked = new Map(rooms.map((room) => [room, []]));
for (const { roomId, acks } of members) acked.get(roomId).push(...(await Promise.all(acks)));
for (const entries of acked.values()) entries.sort((a, b) => a.seq - b.seq);
const of = (entries) => entries.map(({ seq, content }) => `${seq} ${content}`).join("\n");
for (const self of members) {
  const wanted = acked.get(self.roomId);
  const end = Date.now() + 120_000;
  while (self.got.length < wanted.length && Date.now() < end) await wait(20);
  await self.client.ping(); // what comes twice came before its answer
  if (of(self.got) !== of(wanted)) problems.push(`${self.user} was shown ${self.got.length} messages instead of ${wanted.length}, or others`);
}
const count = (sum) => members.reduce((all, each) => all + sum(each), 0);
console.log(JSON.stringify({
  acknowledged: count(({ acks }) => acks.length),
  shown: count(({ got }) => got.length),
  resumes: count(({ resumes }) => resumes),
  codes,
  drains,
  problems,
}));
members.forEach(({ client }) => client.close());
