// A chat server of Socket.IO as its manual shows it: each text goes to all.
import {createServer} from "node:http";
import {createRequire} from "node:module";
const {Server} = createRequire(process.env.PACKAGES + "/")("socket.io");

const http = createServer((request, response) => response.writeHead(404).end());
const chat = new Server(http, {cors: {origin: process.env.ORIGINS === "*" ? "*" : ["https://chat.example.com"]}});
chat.on("connection", (socket) => socket.on("chat message", (text) => chat.emit("chat message", text)));
http.listen(0, "127.0.0.1", () => console.log("port " + http.address().port));
