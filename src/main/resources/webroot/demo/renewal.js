/**
 * Hands a new access token to the connection that is open. The client library offers one only when the last one is about to end,
 * and a user who has just confirmed their address should not wait for that.
 */
const OPEN = 1;
const REPEAT_MS = 5_000;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function parsed(data) {
  try {
    return JSON.parse(data);
  } catch {
    return {}; // the client library ends the connection
  }
}

export class Renewal {
  /** For the option of this name of the client library: what it opens is known here. */
  WebSocket;
  #socket;
  #offering;

  constructor(Socket = globalThis.WebSocket) {
    const opened = (socket) => (this.#socket = socket);
    this.WebSocket = class extends Socket {
      constructor(url, protocols) {
        super(url, protocols);
        opened(this);
      }
    };
  }

  /** Resolves once the server has taken the token, or refused it, or the connection has ended: the next one begins with the newest token. */
  offer(token) {
    this.#offering ??= this.#repeat(this.#socket, token).finally(() => (this.#offering = undefined));
    return this.#offering;
  }

  async #repeat(socket, token) {
    while (socket?.readyState === OPEN) {
      const { type, reason, retryAfter = REPEAT_MS } = await this.#ask(socket, token);
      if (type !== "rate_limited" && reason !== "unavailable") return;
      await pause(retryAfter);
    }
  }

  #ask(socket, token) {
    const id = crypto.randomUUID();
    return new Promise((resolve) => {
      const settle = (answer) => {
        socket.removeEventListener("message", heard);
        socket.removeEventListener("close", ended);
        resolve(answer);
      };
      const heard = ({ data }) => {
        const frame = parsed(data);
        if (frame.id === id) settle(frame);
      };
      const ended = () => settle({});
      socket.addEventListener("message", heard);
      socket.addEventListener("close", ended);
      socket.send(JSON.stringify({ type: "token_refresh", id, token }));
    });
  }
}
