// A room as React state, and its transient events. React 18 or newer; main.jsx shows where the client comes from.
import { useEffect, useReducer, useRef } from "react";

export function useRoom(client, roomId) {
  const [{ messages, connection, failure }, dispatch] = useReducer(next, { messages: new Map(), connection: client.state });

  useEffect(() => {
    let mounted = true;
    const tell = (change) => mounted && dispatch(change);
    const room = client.room(roomId);
    const failed = ({ reason }) => tell({ failure: reason });

    tell({ messages: new Map(), failure: undefined });
    const ends = [
      ...["chat", "event", "message_edited", "message_deleted"].map((type) => room.on(type, (entry) => tell({ entries: [entry] }))),
      room.on("joined", ({ messages }) => messages && tell({ messages: new Map(), entries: messages })), // else it goes on where it was
      client.on("state", ({ state }) => tell({ connection: state })),
    ];
    room.join({ tail: 50 }).catch(failed); // with the newest messages: no history to ask for
    return () => {
      mounted = false;
      ends.forEach((end) => end());
      room.leave().catch(() => {});
    };
  }, [client, roomId]);

  const entries = [...messages.values()].sort((one, other) => one.seq - other.seq);
  return {
    connection,
    failure,
    messages: entries.filter(({ type }) => type === "chat"),
    events: entries.filter(({ type }) => type === "event"), // the application's own that are stored
    send: (text) => client.room(roomId).send(text), // resolves when the message is stored
    emit: (event, data, options) => client.room(roomId).emit(event, data, options),
  };
}

/** Calls the listener with each event of this name, such as a cursor's move, which is not stored. */
export function useRoomEvent(client, roomId, event, listener) {
  const newest = useRef(listener);
  useEffect(() => void (newest.current = listener));
  useEffect(() => client.room(roomId).on(event, (frame) => newest.current(frame)), [client, roomId, event]);
}

function next(state, { entries, ...change }) {
  if (!entries) return { ...state, ...change };
  const messages = new Map(change.messages ?? state.messages);
  for (const entry of entries) {
    const known = messages.get(entry.messageId);
    const isNew = entry.type === "chat" || (entry.type === "event" && entry.messageId);
    if (isNew && (!known || entry.edited)) messages.set(entry.messageId, entry);
    if (entry.type === "message_edited" && known) messages.set(entry.messageId, { ...known, content: entry.content, text: entry.text });
    if (entry.type === "message_deleted") messages.delete(entry.messageId);
  }
  return { ...state, messages };
}
