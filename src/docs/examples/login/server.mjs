// A backend with a login of its own: it serves the chat page to its users, and gives them tokens. Node 18 or newer, no packages.
//   JWT_SECRET=… node server.mjs        then open http://localhost:3000, and log in as ann or ben with the password "demo"
import { createHmac, randomBytes, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const { JWT_SECRET = "", PORT = "3000", PAGE = "page" } = process.env; // PAGE: a folder of the examples
if (Buffer.byteLength(JWT_SECRET) < 32) throw new Error("JWT_SECRET must have at least 32 bytes");

// Both stand for what your application has already.
const users = new Map([["ann", { id: "ann", name: "Ann", password: "demo" }], ["ben", { id: "ben", name: "Ben", password: "demo" }]]);
const logins = new Map(); // users by the cookie of their login

const read = (name) => readFileSync(new URL(name, import.meta.url));
const pages = { chat: read(`../${PAGE}/index.html`), login: read("login.html").toString() };
const refused = pages.login.replace("<!-- refused -->", "User or password is wrong.");
const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

function chatToken({ id, name }) {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: "https://chat.example.com", aud: "portcullis", sub: id, username: name, role: "member", jti: randomUUID(), iat: now, exp: now + 300 };
  const text = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${text}.${createHmac("sha256", JWT_SECRET).update(text).digest("base64url")}`;
}

async function logIn(request, response) {
  let body = "";
  for await (const part of request) if ((body += part).length > 1000) return response.writeHead(413).end();
  const form = new URLSearchParams(body);
  const user = users.get(form.get("user"));
  if (user === undefined || user.password !== form.get("password")) return page(response, 401, refused);
  const login = randomBytes(24).toString("base64url");
  logins.set(login, user);
  response.writeHead(303, { Location: "/", "Set-Cookie": `login=${login}; Path=/; HttpOnly; SameSite=Strict` }).end(); // and Secure, with https
}

const page = (response, status, html) => response.writeHead(status, { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" }).end(html);
const json = (response, status, value) => response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" }).end(JSON.stringify(value));

const server = createServer((request, response) => {
  const user = logins.get(/(?:^|; )login=([^;]*)/.exec(request.headers.cookie ?? "")?.[1]);
  const asked = `${request.method} ${request.url}`;
  if (asked === "GET /") page(response, 200, user ? pages.chat : pages.login);
  else if (asked === "POST /login") logIn(request, response);
  else if (asked === "POST /chat-token") json(response, user ? 200 : 401, user ? { token: chatToken(user) } : {});
  else json(response, 404, {});
});
server.listen(Number(PORT), "127.0.0.1", () => console.log(`http://localhost:${server.address().port}`));
