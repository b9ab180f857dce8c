// A chat in the terminal with the stock client of Socket.IO, Node 20 or newer:
//
//     npm install socket.io-client
//     TOKEN=… node chat.mjs http://localhost:8080
import { createInterface } from "node:readline";
import { io } from "socket.io-client";

const socket = io(process.argv[2], { auth: { token: process.env.TOKEN } });

socket.on("connect", () => console.log("connected"));
socket.on("connect_error", ({ message }) => console.log(`not connected: ${message}`));
socket.on("receive-message", ({ username, message }) => console.log(`${username}: ${message}`));
socket.on("error", ({ message }) => console.log(`refused: ${message}`));

createInterface({ input: process.stdin }).on("line", (line) => socket.emit("send-message", { message: line }));
