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
 * Finds out from what clients were told where each room was set back. An epoch sets its room back if it has another
 * message, or none, where the room had one before. That is excused once for each loss of the store, and only if nobody
 * had been told of what is missing before the store began to lose; else it stays one life, and shows as a fault.
 */
final class Memory {
    private final Map<String, Room> rooms = new HashMap<>();

    private Memory() {}

    /** The lives of each room that anybody was told of. */
    static Map<String, Lives> of(List<Moment> moments, Publications publications, List<Loss> losses) {
        Memory memory = new Memory();
        for (Moment moment : moments) {
            moment.event().entries().forEach(entry -> memory.told(new Observation(moment, entry)));
            publications.promisedBy(moment).ifPresent(entry -> memory.told(new Observation(moment, entry)));
            if (moment.event() instanceof ClientEvent.Joined joined) {
                memory.head(moment, joined);
            }
        }
        Map<String, Lives> lives = new HashMap<>();
        memory.rooms.forEach((name, room) -> lives.put(name, room.lives(losses)));
        return lives;
    }

    private void told(Observation observation) {
        Position at = observation.entry().at();
        Epoch epoch = epoch(observation.moment(), observation.entry().room(), at);
        epoch.places.putIfAbsent(at.seq(), observation);
        if (observation.isAck()) {
            epoch.gives(at.seq());
        }
    }

    private void head(Moment moment, ClientEvent.Joined joined) {
        Epoch epoch = epoch(moment, joined.room(), joined.head());
        epoch.gives(joined.head().seq() + 1);
    }

    private Epoch epoch(Moment moment, String room, Position at) {
        return rooms.computeIfAbsent(room, any -> new Room())
                .epochs
                .computeIfAbsent(at.epoch(), name -> new Epoch(name, moment.at()));
    }

    /** What was told under the name of one epoch. */
    private static final class Epoch {
        private final String name;
        private final long firstTold;
        private final TreeMap<Long, Observation> places = new TreeMap<>();
        private long given = Long.MAX_VALUE;

        Epoch(String name, long firstTold) {
            this.name = name;
            this.firstTold = firstTold;
        }

        /** This number is one that it gave, or has yet to give: an ack told of it, or of the head before it. */
        void gives(long seq) {
            given = Math.min(given, seq);
        }

        /** The first place of the room as it was that is not so any more. */
        Optional<Long> setsBack(NavigableMap<Long, Observation> line) {
            Optional<Long> changed = places.values().stream()
                    .filter(now -> line.containsKey(now.entry().seq()))
                    .filter(now -> !now.entry()
                            .isSameMessageAs(line.get(now.entry().seq()).entry()))
                    .map(now -> now.entry().seq())
                    .findFirst();
            Optional<Long> gone = Optional.ofNullable(line.ceilingKey(given)).map(any -> given);
            return changed.filter(seq -> seq < given).or(() -> gone);
        }
    }

    private static final class Room {
        private final Map<String, Epoch> epochs =
                new LinkedHashMap<>(); // in the order in which anybody was told of them

        Lives lives(List<Loss> losses) {
            Lives lives = new Lives();
            TreeMap<Long, Observation> line = new TreeMap<>();
            int used = 0;
            for (Epoch each : epochs.values()) {
                int known = (int) losses.stream()
                        .filter(loss -> loss.at() <= each.firstTold)
                        .count();
                Optional<Long> first = known > used ? each.setsBack(line) : Optional.empty();
                if (first.isPresent() && areExcused(line.tailMap(first.get()), losses.subList(used, known))) {
                    lives.setBack(first.get());
                    line.tailMap(first.get()).clear();
                    used = known;
                }
                lives.begin(each.name);
                each.places.forEach(line::putIfAbsent);
            }
            return lives;
        }

        private static boolean areExcused(Map<Long, Observation> missing, List<Loss> losses) {
            long since = losses.stream().mapToLong(Loss::since).min().orElseThrow();
            return missing.values().stream().allMatch(each -> each.moment().at() >= since);
        }
    }
}
