package dev.portcullis.cluster.history;

import dev.portcullis.protocol.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** A server that keeps every promise, as far as clients can see, and is in trouble all the time. */
final class GoodServer {
    private final Random random;
    private Map<String, Room> rooms = new HashMap<>();
    private int messages;
    private int epochs;

    GoodServer(Random random) {
        this.random = random;
    }

    /** One room's stream. */
    static final class Room {
        private final List<Entry> entries = new ArrayList<>();
        private final Map<String, Entry> keys = new HashMap<>();
        private final Set<String> removed = new HashSet<>();
        private final Map<String, Integer> formerHeads = new HashMap<>();
        private String epoch;

        private Room(String epoch) {
            this.epoch = epoch;
        }

        Position head() {
            return new Position(epoch, entries.size());
        }

        private void fork(String next) {
            formerHeads.put(epoch, entries.size());
            epoch = next;
        }

        private Room copy() {
            Room copy = new Room(epoch);
            copy.entries.addAll(entries);
            copy.keys.putAll(keys);
            copy.removed.addAll(removed);
            copy.formerHeads.putAll(formerHeads);
            return copy;
        }
    }

    /** What a file of the store holds. */
    record Snapshot(Map<String, Room> rooms) {
        static Snapshot empty() {
            return new Snapshot(Map.of());
        }

        private Map<String, Room> copy() {
            Map<String, Room> copy = new HashMap<>();
            rooms.forEach((name, room) -> copy.put(name, room.copy()));
            return copy;
        }
    }

    Room room(String name) {
        return rooms.computeIfAbsent(name, any -> new Room(nextEpoch()));
    }

    /** The store was restarted or failed over, and lost nothing. */
    void fork(String room) {
        room(room).fork(nextEpoch());
    }

    Snapshot snapshot() {
        return new Snapshot(new Snapshot(rooms).copy());
    }

    /** The store was started on an older file. */
    void restore(Snapshot older) {
        rooms = older.copy();
        rooms.values().forEach(room -> room.fork(nextEpoch()));
    }

    /** Whether who stands there has missed nothing but what came after. */
    boolean keeps(String room, Position place) {
        Room known = room(room);
        int head = place.epoch().equals(known.epoch)
                ? known.entries.size()
                : known.formerHeads.getOrDefault(place.epoch(), -1);
        return place.seq() <= head;
    }

    private String nextEpoch() {
        return "e" + ++epochs;
    }

    boolean isRemoved(String room, String user) {
        return room(room).removed.contains(user);
    }

    /** What becomes of a frame, and what its sender is told, if anything. */
    Optional<ClientEvent> publish(String user, ClientEvent.Sent sent) {
        Room room = room(sent.room());
        String key = user + " " + sent.id();
        boolean known = room.keys.containsKey(key);
        if (!known && (room.removed.contains(user) || random.nextInt(20) == 0)) {
            return Optional.of(new ClientEvent.Refused(sent.room(), sent.id(), "not_member"));
        }
        boolean done = random.nextInt(10) != 0;
        if (done && !known) {
            append(room, user, sent, key);
        }
        if (!done || random.nextInt(10) == 0) {
            return random.nextBoolean()
                    ? Optional.of(new ClientEvent.Refused(sent.room(), sent.id(), "unavailable"))
                    : Optional.empty();
        }
        Entry entry = room.keys.get(key);
        return Optional.of(new ClientEvent.Acked(sent.room(), sent.id(), entry.messageId(), entry.at()));
    }

    private void append(Room room, String user, ClientEvent.Sent sent, String key) {
        boolean chat = sent.kind().equals(Entry.CHAT);
        Position at = new Position(room.epoch, room.entries.size() + 1L);
        Entry entry = new Entry(sent.room(), at, sent.kind(), "m" + messages++, chat ? user : "", sent.body());
        room.entries.add(entry);
        room.keys.put(key, entry);
        if (!chat) {
            room.removed.add(sent.body());
        }
    }

    /** The entry at a place, as it is delivered live. */
    Optional<Entry> live(String room, long seq) {
        List<Entry> entries = room(room).entries;
        return seq <= entries.size() ? Optional.of(entries.get((int) seq - 1)) : Optional.empty();
    }

    /** A few of the entries after a place. */
    List<Entry> after(String room, long seq, int most) {
        return room(room).entries.stream().skip(seq).limit(most).toList();
    }
}
