package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.LowerCaseId;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.RoomRole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.OwnRetention;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A room that a user created. The rooms of the configuration, and rooms that only tokens name, have no such record.
 *
 * @param name the name for display; cleaned, and never empty
 * @param topic the subject of the room, for display; cleaned, and never empty
 * @param createdAt the time of the creation, by the clock of the node that asked for it
 * @param retention what the owner has set of the room's retention; empty if nothing
 */
public record Room(
        RoomId id,
        String name,
        Optional<String> topic,
        Visibility visibility,
        UserId creator,
        long createdAt,
        Optional<OwnRetention> retention) {
    /** The most code points of a name, before it is made safe. */
    public static final int LONGEST_NAME = 100;

    /** The most code points of a topic, before it is made safe. */
    public static final int LONGEST_TOPIC = 250;

    private static final int LONGEST_ESCAPE = 6;

    public Room {
        if (!isWithin(name, LONGEST_NAME)
                || topic.filter(text -> !isWithin(text, LONGEST_TOPIC)).isPresent()) {
            throw new IllegalArgumentException("not the name or topic of a room");
        }
    }

    public Room(RoomId id, String name, Visibility visibility, UserId creator, long createdAt) {
        this(id, name, Optional.empty(), visibility, creator, createdAt, Optional.empty());
    }

    public Room with(String otherName, Optional<String> otherTopic) {
        return new Room(id, otherName, otherTopic, visibility, creator, createdAt, retention);
    }

    /** @param own what the owner has set; {@link OwnRetention#NONE} to follow the configuration */
    public Room keeping(OwnRetention own) {
        return new Room(
                id,
                name,
                topic,
                visibility,
                creator,
                createdAt,
                Optional.of(own).filter(set -> !set.isNone()));
    }

    public Membership founder() {
        return Membership.taken(RoomRole.OWNER, createdAt);
    }

    private static boolean isWithin(String text, int codePoints) {
        return !text.isEmpty() && text.codePointCount(0, text.length()) <= LONGEST_ESCAPE * codePoints;
    }

    /** Whether the other room is this one, created by a repeated call: only the times may differ. */
    public boolean isRepeatedBy(Room other) {
        return equals(new Room(other.id(), other.name(), other.visibility(), other.creator(), createdAt));
    }

    /** Tells which users may enter without a grant. */
    public enum Visibility implements LowerCaseId {
        PUBLIC,
        /** No user may enter; the room is not shown to users who may not enter. */
        PRIVATE;

        public static Optional<Visibility> of(String text) {
            return Stream.of(values()).filter(each -> each.id().equals(text)).findFirst();
        }
    }
}
