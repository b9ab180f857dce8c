package dev.portcullis.broadcast.presence;

import dev.portcullis.protocol.Target;
import dev.portcullis.protocol.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The users who type, as the members of a room or one user were told. Typing ends by itself when it is not reported again, so
 * that it never outlasts a client, its edge or a lost message. The class has no clock but the one handed in.
 */
final class Typists {
    private static final long LASTS_NANOS = TimeUnit.SECONDS.toNanos(6);

    /** The time in which repeated reports are not sent again, so that a flood of them reaches no member. */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final int most;
    private final int mostPerTarget;
    private final Map<Target, Map<UserId, Typist>> targets = new HashMap<>();
    private int size;

    /** A user, and the room or user to which they type. */
    record Place(Target to, UserId user) {}

    /** The news about a user that the others have to be told. */
    enum News {
        TYPES,
        CEASED,
        NONE
    }

    private static final class Typist {
        private long until;
        private long toldAt;
        private boolean told;
        private boolean checking;
    }

    Typists(int most, int mostPerTarget) {
        this.most = most;
        this.mostPerTarget = mostPerTarget;
    }

    /** Whether the typing has to be told, once it is checked that the user may. */
    boolean begin(Place place, long nanos) {
        Map<UserId, Typist> there = targets.getOrDefault(place.to(), Map.of());
        Typist typist = there.get(place.user());
        if (typist == null) {
            if (size >= most || there.size() >= mostPerTarget) {
                return false;
            }
            typist = new Typist();
            targets.computeIfAbsent(place.to(), any -> new HashMap<>()).put(place.user(), typist);
            size++;
        }
        typist.until = nanos + LASTS_NANOS;
        if (typist.checking || (typist.told && nanos - typist.toldAt < QUIET_NANOS)) {
            return false;
        }
        typist.checking = true;
        return true;
    }

    /**
     * Returns the news after a check. The user may have ceased since, and be checked again already. If the others were told
     * before that the user types, they are told the end.
     */
    News checked(Place place, boolean granted, long nanos) {
        Optional<Typist> checked = find(place).filter(typist -> typist.checking);
        if (!granted) {
            return end(place) ? News.CEASED : News.NONE;
        }
        checked.ifPresent(typist -> {
            typist.checking = false;
            typist.told = true;
            typist.toldAt = nanos;
        });
        return checked.isPresent() ? News.TYPES : News.NONE;
    }

    /** Ends the typing. Returns whether the others have to be told. */
    boolean end(Place place) {
        Map<UserId, Typist> there = targets.get(place.to());
        Typist gone = there == null ? null : there.remove(place.user());
        if (there == null || gone == null) {
            return false;
        }
        size--;
        if (there.isEmpty()) {
            targets.remove(place.to());
        }
        return gone.told;
    }

    /** Ends typing that was not reported again in time. Returns the places whose others have to be told. */
    List<Place> expire(long nanos) {
        List<Place> late = new ArrayList<>();
        targets.forEach((to, typists) -> typists.forEach((user, typist) -> {
            if (nanos - typist.until >= 0) {
                late.add(new Place(to, user));
            }
        }));
        return late.stream().filter(this::end).toList();
    }

    /** The users who type there. */
    List<Place> at(Target to) {
        return targets.getOrDefault(to, Map.of()).keySet().stream()
                .map(user -> new Place(to, user))
                .toList();
    }

    boolean isEmpty() {
        return size == 0;
    }

    private Optional<Typist> find(Place place) {
        return Optional.ofNullable(targets.getOrDefault(place.to(), Map.of()).get(place.user()));
    }
}
