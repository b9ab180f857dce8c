/** Presence, typing, read marks and mutes: what is told once and not kept. */
export function followSignals(client, chat) {
  client.on("presence_change", (frame) => {
    const conversation = chat.find("room", frame.roomId);
    if (!conversation) return;
    if (conversation.members.change(frame)) chat.askPresence(conversation);
    for (const { userId, online } of frame.changes) if (!online) conversation.typing(userId, false, () => {});
    chat.emit("people", conversation);
    chat.emit("signals", conversation);
  });

  client.on("typing_indicator", ({ roomId, userId, isTyping }) => {
    const conversation = roomId === undefined ? chat.find("user", userId) : chat.find("room", roomId);
    conversation?.typing(userId, isTyping, () => chat.emit("signals", conversation));
  });

  client.on("read", ({ roomId, userId, seq }) => {
    const conversation = chat.find("room", roomId);
    if (!conversation || (conversation.marks.get(userId) ?? -1) >= seq) return;
    conversation.marks.set(userId, seq);
    if (userId === chat.me) chat.readElsewhere(conversation, seq);
    else chat.emit("timeline", conversation);
  });

  client.on("error", ({ id, roomId, reason, details = [] }) => {
    const conversation = chat.find("room", roomId);
    if (!conversation) return;
    conversation.muted ||= details.some(({ rule }) => rule === "muted");
    // Typing and read marks have no id. What is refused once would be refused again, and each refusal counts as an offence.
    conversation.quiet ||= id === undefined && ["forbidden", "not_member"].includes(reason);
  });
}
