// The application. portcullis.js is /sdk/portcullis.js of a node, copied into the project.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Chat } from "./Chat.jsx";
import { connect } from "./portcullis.js";

// One client for the whole application, outside of the components: rooms share its connection.
const client = connect({
  url: "ws://localhost:8080/ws",
  getToken: async () => (await (await fetch("/chat-token", { method: "POST" })).json()).token,
});

createRoot(document.getElementById("root")).render(
  <StrictMode>
    <Chat client={client} roomId="lobby" />
  </StrictMode>,
);
