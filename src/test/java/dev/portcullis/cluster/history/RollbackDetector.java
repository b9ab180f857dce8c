package dev.portcullis.cluster.history;

import dev.portcullis.protocol.Position;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Detects from the observations of all clients where each room was rolled back. An epoch rolls its room back if it has
 * another message, or none, at a seq that the room had used before. This is allowed once per declared loss, and only if
 * no client knew the missing entries before the loss began. Otherwise the room stays on one branch, and the difference
 * shows as a fault.
 */
final class RollbackDetector {
    private final Map<String, Room> rooms = new HashMap<>();

    private RollbackDetector() {}

    /** The branches of each room that a client observed. */
    static Map<String, RoomBranches> detect(List<Moment> moments, Publications publications, List<Loss> losses) {
        RollbackDetector detector = new RollbackDetector();
        for (Moment moment : moments) {
            moment.event().entries().forEach(entry -> detector.observe(new Observation(moment, entry)));
            publications.acknowledgedBy(moment).ifPresent(entry -> detector.observe(new Observation(moment, entry)));
            if (moment.event() instanceof ClientEvent.Joined joined) {
                detector.observeHead(moment, joined);
            }
        }
        Map<String, RoomBranches> branches = new HashMap<>();
        detector.rooms.forEach((name, room) -> branches.put(name, room.branches(losses)));
        return branches;
    }

    private void observe(Observation observation) {
        Position at = observation.entry().at();
        Epoch epoch = epoch(observation.moment(), observation.entry().room(), at);
        epoch.observations.putIfAbsent(at.seq(), observation);
        if (observation.isAck()) {
            epoch.mayAssign(at.seq());
        }
    }

    private void observeHead(Moment moment, ClientEvent.Joined joined) {
        Epoch epoch = epoch(moment, joined.room(), joined.head());
        epoch.mayAssign(joined.head().seq() + 1);
    }

    private Epoch epoch(Moment moment, String room, Position at) {
        return rooms.computeIfAbsent(room, any -> new Room())
                .epochs
                .computeIfAbsent(at.epoch(), name -> new Epoch(name, moment.at()));
    }

    /** The observations of one epoch. */
    private static final class Epoch {
        private final String name;
        private final long firstObserved;
        private final TreeMap<Long, Observation> observations = new TreeMap<>();
        private long firstAssigned = Long.MAX_VALUE;

        Epoch(String name, long firstTold) {
            this.name = name;
            this.firstObserved = firstTold;
        }

        /** The epoch has assigned this seq, or will assign it: an ack named it, or a head before it. */
        void mayAssign(long seq) {
            firstAssigned = Math.min(firstAssigned, seq);
        }

        /** The first seq at which the epoch differs from the room's history so far. */
        Optional<Long> rollbackPoint(NavigableMap<Long, Observation> line) {
            Optional<Long> changed = observations.values().stream()
                    .filter(now -> line.containsKey(now.entry().seq()))
                    .filter(now -> !now.entry()
                            .isSameMessageAs(line.get(now.entry().seq()).entry()))
                    .map(now -> now.entry().seq())
                    .findFirst();
            Optional<Long> gone =
                    Optional.ofNullable(line.ceilingKey(firstAssigned)).map(any -> firstAssigned);
            return changed.filter(seq -> seq < firstAssigned).or(() -> gone);
        }
    }

    private static final class Room {
        private final Map<String, Epoch> epochs = new LinkedHashMap<>(); // in the order of their first observation

        RoomBranches branches(List<Loss> losses) {
            RoomBranches branches = new RoomBranches();
            TreeMap<Long, Observation> line = new TreeMap<>();
            int used = 0;
            for (Epoch each : epochs.values()) {
                int known = (int) losses.stream()
                        .filter(loss -> loss.at() <= each.firstObserved)
                        .count();
                Optional<Long> first = known > used ? each.rollbackPoint(line) : Optional.empty();
                if (first.isPresent() && areExcused(line.tailMap(first.get()), losses.subList(used, known))) {
                    branches.rollBack(first.get());
                    line.tailMap(first.get()).clear();
                    used = known;
                }
                branches.beginEpoch(each.name);
                each.observations.forEach(line::putIfAbsent);
            }
            return branches;
        }

        private static boolean areExcused(Map<Long, Observation> missing, List<Loss> losses) {
            long since = losses.stream().mapToLong(Loss::since).min().orElseThrow();
            return missing.values().stream().allMatch(each -> each.moment().at() >= since);
        }
    }
}
