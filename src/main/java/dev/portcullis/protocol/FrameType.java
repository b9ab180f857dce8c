package dev.portcullis.protocol;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The types of the frames that a client may send. */
public enum FrameType implements ClientAction {
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
    SEARCH,
    PRESENCE,
    REMOVE_USER,
    SYSTEM_BROADCAST,
    ACK,
    FILE_UPLOAD,
    PING,
    HEALTH_CHECK("health-check"),
    EVENT;

    private static final Map<String, FrameType> BY_ID = new HashMap<>();

    static {
        for (FrameType type : values()) {
            BY_ID.put(type.id, type);
        }
    }

    private final String id;

    FrameType() {
        this.id = name().toLowerCase(Locale.ROOT);
    }

    FrameType(String id) {
        this.id = id;
    }

    @Override
    public String id() {
        return id;
    }

    public static Optional<FrameType> of(String id) {
        return Optional.ofNullable(BY_ID.get(id));
    }
}
