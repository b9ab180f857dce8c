package dev.portcullis.cluster.history;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Who was told what at which place: there is one order in each room, and all see the same. */
final class Places {
    private final Findings findings;
    private final Map<String, Room> rooms = new LinkedHashMap<>();

    Places(List<Moment> moments, Publications publications, Findings findings) {
        this.findings = findings;
        for (Moment moment : moments) {
            moment.deed().entries().forEach(entry -> take(new Sighting(moment, entry)));
            publications.promisedBy(moment).ifPresent(entry -> take(new Sighting(moment, entry)));
        }
        rooms.values().forEach(this::checkEpochs);
    }

    /** The newest place of a room that anybody was told. */
    Optional<Sighting> last(String room) {
        return Optional.ofNullable(rooms.get(room))
                .map(known -> known.bySeq.lastEntry().getValue());
    }

    Optional<Sighting> at(String room, long seq) {
        return Optional.ofNullable(rooms.get(room)).map(known -> known.bySeq.get(seq));
    }

    /** The first removal of this user. */
    Optional<Sighting> removal(String room, String user) {
        return Optional.ofNullable(rooms.get(room)).map(known -> known.removals.get(user));
    }

    /** The first sighting of each place. */
    List<Sighting> all() {
        return rooms.values().stream()
                .flatMap(room -> room.bySeq.values().stream())
                .toList();
    }

    int rooms() {
        return rooms.size();
    }

    private void take(Sighting now) {
        Entry entry = now.entry();
        Room room = rooms.computeIfAbsent(entry.room(), any -> new Room());
        Sighting first = room.bySeq.putIfAbsent(entry.seq(), now);
        if (first != null) {
            compare(first, now);
        }
        if (!entry.messageId().isEmpty()) {
            Sighting same = room.byId.putIfAbsent(entry.messageId(), now);
            if (same != null && same.entry().seq() != entry.seq()) {
                findings.add(Fault.ONE_MESSAGE_AT_TWO_PLACES, entry.messageId(), same, now);
            }
        }
        if (entry.kind().equals(Entry.REMOVAL)) {
            room.removals.merge(
                    entry.body(),
                    now,
                    (old, other) -> other.entry().seq() < old.entry().seq() ? other : old);
        }
        if (now.isAck()) {
            room.acks.putIfAbsent(entry.seq(), now);
        }
    }

    private void compare(Sighting first, Sighting now) {
        if (!first.entry().isSameMessageAs(now.entry())) {
            findings.add(
                    Fault.TWO_MESSAGES_AT_ONE_PLACE, "at seq " + now.entry().seq(), first, now);
        } else if (!first.entry().effect().equals(now.entry().effect())) {
            findings.add(Fault.OTHER_CONTENT, "at seq " + now.entry().seq(), first, now);
        }
    }

    /** An ack tells the epoch of the append. Each epoch is one stretch of the numbers. */
    private void checkEpochs(Room room) {
        Map<String, Sighting> lastOf = new HashMap<>();
        Optional<Sighting> before = Optional.empty();
        for (Sighting ack : room.acks.values()) {
            String epoch = ack.entry().at().epoch();
            boolean changed =
                    before.map(each -> !each.entry().at().epoch().equals(epoch)).orElse(false);
            Sighting earlier = lastOf.put(epoch, ack);
            if (changed && earlier != null) {
                findings.add(Fault.EPOCH_CAME_BACK, epoch, earlier, before.get(), ack);
            }
            before = Optional.of(ack);
        }
    }

    private static final class Room {
        private final TreeMap<Long, Sighting> bySeq = new TreeMap<>();
        private final TreeMap<Long, Sighting> acks = new TreeMap<>();
        private final Map<String, Sighting> byId = new HashMap<>();
        private final Map<String, Sighting> removals = new HashMap<>();
    }
}
