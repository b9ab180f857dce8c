package dev.portcullis.rooms;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.rooms.directory.RoomFacts;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The facts about users who wrote to a room, as they were read last. They may be old, so they serve only for permits whose rows
 * are compared when the permit is used. Bounded; the least recently used go first. It is used on one event loop only.
 */
final class RecentFacts {
    /** The most that an instance keeps; some 10 MB. */
    static final int MAX = 10_000;

    private final int max;
    private final Map<Writer, RoomFacts> facts = new LinkedHashMap<>(16, 0.75f, true);

    RecentFacts(int max) {
        this.max = max;
    }

    private record Writer(RoomId room, UserId user) {}

    Optional<RoomFacts> find(RoomId room, UserId user) {
        return Optional.ofNullable(facts.get(new Writer(room, user)));
    }

    void keep(RoomId room, UserId user, RoomFacts read) {
        facts.put(new Writer(room, user), read);
        if (facts.size() > max) {
            facts.remove(facts.keySet().iterator().next());
        }
    }
}
