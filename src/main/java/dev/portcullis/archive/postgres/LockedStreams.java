package dev.portcullis.archive.postgres;

import dev.portcullis.archive.ArchiveStore;
import dev.portcullis.protocol.Position;
import dev.portcullis.streams.StreamName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The rows of the streams that a transaction has locked, as it changes them. */
final class LockedStreams {
    /**
     * Of a row for which it waits, it returns what others have committed before they let go of it. It reads that table alone: of
     * a row of another table it would return what that was before it waited.
     */
    private static final String LOCK = """
            SELECT s.name, s.id, s.epoch, s.seq, s.run_first, s.run_month, %s
            FROM portcullis.stream s WHERE s.name = ANY (?) ORDER BY s.name FOR UPDATE""".formatted(KeptStream.COLUMNS);

    private static final String LOCK_NUMBERS =
            "SELECT s.id, s.name FROM portcullis.stream s WHERE s.id = ANY (?) ORDER BY s.name FOR UPDATE";

    private static final String NEW_STREAMS = """
            INSERT INTO portcullis.stream (name, epoch, seq, run_first, run_month)
            SELECT n.name, ?, 0, 0, 0 FROM unnest(?) AS n (name) ORDER BY n.name
            ON CONFLICT DO NOTHING""";

    private static final String EPOCH = "SELECT id FROM portcullis.epoch WHERE value = ?";

    private static final String NAME_OF_EPOCH = "SELECT value FROM portcullis.epoch WHERE id = ?";

    private static final String POSITIONS = """
            UPDATE portcullis.stream s
            SET epoch = n.epoch, seq = n.seq, run_first = n.run_first, run_month = n.run_month,
                own_entries = n.own_entries, own_age = n.own_age, keep_entries = n.keep_entries, keep_age = n.keep_age,
                hidden = n.hidden, due = n.due
            FROM (SELECT unnest(?::int[]), unnest(?::int[]), unnest(?::bigint[]), unnest(?::bigint[]), unnest(?::int[]),
                    unnest(?::bigint[]), unnest(?::bigint[]), unnest(?::bigint[]), unnest(?::bigint[]), unnest(?::bigint[]),
                    unnest(?::bigint[]))
                AS n (id, epoch, seq, run_first, run_month, own_entries, own_age, keep_entries, keep_age, hidden, due)
            WHERE s.id = n.id""";

    private final Connection connection;
    private final Map<String, Integer> epochs;
    private final Map<Integer, String> namesOfEpochs = new HashMap<>();
    private final Map<StreamName, StreamRow> streams = new LinkedHashMap<>();
    private final Set<StreamName> moved = new HashSet<>();

    /**
     * @param epochs the numbers of the epochs of all that is added, and of that of streams which the archive does not have; more
     * are added
     */
    LockedStreams(Connection connection, Map<String, Integer> epochs) {
        this.connection = connection;
        this.epochs = epochs;
        epochs.forEach((name, number) -> namesOfEpochs.put(number, name));
    }

    /** Locks the rows of the streams with these numbers. Returns their names. */
    static Map<Integer, StreamName> lock(Connection connection, Collection<Integer> numbers) throws SQLException {
        Map<Integer, StreamName> names = new HashMap<>();
        try (PreparedStatement lock = connection.prepareStatement(LOCK_NUMBERS)) {
            lock.setArray(1, connection.createArrayOf("int4", numbers.toArray()));
            try (ResultSet found = lock.executeQuery()) {
                while (found.next()) {
                    names.put(found.getInt(1), new StreamName(StorableText.decode(found.getString(2))));
                }
            }
        }
        return names;
    }

    /** Locks the rows of these streams, and makes those that are missing. */
    void lock(List<StreamName> names) throws SQLException {
        if (lockKnown(names) < names.size()) {
            List<StreamName> missing =
                    names.stream().filter(name -> !streams.containsKey(name)).toList();
            try (PreparedStatement insert = connection.prepareStatement(NEW_STREAMS)) {
                insert.setInt(1, epoch(ArchiveStore.NOTHING.epoch()));
                insert.setArray(2, ArchiveReader.names(connection, missing));
                insert.executeUpdate();
            }
            int unused = lockKnown(names);
        }
    }

    /** Returns how many of the streams the archive knows. */
    private int lockKnown(List<StreamName> names) throws SQLException {
        Map<String, StreamName> byText =
                names.stream().collect(Collectors.toMap(name -> StorableText.encode(name.value()), name -> name));
        try (PreparedStatement lock = connection.prepareStatement(LOCK)) {
            lock.setArray(1, ArchiveReader.names(connection, names));
            try (ResultSet found = lock.executeQuery()) {
                while (found.next()) {
                    StreamName name =
                            Optional.ofNullable(byText.get(found.getString(1))).orElseThrow();
                    int epoch = found.getInt(3);
                    Position at = new Position(epoch(epoch), found.getLong(4));
                    streams.put(
                            name,
                            new StreamRow(
                                    name,
                                    found.getInt(2),
                                    at,
                                    epoch,
                                    at.seq(),
                                    found.getLong(5),
                                    found.getInt(6),
                                    KeptStream.read(found, 6)));
                }
            }
        }
        return streams.size();
    }

    StreamRow known(StreamName name) {
        return Optional.ofNullable(streams.get(name)).orElseThrow();
    }

    /** Takes the row of a stream whose entries a transaction has moved aside. Its position is as it was. */
    void cut(StreamRow row) {
        streams.put(row.name(), row);
    }

    /** Takes the row of a stream to which a transaction adds entries. */
    void move(StreamRow row) {
        streams.put(row.name(), row);
        moved.add(row.name());
    }

    boolean hasMoved() {
        return !moved.isEmpty();
    }

    /** The number of an epoch: one of those that were given, or of a row that the archive has. */
    int epoch(String epoch) throws SQLException {
        Integer known = epochs.get(epoch);
        if (known != null) {
            return known;
        }
        try (PreparedStatement select = connection.prepareStatement(EPOCH)) {
            select.setString(1, StorableText.encode(epoch));
            try (ResultSet found = select.executeQuery()) {
                found.next();
                int number = found.getInt(1);
                epochs.put(epoch, number);
                return number;
            }
        }
    }

    private String epoch(int number) throws SQLException {
        String known = namesOfEpochs.get(number);
        if (known != null) {
            return known;
        }
        try (PreparedStatement select = Statements.of(connection, NAME_OF_EPOCH, number);
                ResultSet found = select.executeQuery()) {
            found.next();
            String name = StorableText.decode(found.getString(1));
            namesOfEpochs.put(number, name);
            return name;
        }
    }

    void write() throws SQLException {
        List<StreamRow> each = moved.stream().map(this::known).toList();
        try (RowArrays table = new RowArrays(connection, POSITIONS)) {
            table.ints(each, StreamRow::id)
                    .ints(each, StreamRow::epoch)
                    .longs(each, stream -> stream.position().seq())
                    .longs(each, StreamRow::runFirst)
                    .ints(each, StreamRow::runMonth)
                    .longs(each, stream -> stream.kept().retention().own().entries())
                    .longs(each, stream -> stream.kept().retention().own().ageMs())
                    .longs(each, stream -> stream.kept().retention().kept().entries())
                    .longs(each, stream -> stream.kept().retention().kept().ageMs())
                    .longs(each, stream -> stream.kept().hidden())
                    .longsOrNull(each, stream -> stream.kept().due().orElse(0L))
                    .run();
        }
    }
}
