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
    RESUME("resume", true),
    INBOX("inbox", true),
    EPOCH("epoch"),
    SEQ("seq"),
    ROOM_ID("roomId"),
    SINCE("since", true),
    PRESENCE("presence"),
    ROOMS("rooms", true),
    CONTENT("content"),
    REPLY_TO("replyTo"),
    ATTACHMENTS("attachments", true),
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
    private final boolean structured;
    private final String pointer;

    FieldName(String word) {
        this(word, false);
    }

    FieldName(String word, boolean structured) {
        this.text = word;
        this.structured = structured;
        this.pointer = "/" + word;
    }

    /** Whether an object or a list is expected under it; under any other name one is read over. */
    boolean isStructured() {
        return structured;
    }

    /** The JSON Pointer from the object that holds it. */
    String pointer() {
        return pointer;
    }

    static @Nullable FieldName of(String word) {
        return BY_WORD.get(word);
    }
}
