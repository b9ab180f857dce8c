#!/usr/bin/env node
// Stands in for websocat: websocat --text --protocol PROTOCOL URL. Each line in is a message, each message a line out.
const { createInterface } = require("node:readline");
const WebSocket = require("ws");

const [text, option, protocol, url] = process.argv.slice(2);
if (text !== "--text" || option !== "--protocol") throw new Error("only --text --protocol PROTOCOL URL is known");
const socket = new WebSocket(url, [protocol]);
socket.on("open", () => {
  const lines = createInterface({ input: process.stdin });
  lines.on("line", (line) => socket.send(line));
  lines.on("close", () => socket.close());
});
socket.on("message", (message) => process.stdout.write(`${message}\n`));
socket.on("close", () => process.exit(0));
