package dev.portcullis.forked;

import io.vertx.core.json.JsonObject;

/** A message whose place somebody was told, by an ack or by hearing it. */
record Told(String roomId, long seq, String epoch, String messageId, String content) {
    static Told acked(JsonObject ack, String content) {
        return new Told(
                ack.getString("roomId"),
                ack.getLong("seq"),
                ack.getString("epoch"),
                ack.getString("messageId"),
                content);
    }

    static Told heard(JsonObject chat) {
        return acked(chat, chat.getString("content"));
    }

    /** Epochs change with every start; the rest never does. */
    Told inAnyEpoch() {
        return new Told(roomId, seq, "", messageId, content);
    }
}
