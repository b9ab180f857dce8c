package dev.portcullis.protocol.codec;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Every field name that may appear in a client's frame, at any depth. */
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
    TAIL("tail"),
    ROOMS("rooms"),
    CONTENT("content"),
    REPLY_TO("replyTo"),
    ATTACHMENTS("attachments"),
    EXPIRES_IN_MS("expiresInMs"),
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
    MIME("mime"),
    EVENT("event"),
    DATA("data"),
    QUERY("query"),
    CURSOR("cursor");

    /** Names that no field has: they change the prototype of an object in a JavaScript client (CWE-1321). */
    static final Set<String> PROTOTYPE_KEYS = Set.of("__proto__", "prototype", "constructor");

    private static final Map<String, FieldName> BY_TEXT = new HashMap<>();

    static {
        for (FieldName name : values()) {
            BY_TEXT.put(name.text, name);
        }
    }

    private final String text;

    FieldName(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    static @Nullable FieldName of(String text) {
        return BY_TEXT.get(text);
    }
}
