package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A room that a user created. The rooms of the configuration, and those of which only tokens speak, have no such record.
 *
 * @param name for display; cleaned, and never empty
 * @param topic what it is about, for display; cleaned, and never empty
 * @param createdAt by the clock of the node that asked for it
 */
public record Room(
        RoomId id, String name, Optional<String> topic, Visibility visibility, UserId creator, long createdAt) {
    /** Code points of a name, before it is made safe. */
    public static final int LONGEST_NAME = 100;

    /** Code points of a topic, before it is made safe. */
    public static final int LONGEST_TOPIC = 250;

    private static final int LONGEST_ESCAPE = 6;

    public Room {
        if (!isWithin(name, LONGEST_NAME)
                || topic.filter(text -> !isWithin(text, LONGEST_TOPIC)).isPresent()) {
            throw new IllegalArgumentException("not the name or topic of a room");
        }
    }

    /** One without a topic. */
    public Room(RoomId id, String name, Visibility visibility, UserId creator, long createdAt) {
        this(id, name, Optional.empty(), visibility, creator, createdAt);
    }

    /** The same room under this name, with this topic. */
    public Room with(String otherName, Optional<String> otherTopic) {
        return new Room(id, otherName, otherTopic, visibility, creator, createdAt);
    }

    /** The membership of who creates it. */
    public Membership founder() {
        return Membership.taken(RoomRole.OWNER, createdAt);
    }

    private static boolean isWithin(String text, int codePoints) {
        return !text.isEmpty() && text.codePointCount(0, text.length()) <= LONGEST_ESCAPE * codePoints;
    }

    /** Whether it is the other one, but for the time at which it was asked for. */
    public boolean isRepeatedBy(Room other) {
        return equals(new Room(other.id(), other.name(), other.visibility(), other.creator(), createdAt));
    }

    /** Who may enter without a grant. */
    public enum Visibility {
        /** Any user with a session. */
        PUBLIC,
        /** No user; it is not shown to those who may not enter. */
        PRIVATE;

        private final String id = name().toLowerCase(Locale.ROOT);

        /** As written in the API and in the store. */
        public String id() {
            return id;
        }

        public static Optional<Visibility> of(String text) {
            return Stream.of(values()).filter(each -> each.id.equals(text)).findFirst();
        }
    }
}
