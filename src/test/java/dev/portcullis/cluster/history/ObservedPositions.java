package dev.portcullis.cluster.history;

import dev.portcullis.protocol.Position;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The entries that clients observed at each position: each room has one order, and all clients see the same. */
final class ObservedPositions {
    private final Findings findings;
    private final Map<String, RoomBranches> branches;
    private final Map<String, Room> rooms = new LinkedHashMap<>();

    ObservedPositions(List<Moment> moments, Publications publications, List<Loss> losses, Findings findings) {
        this.findings = findings;
        this.branches = RollbackDetector.detect(moments, publications, losses);
        for (Moment moment : moments) {
            moment.event().entries().forEach(entry -> add(new Observation(moment, entry)));
            publications.acknowledgedBy(moment).ifPresent(entry -> add(new Observation(moment, entry)));
        }
        rooms.values().forEach(this::checkEpochs);
    }

    /** The newest observed entry on the last branch of a room. */
    Optional<Observation> newest(String room) {
        RoomBranches known = branchesOf(room);
        return Optional.ofNullable(rooms.get(room))
                .flatMap(all -> all.byPosition.descendingMap().entrySet().stream()
                        .filter(each -> known.isKept(each.getKey(), known.newest()))
                        .map(Map.Entry::getValue)
                        .findFirst());
    }

    /** The entry with this seq on the last branch that has one. */
    Optional<Observation> at(String room, long seq) {
        return Optional.ofNullable(rooms.get(room))
                .flatMap(all -> all.byPosition.entrySet().stream()
                        .filter(each -> each.getKey().seq() == seq)
                        .map(Map.Entry::getValue)
                        .reduce((earlier, later) -> later));
    }

    /** The first removal of this user on the last branch of the room. */
    Optional<Observation> removal(String room, String user) {
        RoomBranches known = branchesOf(room);
        return removals(room, user)
                .filter(each -> known.isKept(locate(each.entry()), known.newest()))
                .findFirst();
    }

    /** A removal of this user before this entry. */
    Optional<Observation> removalBefore(Entry entry, String user) {
        return removals(entry.room(), user)
                .filter(each -> each.entry().seq() < entry.seq())
                .filter(each -> areOnOneBranch(entry.room(), each.entry().at(), entry.at()))
                .findFirst();
    }

    private Stream<Observation> removals(String room, String user) {
        return Optional.ofNullable(rooms.get(room)).stream()
                .flatMap(known -> known.removals.getOrDefault(user, new TreeMap<>()).values().stream());
    }

    /** The first observation of each position. */
    List<Observation> all() {
        return rooms.values().stream()
                .flatMap(room -> room.byPosition.values().stream())
                .toList();
    }

    int removed() {
        return rooms.values().stream().mapToInt(room -> room.removals.size()).sum();
    }

    /** The number of entries that are not on the last branch of their room. */
    int forgotten() {
        return (int) all().stream()
                .map(Observation::entry)
                .filter(each -> {
                    RoomBranches known = branchesOf(each.room());
                    return !known.isKept(locate(each), known.newest());
                })
                .count();
    }

    BranchPosition locate(Entry entry) {
        return branchesOf(entry.room()).locate(entry.at());
    }

    /** Whether one branch of the room contains both positions. */
    boolean areOnOneBranch(String room, Position one, Position other) {
        return branchesOf(room).areOnOneBranch(one, other);
    }

    private RoomBranches branchesOf(String room) {
        return branches.getOrDefault(room, new RoomBranches());
    }

    private void add(Observation now) {
        Entry entry = now.entry();
        BranchPosition position = locate(entry);
        Room room = rooms.computeIfAbsent(entry.room(), any -> new Room());
        Observation first = room.byPosition.putIfAbsent(position, now);
        if (first != null) {
            compare(first, now);
        }
        if (!entry.messageId().isEmpty()) {
            Observation same = room.byId.put(entry.messageId(), now);
            if (same != null
                    && !locate(same.entry()).equals(position)
                    && areOnOneBranch(entry.room(), same.entry().at(), entry.at())) {
                findings.add(Fault.ONE_MESSAGE_AT_TWO_POSITIONS, entry.messageId(), same, now);
            }
        }
        if (entry.kind().equals(Entry.REMOVAL)) {
            room.removals.computeIfAbsent(entry.body(), any -> new TreeMap<>()).putIfAbsent(position, now);
        }
        if (now.isAck()) {
            room.acks.putIfAbsent(position, now);
        }
    }

    private void compare(Observation first, Observation now) {
        if (!first.entry().isSameMessageAs(now.entry())) {
            findings.add(
                    Fault.TWO_MESSAGES_AT_ONE_POSITION, "at seq " + now.entry().seq(), first, now);
        } else if (!first.entry().effect().equals(now.entry().effect())) {
            findings.add(Fault.ALTERED_CONTENT, "at seq " + now.entry().seq(), first, now);
        }
    }

    /** Acks name the epoch of the append. The seqs of one epoch must be contiguous. */
    private void checkEpochs(Room room) {
        Map<String, Observation> lastOf = new HashMap<>();
        Optional<Observation> before = Optional.empty();
        for (Observation ack : room.acks.values()) {
            String epoch = ack.entry().at().epoch();
            boolean changed =
                    before.map(each -> !each.entry().at().epoch().equals(epoch)).orElse(false);
            Observation earlier = lastOf.put(epoch, ack);
            if (changed && earlier != null) {
                findings.add(Fault.EPOCH_REUSED, epoch, earlier, before.get(), ack);
            }
            before = Optional.of(ack);
        }
    }

    private static final class Room {
        private final TreeMap<BranchPosition, Observation> byPosition = new TreeMap<>();
        private final TreeMap<BranchPosition, Observation> acks = new TreeMap<>();
        private final Map<String, Observation> byId = new HashMap<>();
        private final Map<String, TreeMap<BranchPosition, Observation>> removals = new HashMap<>();
    }
}
