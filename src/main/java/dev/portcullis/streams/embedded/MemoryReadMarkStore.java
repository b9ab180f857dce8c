package dev.portcullis.streams.embedded;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.ReadMarkStore;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Read marks of a single node, in memory: its clients connect afresh after a restart, and their next marks restore them.
 * The rooms marked least recently are dropped.
 */
public final class MemoryReadMarkStore implements ReadMarkStore {
    private final Function<StreamName, Future<Position>> heads;
    private final Map<StreamName, Map<UserId, Position>> rooms;

    /**
     * @param heads reads the head of a stream
     * @param mostRooms of how many rooms marks are kept
     */
    public MemoryReadMarkStore(Function<StreamName, Future<Position>> heads, int mostRooms) {
        this.heads = heads;
        this.rooms = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<StreamName, Map<UserId, Position>> eldest) {
                return size() > mostRooms;
            }
        };
    }

    /** The member's mark, 0 if there is none. */
    synchronized long of(StreamName room, UserId member, Position head) {
        return Optional.ofNullable(rooms.get(room))
                .flatMap(marks -> Optional.ofNullable(marks.get(member)))
                .filter(mark -> !isVoid(mark, head))
                .map(Position::seq)
                .orElse(0L);
    }

    @Override
    public Future<OptionalLong> mark(StreamName room, UserId member, long seq, int most) {
        return heads.apply(room).map(head -> mark(room, member, new Position(head.epoch(), seq), head, most));
    }

    private synchronized OptionalLong mark(StreamName room, UserId member, Position at, Position head, int most) {
        long seq = Math.min(at.seq(), head.seq());
        Map<UserId, Position> marks = rooms.computeIfAbsent(room, any -> new HashMap<>());
        Position former = marks.get(member);
        if (seq < 1 || (former != null && !isVoid(former, head) && former.seq() >= seq)) {
            return OptionalLong.empty();
        }
        if (former == null && marks.size() >= most) {
            marks.entrySet().stream()
                    .min(Comparator.comparingLong(mark -> mark.getValue().seq()))
                    .ifPresent(last -> marks.remove(last.getKey()));
        }
        marks.put(member, new Position(head.epoch(), seq));
        return OptionalLong.of(seq);
    }

    /** Whether a mark is of an earlier stream of this name. The head was read before, so a mark may be ahead of it. */
    private static boolean isVoid(Position mark, Position head) {
        return mark.seq() > head.seq() && !mark.epoch().equals(head.epoch());
    }
}
