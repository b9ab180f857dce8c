// A chat room as a React component.
import { useState } from "react";
import { useRoom } from "./useRoom.js";

export function Chat({ client, roomId }) {
  const { messages, connection, failure, send } = useRoom(client, roomId);
  const [draft, setDraft] = useState("");
  const [problem, setProblem] = useState("");

  async function submit(event) {
    event.preventDefault();
    setDraft("");
    setProblem("");
    try {
      await send(draft);
    } catch ({ reason }) {
      setDraft(draft);
      setProblem(`Not sent: ${reason}`);
    }
  }

  return (
    <section aria-label={`Room ${roomId}`}>
      <p role="status">{failure ?? connection}</p>
      <ol aria-live="polite">
        {messages.map(({ messageId, userId, text, content }) => (
          <li key={messageId}>
            <b>{userId}</b> {text ?? content}
          </li>
        ))}
      </ol>
      <form onSubmit={submit}>
        <input aria-label="Message" maxLength={1000} value={draft} onChange={(event) => setDraft(event.target.value)} />
        <button disabled={draft.trim() === ""}>Send</button>
      </form>
      {problem && <p role="alert">{problem}</p>}
    </section>
  );
}
