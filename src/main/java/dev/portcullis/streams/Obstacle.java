package dev.portcullis.streams;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Why a room does not let an append to its stream happen. */
public enum Obstacle {
    /** The sender is muted by now. */
    MUTED,
    /** The sender was a member when the append was permitted, and is none any more, or the room was deleted. */
    GONE,
    /** The sender has another role by now: to be decided again. */
    OTHER_ROLE,
    /** The user who leaves is no member. */
    ABSENT,
    /** The user who is to be removed has another role by now: to be decided again. */
    CHANGED,
    /** The room would have no owner. */
    LAST_OWNER;

    private final String id = name().toLowerCase(Locale.ROOT);

    /** As the scripts answer, and as refusals name it. */
    public String id() {
        return id;
    }

    public static Optional<Obstacle> of(String text) {
        return Stream.of(values()).filter(each -> each.id.equals(text)).findFirst();
    }
}
