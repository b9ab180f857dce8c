package dev.portcullis.protocol.codec;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every name that may stand in a client's frame, at whatever depth. */
enum FieldName {
    TYPE("type"),
    ID("id"),
    CSRF_TOKEN("csrfToken"),
    TIMESTAMP("timestamp"),
    TOKEN("token"),
    RESUME("resume"),
    INBOX("inbox"),
    EPOCH("epoch"),
    SEQ("seq"),
    ROOM_ID("roomId"),
    SINCE("since"),
    PRESENCE("presence"),
    ROOMS("rooms"),
    CONTENT("content"),
    REPLY_TO("replyTo"),
    ATTACHMENTS("attachments"),
    URL("url"),
    NAME("name"),
    RECIPIENT_ID("recipientId"),
    MESSAGE_ID("messageId"),
    IS_TYPING("isTyping"),
    BEFORE("before"),
    AFTER("after"),
    LIMIT("limit"),
    USER_ID("userId"),
    REASON("reason"),
    INBOX_SEQ("inboxSeq"),
    SIZE("size"),
    MIME("mime");

    private static final Map<String, FieldName> BY_WORD = new HashMap<>();

    static {
        for (FieldName name : values()) {
            BY_WORD.put(name.text, name);
        }
    }

    private final String text;

    FieldName(String word) {
        this.text = word;
    }

    String text() {
        return text;
    }

    static @Nullable FieldName of(String word) {
        return BY_WORD.get(word);
    }
}
