package dev.portcullis.forked;

import io.vertx.core.json.JsonObject;

/** A message whose position a client knows from an ack or a delivery. */
record ObservedMessage(String roomId, long seq, String epoch, String messageId, String content) {
    static ObservedMessage ofAck(JsonObject ack, String content) {
        return new ObservedMessage(
                ack.getString("roomId"),
                ack.getLong("seq"),
                ack.getString("epoch"),
                ack.getString("messageId"),
                content);
    }

    static ObservedMessage ofChat(JsonObject chat) {
        return ofAck(chat, chat.getString("content"));
    }

    /** Without its epoch, which changes with every start. */
    ObservedMessage inAnyEpoch() {
        return new ObservedMessage(roomId, seq, "", messageId, content);
    }
}
