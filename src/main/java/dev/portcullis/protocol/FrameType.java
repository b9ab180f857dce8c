package dev.portcullis.protocol;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a client can say. */
public enum FrameType {
    AUTH,
    TOKEN_REFRESH,
    JOIN,
    LEAVE,
    CHAT,
    CHAT_MESSAGE,
    EDIT_MESSAGE,
    DELETE_MESSAGE,
    TYPING_INDICATOR,
    READ,
    HISTORY,
    PRESENCE,
    REMOVE_USER,
    SYSTEM_BROADCAST,
    ACK,
    FILE_UPLOAD,
    PING,
    HEALTH_CHECK("health-check");

    private static final Map<String, FrameType> BY_WORD = new HashMap<>();

    static {
        for (FrameType type : values()) {
            BY_WORD.put(type.id, type);
        }
    }

    private final String id;

    FrameType() {
        this.id = name().toLowerCase(Locale.ROOT);
    }

    FrameType(String word) {
        this.id = word;
    }

    /** As it stands on the wire. */
    public String id() {
        return id;
    }

    public static Optional<FrameType> of(String word) {
        return Optional.ofNullable(BY_WORD.get(word));
    }
}
