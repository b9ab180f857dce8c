package dev.portcullis.broadcast.presence;

import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.StreamName;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Read marks that moved and were not sent to their rooms yet: only the newest of each member. A mark that finds no room here is
 * not sent; the member's next one is.
 */
final class MovedMarks {
    private final int most;
    private final Map<StreamName, Map<UserId, Long>> rooms = new HashMap<>();
    private int size;

    /** @param most how many marks may wait at a time, of all rooms */
    MovedMarks(int most) {
        this.most = most;
    }

    /** Adds a mark. Returns whether it is the first waiting mark of its room, so that the caller has to arrange the sending. */
    boolean add(StreamName room, UserId member, long seq) {
        Optional<Map<UserId, Long>> waiting = Optional.ofNullable(rooms.get(room));
        boolean known = waiting.filter(marks -> marks.containsKey(member)).isPresent();
        if (!known && size >= most) {
            return false;
        }
        size += known ? 0 : 1;
        rooms.computeIfAbsent(room, any -> new LinkedHashMap<>()).merge(member, seq, Math::max);
        return waiting.isEmpty();
    }

    Map<UserId, Long> take(StreamName room) {
        Map<UserId, Long> marks = Optional.ofNullable(rooms.remove(room)).orElseGet(Map::of);
        size -= marks.size();
        return marks;
    }
}
