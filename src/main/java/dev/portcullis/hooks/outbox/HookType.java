package dev.portcullis.hooks.outbox;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The types of events that the application can be told. */
public enum HookType {
    SESSION_OPENED,
    SESSION_CLOSED,
    ROOM_JOINED,
    ROOM_LEFT,
    MESSAGE_PUBLISHED,
    MESSAGE_EDITED,
    MESSAGE_DELETED,
    /** An event that the application defines was stored. */
    EVENT_PUBLISHED;

    private final String id = name().toLowerCase(Locale.ROOT).replace('_', '.');

    /** The name on the wire, such as {@code session.opened}. */
    public String id() {
        return id;
    }

    static Optional<HookType> of(String id) {
        return Stream.of(values()).filter(type -> type.id.equals(id)).findFirst();
    }
}
