// A chat server of the package ws as its manual shows it: each text goes to all.
import {createRequire} from "node:module";
const {WebSocketServer} = createRequire(process.env.PACKAGES + "/")("ws");

const server = new WebSocketServer({host: "127.0.0.1", port: 0}, () => console.log("port " + server.address().port));
server.on("connection", (socket) => {
    socket.on("error", () => {});
    socket.on("message", (data) => server.clients.forEach((each) => each.send(String(data))));
});
