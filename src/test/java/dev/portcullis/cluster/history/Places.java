package dev.portcullis.cluster.history;

import dev.portcullis.protocol.Position;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Who was told what at which place: there is one order in each room, and all see the same. */
final class Places {
    private final Findings findings;
    private final Map<String, Lives> lives;
    private final Map<String, Room> rooms = new LinkedHashMap<>();

    Places(List<Moment> moments, Publications publications, List<Loss> losses, Findings findings) {
        this.findings = findings;
        this.lives = Memory.of(moments, publications, losses);
        for (Moment moment : moments) {
            moment.event().entries().forEach(entry -> take(new Observation(moment, entry)));
            publications.promisedBy(moment).ifPresent(entry -> take(new Observation(moment, entry)));
        }
        rooms.values().forEach(this::checkEpochs);
    }

    /** The newest place of a room, as it is at last, that anybody was told. */
    Optional<Observation> last(String room) {
        Lives known = livesOf(room);
        return Optional.ofNullable(rooms.get(room))
                .flatMap(all -> all.bySpot.descendingMap().entrySet().stream()
                        .filter(each -> known.isKept(each.getKey(), known.newest()))
                        .map(Map.Entry::getValue)
                        .findFirst());
    }

    /** What stands at a place of a room, as it is at last. */
    Optional<Observation> at(String room, long seq) {
        return Optional.ofNullable(rooms.get(room))
                .flatMap(all -> all.bySpot.entrySet().stream()
                        .filter(each -> each.getKey().seq() == seq)
                        .map(Map.Entry::getValue)
                        .reduce((earlier, later) -> later));
    }

    /** The first removal of this user that the room remembers at last. */
    Optional<Observation> removal(String room, String user) {
        Lives known = livesOf(room);
        return removals(room, user)
                .filter(each -> known.isKept(spot(each.entry()), known.newest()))
                .findFirst();
    }

    /** A removal of this user before this entry. */
    Optional<Observation> removalBefore(Entry entry, String user) {
        return removals(entry.room(), user)
                .filter(each -> each.entry().seq() < entry.seq())
                .filter(each -> agree(entry.room(), each.entry().at(), entry.at()))
                .findFirst();
    }

    private Stream<Observation> removals(String room, String user) {
        return Optional.ofNullable(rooms.get(room)).stream()
                .flatMap(known -> known.removals.getOrDefault(user, new TreeMap<>()).values().stream());
    }

    /** The first sighting of each place. */
    List<Observation> all() {
        return rooms.values().stream()
                .flatMap(room -> room.bySpot.values().stream())
                .toList();
    }

    int removed() {
        return rooms.values().stream().mapToInt(room -> room.removals.size()).sum();
    }

    /** How many entries no room remembers at last. */
    int forgotten() {
        return (int) all().stream()
                .map(Observation::entry)
                .filter(each -> {
                    Lives known = livesOf(each.room());
                    return !known.isKept(spot(each), known.newest());
                })
                .count();
    }

    Spot spot(Entry entry) {
        return livesOf(entry.room()).spot(entry.at());
    }

    /** Whether both places are of one story of the room. */
    boolean agree(String room, Position one, Position other) {
        return livesOf(room).agree(one, other);
    }

    private Lives livesOf(String room) {
        return lives.getOrDefault(room, new Lives());
    }

    private void take(Observation now) {
        Entry entry = now.entry();
        Spot spot = spot(entry);
        Room room = rooms.computeIfAbsent(entry.room(), any -> new Room());
        Observation first = room.bySpot.putIfAbsent(spot, now);
        if (first != null) {
            compare(first, now);
        }
        if (!entry.messageId().isEmpty()) {
            Observation same = room.byId.put(entry.messageId(), now);
            if (same != null
                    && !spot(same.entry()).equals(spot)
                    && agree(entry.room(), same.entry().at(), entry.at())) {
                findings.add(Fault.ONE_MESSAGE_AT_TWO_PLACES, entry.messageId(), same, now);
            }
        }
        if (entry.kind().equals(Entry.REMOVAL)) {
            room.removals.computeIfAbsent(entry.body(), any -> new TreeMap<>()).putIfAbsent(spot, now);
        }
        if (now.isAck()) {
            room.acks.putIfAbsent(spot, now);
        }
    }

    private void compare(Observation first, Observation now) {
        if (!first.entry().isSameMessageAs(now.entry())) {
            findings.add(
                    Fault.TWO_MESSAGES_AT_ONE_PLACE, "at seq " + now.entry().seq(), first, now);
        } else if (!first.entry().effect().equals(now.entry().effect())) {
            findings.add(Fault.OTHER_CONTENT, "at seq " + now.entry().seq(), first, now);
        }
    }

    /** An ack tells the epoch of the append. Each epoch is one stretch of the numbers. */
    private void checkEpochs(Room room) {
        Map<String, Observation> lastOf = new HashMap<>();
        Optional<Observation> before = Optional.empty();
        for (Observation ack : room.acks.values()) {
            String epoch = ack.entry().at().epoch();
            boolean changed =
                    before.map(each -> !each.entry().at().epoch().equals(epoch)).orElse(false);
            Observation earlier = lastOf.put(epoch, ack);
            if (changed && earlier != null) {
                findings.add(Fault.EPOCH_CAME_BACK, epoch, earlier, before.get(), ack);
            }
            before = Optional.of(ack);
        }
    }

    private static final class Room {
        private final TreeMap<Spot, Observation> bySpot = new TreeMap<>();
        private final TreeMap<Spot, Observation> acks = new TreeMap<>();
        private final Map<String, Observation> byId = new HashMap<>();
        private final Map<String, TreeMap<Spot, Observation>> removals = new HashMap<>();
    }
}
