// Answers what a node asks your application: who may enter a room, who may write to whom, what may be published. Node 18 or newer, no packages.
//   HOOK_SECRET=… node server.mjs
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const { HOOK_SECRET = "", PORT = "3001" } = process.env;
if (Buffer.byteLength(HOOK_SECRET) < 32) throw new Error("HOOK_SECRET must have at least 32 bytes");

// Your rules. These stand for what your application knows.
const teams = { red: ["ann", "ben"] };
const friends = { ann: ["ben"], ben: ["ann"] };
const decide = {
  "/room": ({ userId, roomId }) => (teams[roomId]?.includes(userId) ? { action: "allow" } : { action: "refuse" }),
  "/direct": ({ userId, recipientId }) => (friends[userId]?.includes(recipientId) ? { action: "allow" } : { action: "refuse" }),
  "/content": ({ content }) =>
    content.includes("buy now") ? { action: "refuse", reason: "advert" }
    : content.includes("darn") ? { action: "replace", content: content.replaceAll("darn", "****") }
    : { action: "allow" },
};

async function answer(request, response) {
  const parts = [];
  let bytes = 0;
  for await (const part of request) if ((bytes += part.length) > 1 << 20) return response.writeHead(413).end(); else parts.push(part);
  const body = Buffer.concat(parts);
  const { "portcullis-timestamp": time = "", "portcullis-signature": signature = "", "portcullis-request": number = "" } = request.headers;
  const expected = Buffer.from("v1=" + createHmac("sha256", HOOK_SECRET).update(`${time}.`).update(body).digest("hex"));
  const genuine = signature.length === expected.length && timingSafeEqual(Buffer.from(signature, "latin1"), expected);
  if (!genuine || !(Math.abs(Date.now() / 1000 - time) < 300)) return response.writeHead(401).end();
  const rule = decide[request.url];
  if (rule === undefined) return response.writeHead(404).end();
  response.writeHead(200, { "Content-Type": "application/json", "Portcullis-Request": number }).end(JSON.stringify(rule(JSON.parse(body))));
}

const server = createServer((request, response) => answer(request, response).catch(() => response.destroy()));
server.listen(Number(PORT), "127.0.0.1", () => console.log(`http://localhost:${server.address().port}`));
