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

/** A server that keeps every promise to its clients although it often fails. */
final class CorrectServer {
    private final Random random;
    private Map<String, Room> rooms = new HashMap<>();
    private int messages;
    private int epochs;

    CorrectServer(Random random) {
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

    /** The contents of the store at one time. */
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

    /** The store was restarted or failed over without a loss. */
    void fork(String room) {
        room(room).fork(nextEpoch());
    }

    Snapshot snapshot() {
        return new Snapshot(new Snapshot(rooms).copy());
    }

    /** The store was started from an older snapshot. */
    void restore(Snapshot older) {
        rooms = older.copy();
        rooms.values().forEach(room -> room.fork(nextEpoch()));
    }

    /** Whether a client at this position missed only later entries. */
    boolean canResumeFrom(String room, Position position) {
        Room known = room(room);
        int head = position.epoch().equals(known.epoch)
                ? known.entries.size()
                : known.formerHeads.getOrDefault(position.epoch(), -1);
        return position.seq() <= head;
    }

    private String nextEpoch() {
        return "e" + ++epochs;
    }

    boolean isRemoved(String room, String user) {
        return room(room).removed.contains(user);
    }

    /** Processes a frame and returns its answer; empty if the answer is lost. */
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

    /** The entry with this seq, as it is delivered live. */
    Optional<Entry> entryAt(String room, long seq) {
        List<Entry> entries = room(room).entries;
        return seq <= entries.size() ? Optional.of(entries.get((int) seq - 1)) : Optional.empty();
    }

    /** Up to {@code most} entries after a seq. */
    List<Entry> entriesAfter(String room, long seq, int most) {
        return room(room).entries.stream().skip(seq).limit(most).toList();
    }
}
