package dev.portcullis.broadcast.presence;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Who types, as the members were told. It ends by itself when it is not said again, so that it never outlasts a client,
 * its edge or a lost message. Has no clock but the one handed in.
 */
final class Typists {
    private static final long LASTS_NANOS = TimeUnit.SECONDS.toNanos(6);

    /** What is said again sooner is not told again: a flood of it reaches no member. */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final int most;
    private final int mostPerRoom;
    private final Map<RoomId, Map<UserId, Typist>> rooms = new HashMap<>();
    private int size;

    /** A user in a room. */
    record Place(RoomId room, UserId user) {}

    private static final class Typist {
        private long until;
        private long toldAt;
        private boolean told;
        private boolean checking;
    }

    Typists(int most, int mostPerRoom) {
        this.most = most;
        this.mostPerRoom = mostPerRoom;
    }

    /** Whether it has to be told, once it is checked that the user may. */
    boolean begin(Place place, long nanos) {
        Map<UserId, Typist> room = rooms.getOrDefault(place.room(), Map.of());
        Typist typist = room.get(place.user());
        if (typist == null) {
            if (size >= most || room.size() >= mostPerRoom) {
                return false;
            }
            typist = new Typist();
            rooms.computeIfAbsent(place.room(), any -> new HashMap<>()).put(place.user(), typist);
            size++;
        }
        typist.until = nanos + LASTS_NANOS;
        if (typist.checking || (typist.told && nanos - typist.toldAt < QUIET_NANOS)) {
            return false;
        }
        typist.checking = true;
        return true;
    }

    /** Whether it has to be told now: the user may have ceased since. */
    boolean checked(Place place, boolean granted, long nanos) {
        Optional<Typist> typist = find(place);
        if (!granted) {
            end(place);
            return false;
        }
        typist.ifPresent(each -> {
            each.checking = false;
            each.told = true;
            each.toldAt = nanos;
        });
        return typist.isPresent();
    }

    /** Whether the members have to be told that the user types no more. */
    boolean end(Place place) {
        Map<UserId, Typist> room = rooms.get(place.room());
        Typist gone = room == null ? null : room.remove(place.user());
        if (room == null || gone == null) {
            return false;
        }
        size--;
        if (room.isEmpty()) {
            rooms.remove(place.room());
        }
        return gone.told;
    }

    /** Ends what was not said again in time, and returns what the members have to be told. */
    List<Place> expire(long nanos) {
        List<Place> late = new ArrayList<>();
        rooms.forEach((room, typists) -> typists.forEach((user, typist) -> {
            if (nanos - typist.until >= 0) {
                late.add(new Place(room, user));
            }
        }));
        return late.stream().filter(this::end).toList();
    }

    /** Those who type in this room. */
    List<Place> in(RoomId room) {
        return rooms.getOrDefault(room, Map.of()).keySet().stream()
                .map(user -> new Place(room, user))
                .toList();
    }

    boolean isEmpty() {
        return size == 0;
    }

    private Optional<Typist> find(Place place) {
        return Optional.ofNullable(rooms.getOrDefault(place.room(), Map.of()).get(place.user()));
    }
}
