package dev.portcullis.archive.postgres;

import dev.portcullis.archive.NamedFiles;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamRetention;
import dev.portcullis.streams.holds.Holds;
import dev.portcullis.streams.record.EntryRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps streams within their retention, some entries in each transaction. It holds the rows of their streams as a transaction
 * does that adds parts, but never waits for one: what is held is being added to, and will be due again.
 */
final class RetentionTransaction {
    private static final int STREAMS_AT_ONCE = 16;
    private static final int ENTRIES_AT_ONCE = 1_000;

    /** Entries of which copies may have to be made, and which are therefore read. */
    private static final int HELD_AT_ONCE = 200;

    private static final String LOCK = "SELECT s.id, s.seq, s.run_first, " + KeptStream.COLUMNS
            + ", s.name FROM portcullis.stream s WHERE s.name = ? FOR UPDATE";

    private static final String DUE = "SELECT s.id, s.seq, s.run_first, " + KeptStream.COLUMNS
            + ", s.name FROM portcullis.stream s WHERE s.due <= ? ORDER BY s.due LIMIT " + STREAMS_AT_ONCE
            + " FOR UPDATE SKIP LOCKED";

    private static final String OLDEST_RUN = """
            SELECT r.first_seq, r.last_seq, r.month FROM portcullis.run r WHERE r.stream = ? ORDER BY r.first_seq LIMIT 1""";

    private static final String OLDEST = """
            SELECT e.seq, e.stored FROM portcullis.entry e WHERE e.stream = ? AND e.month = ? AND e.seq BETWEEN ? AND ?
            ORDER BY e.seq LIMIT ?""";

    private static final String REMOVE =
            "DELETE FROM portcullis.entry e WHERE e.stream = ? AND e.month = ? AND e.seq BETWEEN ? AND ?";

    private static final String TAKE = REMOVE + " RETURNING " + ArchivedRow.COLUMNS;

    /** What the stream has lost is kept no longer than what it has. */
    private static final String REMOVE_SUPERSEDED = "DELETE FROM portcullis.superseded WHERE stream = ? AND seq <= ?";

    private static final String REMOVE_RUN = "DELETE FROM portcullis.run WHERE stream = ? AND first_seq = ?";

    private static final String SHORTEN_RUN =
            "UPDATE portcullis.run SET first_seq = ? WHERE stream = ? AND first_seq = ?";

    private static final String KEEP = """
            UPDATE portcullis.stream SET run_first = ?, own_entries = ?, own_age = ?, keep_entries = ?, keep_age = ?, hidden = ?,
                due = ? WHERE id = ?""";

    private static final String RETAINED = """
            SELECT s.name, s.own_entries, s.own_age, s.keep_entries, s.keep_age, s.hidden, s.due FROM portcullis.stream s
            WHERE s.name > ? ORDER BY s.name LIMIT ?""";

    private final Connection connection;
    private final Holds holds;
    private final HeldTable held;
    private final RemovedFileTable files;

    private record Locked(int id, long head, long runFirst, KeptStream kept, StreamName name) {
        private static final int NAME = 10;

        static Locked read(ResultSet found) throws SQLException {
            return new Locked(
                    found.getInt(1),
                    found.getLong(2),
                    found.getLong(3),
                    KeptStream.read(found, 3),
                    new StreamName(StorableText.decode(found.getString(NAME))));
        }
    }

    private record Run(long first, long last, int month) {}

    /**
     * @param removed how many entries were removed
     * @param more whether there may be more to remove
     */
    record Expired(long removed, boolean more) {}

    RetentionTransaction(Connection connection) {
        this(connection, Holds.NONE);
    }

    /** @param holds of what these cover a copy stays when it is removed */
    RetentionTransaction(Connection connection, Holds holds) {
        this.connection = connection;
        this.holds = holds;
        this.held = new HeldTable(connection);
        this.files = new RemovedFileTable(connection);
    }

    boolean retain(StreamName name, StreamRetention retention, long hidden, long now) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement(LOCK)) {
            lock.setString(1, StorableText.encode(name.value()));
            try (ResultSet found = lock.executeQuery()) {
                if (found.next()) {
                    Locked stream = Locked.read(found);
                    long upTo = Math.min(hidden, stream.head());
                    if (!stream.kept().retention().equals(retention)
                            || upTo > stream.kept().hidden()) {
                        KeptStream kept = new RetentionChange(connection)
                                .retained(stream.id(), stream.kept().hiding(upTo), retention, stream.head(), now);
                        keep(stream, stream.runFirst(), kept);
                    }
                }
            }
        }
        return true;
    }

    Expired expire(long now) throws SQLException {
        List<Locked> due = new ArrayList<>();
        try (PreparedStatement select = Statements.of(connection, DUE, now);
                ResultSet found = select.executeQuery()) {
            while (found.next()) {
                due.add(Locked.read(found));
            }
        }
        int most = due.stream().anyMatch(stream -> holds.mayCover(stream.name())) ? HELD_AT_ONCE : ENTRIES_AT_ONCE;
        long removed = 0;
        for (Locked stream : due) {
            if (removed < most) {
                removed += expire(stream, now, (int) (most - removed));
            }
        }
        return new Expired(removed, due.size() == STREAMS_AT_ONCE || removed >= most);
    }

    /** Removes from one run after the other. At the end the stream is due when its oldest entry ends. */
    private long expire(Locked stream, long now, int most) throws SQLException {
        long removed = 0;
        long runFirst = stream.runFirst();
        Optional<Run> run = oldestRun(stream.id());
        while (run.isPresent()) {
            Run of = run.get();
            List<long[]> oldest = oldest(stream.id(), of, (int) (most - removed) + 1);
            int ended = 0;
            while (ended < oldest.size() && ended < most - removed && hasEnded(stream, oldest.get(ended), now)) {
                ended++;
            }
            if (ended > 0) {
                long last = oldest.get(ended - 1)[0];
                runFirst = remove(stream, of, last, runFirst);
                removed += ended;
            }
            if (removed == most) {
                keep(stream, runFirst, stream.kept()); // due as it is: the next transaction goes on
                return removed;
            }
            if (ended < oldest.size()) {
                long[] left = oldest.get(ended);
                KeptStream rest =
                        new KeptStream(stream.kept().retention(), stream.kept().hidden(), Optional.empty());
                keep(stream, runFirst, rest.dueFrom(left[0], stream.head(), Optional.of(left[1])));
                return removed;
            }
            run = oldestRun(stream.id());
        }
        keep(
                stream,
                runFirst,
                new KeptStream(stream.kept().retention(), stream.kept().hidden(), Optional.empty()));
        return removed;
    }

    private static boolean hasEnded(Locked stream, long[] entry, long now) {
        return stream.kept().hasEnded(entry[0], entry[1], stream.head(), now);
    }

    /** Returns the first seq of the stream's last run then; 0 if there is none. */
    private long remove(Locked stream, Run run, long last, long runFirst) throws SQLException {
        if (holds.mayCover(stream.name())) {
            try (PreparedStatement take =
                    Statements.of(connection, TAKE, stream.id(), run.month(), run.first(), last)) {
                List<EntryRow> taken = held.removed(take, stream.name());
                boolean unused = held.keep(holds.copies(taken));
                files.note(NamedFiles.swept(taken));
            }
        } else {
            files.noteSwept(stream.id(), stream.name(), run.month(), run.first(), last);
            update(REMOVE, stream.id(), run.month(), run.first(), last);
        }
        update(REMOVE_SUPERSEDED, stream.id(), last);
        if (last == run.last()) {
            update(REMOVE_RUN, stream.id(), run.first());
            return runFirst == run.first() ? 0 : runFirst;
        }
        update(SHORTEN_RUN, last + 1, stream.id(), run.first());
        return runFirst == run.first() ? last + 1 : runFirst;
    }

    private Optional<Run> oldestRun(int stream) throws SQLException {
        try (PreparedStatement select = Statements.of(connection, OLDEST_RUN, stream);
                ResultSet run = select.executeQuery()) {
            return run.next() ? Optional.of(new Run(run.getLong(1), run.getLong(2), run.getInt(3))) : Optional.empty();
        }
    }

    /** The seqs and store times of the oldest entries of a run. */
    private List<long[]> oldest(int stream, Run run, int most) throws SQLException {
        List<long[]> entries = new ArrayList<>();
        try (PreparedStatement select =
                        Statements.of(connection, OLDEST, stream, run.month(), run.first(), run.last(), most);
                ResultSet found = select.executeQuery()) {
            while (found.next()) {
                entries.add(new long[] {found.getLong(1), found.getLong(2)});
            }
        }
        return entries;
    }

    private void update(String sql, long... values) throws SQLException {
        try (PreparedStatement statement = Statements.of(connection, sql, values)) {
            statement.executeUpdate();
        }
    }

    private void keep(Locked stream, long runFirst, KeptStream kept) throws SQLException {
        try (PreparedStatement keep = connection.prepareStatement(KEEP)) {
            keep.setLong(1, runFirst);
            keep.setLong(2, kept.retention().own().entries());
            keep.setLong(3, kept.retention().own().ageMs());
            keep.setLong(4, kept.retention().kept().entries());
            keep.setLong(5, kept.retention().kept().ageMs());
            keep.setLong(6, kept.hidden());
            if (kept.due().isPresent()) {
                keep.setLong(7, kept.due().get());
            } else {
                keep.setNull(7, Types.BIGINT);
            }
            keep.setInt(8, stream.id());
            keep.executeUpdate();
        }
    }

    Map<StreamName, StreamRetention> retained(Optional<StreamName> after, int most) throws SQLException {
        Map<StreamName, StreamRetention> all = new LinkedHashMap<>();
        try (PreparedStatement select = connection.prepareStatement(RETAINED)) {
            select.setString(
                    1, after.map(name -> StorableText.encode(name.value())).orElse(""));
            select.setInt(2, most);
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    all.put(
                            new StreamName(StorableText.decode(found.getString(1))),
                            KeptStream.read(found, 1).retention());
                }
            }
        }
        return all;
    }

    String applied() throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT configuration FROM portcullis.retention");
                ResultSet found = select.executeQuery()) {
            return found.next() ? found.getString(1) : "";
        }
    }

    boolean applied(String configuration) throws SQLException {
        try (PreparedStatement remove = connection.prepareStatement("DELETE FROM portcullis.retention");
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO portcullis.retention (configuration) VALUES (?)")) {
            remove.executeUpdate();
            insert.setString(1, configuration);
            insert.executeUpdate();
        }
        return true;
    }
}
