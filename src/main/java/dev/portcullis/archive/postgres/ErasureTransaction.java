package dev.portcullis.archive.postgres;

import dev.portcullis.archive.AmendedMessage;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.Erasure;
import dev.portcullis.streams.ErasureStore.Disowned;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.holds.Holds;
import dev.portcullis.streams.record.AuthorChange;
import dev.portcullis.streams.record.EntryRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Takes deleted users out of the archive, some entries in each transaction. It holds the rows of their streams as a transaction
 * does that adds parts: so none of them writes back what the other one has changed.
 */
final class ErasureTransaction {
    private static final int ROWS_AT_ONCE = 200;
    private static final int CLEARED_AT_ONCE = 2_000;

    /** Entries of which copies may have to be made, and which are therefore read. */
    private static final int HELD_AT_ONCE = 200;

    private static final String STREAMS = """
            SELECT DISTINCT e.stream FROM (
                SELECT i.stream FROM portcullis.entry i WHERE i.author = ? LIMIT ?) e""";

    private static final String ENTRIES = "SELECT e.stream, " + ArchivedRow.COLUMNS
            + " FROM portcullis.entry e WHERE e.author = ? AND e.stream = ANY (?) LIMIT ?";

    /** The index has what is left of a text under the keys of another user. */
    private static final String CHANGES = """
            UPDATE portcullis.entry e
            SET state = c.state, author = c.author, other = c.other, body = c.body,
                words = CASE WHEN c.state IN (1, 2) THEN array_replace(array_replace(e.words, ?, ?), ?, ?) END
            FROM unnest(?::int[], ?::int[], ?::bigint[], ?::smallint[], ?::text[], ?::text[], ?::bytea[])
                AS c (stream, month, seq, state, author, other, body)
            WHERE e.stream = c.stream AND e.month = c.month AND e.seq = c.seq""";

    /** What streams have lost is read by no one, so nothing depends on it. */
    private static final String SUPERSEDED = "DELETE FROM portcullis.superseded WHERE author = ?";

    private static final String LOCK_ONE = "SELECT s.id FROM portcullis.stream s WHERE s.name = ? FOR UPDATE";

    private static final String NEW_STREAM = """
            INSERT INTO portcullis.stream (name, epoch, seq, run_first, run_month)
            VALUES (?, ?, 0, 0, 0) ON CONFLICT DO NOTHING""";

    private static final String CLEAR = """
            DELETE FROM portcullis.entry e USING (
                SELECT i.month, i.seq FROM portcullis.entry i WHERE i.stream = ? LIMIT ?) o
            WHERE e.stream = ? AND e.month = o.month AND e.seq = o.seq""";

    private static final String TAKE = CLEAR + " RETURNING " + ArchivedRow.COLUMNS;

    private static final String CLEAR_RUNS = "DELETE FROM portcullis.run WHERE stream = ?";

    private static final String CLEAR_SUPERSEDED = "DELETE FROM portcullis.superseded WHERE stream = ?";

    private static final String END = "UPDATE portcullis.stream SET run_first = 0 WHERE id = ?";

    private static final String MOVE = "UPDATE portcullis.stream SET epoch = ?, seq = ? WHERE id = ?";

    private final Connection connection;

    /** @param last whether nothing is left */
    record Cleared(int removed, boolean last) {}

    private record Found(StreamName stream, int number, ArchivedRow row) {}

    ErasureTransaction(Connection connection) {
        this.connection = connection;
    }

    Disowned erase(Erasure erasure) throws SQLException {
        Map<Integer, StreamName> streams = lock(erasure.user());
        AuthorChange change = new AuthorChange(erasure);
        Map<List<Long>, FiledRow> changed = new HashMap<>();
        for (Found each : entries(erasure.user(), streams)) {
            for (ArchivedRow row : rows(each)) {
                change.apply(row.row())
                        .ifPresent(after -> changed.put(
                                List.of((long) each.number(), row.seq()),
                                new FiledRow(each.number(), row.month(), after, row.newest(), row.newestMonth())));
            }
        }
        if (changed.isEmpty() && !streams.isEmpty()) {
            return erase(erasure); // another deletion of the user was faster
        }
        if (changed.isEmpty()) {
            remove(SUPERSEDED, erasure.user().value());
            return Disowned.NONE;
        }
        write(changed.values(), erasure);
        Set<StreamName> named = new HashSet<>();
        changed.values().forEach(row -> named.add(row.row().entry().stream()));
        return new Disowned(changed.size(), named);
    }

    /** The streams of the next entries, whose rows are held from now on. */
    private Map<Integer, StreamName> lock(UserId author) throws SQLException {
        Set<Integer> numbers = new TreeSet<>();
        try (PreparedStatement select = connection.prepareStatement(STREAMS)) {
            select.setString(1, author.value());
            select.setInt(2, ROWS_AT_ONCE);
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    numbers.add(found.getInt(1));
                }
            }
        }
        return LockedStreams.lock(connection, numbers);
    }

    private List<Found> entries(UserId author, Map<Integer, StreamName> streams) throws SQLException {
        List<Found> all = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(ENTRIES)) {
            select.setString(1, author.value());
            select.setArray(2, connection.createArrayOf("int4", streams.keySet().toArray()));
            select.setInt(3, ROWS_AT_ONCE);
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    int number = found.getInt(1);
                    StreamName stream = Optional.ofNullable(streams.get(number)).orElseThrow();
                    all.add(new Found(
                            stream, number, ArchivedRow.read(found, 1, stream).orElseThrow()));
                }
            }
        }
        return all;
    }

    /** The entry, and with a deletion all that it deleted: that has the text of the deletion, which names the user. */
    private List<ArchivedRow> rows(Found entry) throws SQLException {
        EntryRow row = entry.row().row();
        Optional<String> id = AmendedMessage.idOf(row).filter(any -> AmendedMessage.isDeletion(row));
        return id.isPresent()
                ? MessageRows.find(connection, entry.stream(), entry.number(), id.get(), 0)
                : List.of(entry.row());
    }

    private void write(Collection<FiledRow> changed, Erasure erasure) throws SQLException {
        List<FiledRow> rows = List.copyOf(changed);
        try (RowArrays table = new RowArrays(connection, CHANGES)) {
            table.number(IndexKeys.author(erasure.user()))
                    .number(IndexKeys.author(erasure.by()))
                    .number(IndexKeys.with(erasure.user()))
                    .number(IndexKeys.with(erasure.by()))
                    .ints(rows, FiledRow::stream)
                    .ints(rows, FiledRow::month)
                    .longs(rows, FiledRow::seq)
                    .shorts(rows, each -> each.row().state().code())
                    .texts(
                            rows,
                            each -> each.row().message().map(Message::author).map(UserId::value))
                    .texts(rows, each -> each.row().correspondent().map(UserId::value))
                    .bytes(rows, each -> each.row().entry().body())
                    .run();
        }
    }

    private void remove(String sql, String author) throws SQLException {
        try (PreparedStatement remove = connection.prepareStatement(sql)) {
            remove.setString(1, author);
            remove.executeUpdate();
        }
    }

    /**
     * Removes some entries of an inbox; with the last of them its position moves.
     *
     * @param nothing the number of the epoch of streams that the archive does not have
     * @param epoch the number of the epoch of the head
     * @param holds of what these cover a copy stays
     */
    Cleared clear(StreamName inbox, Position head, int nothing, int epoch, Holds holds) throws SQLException {
        Optional<Integer> stream = lock(inbox, head.seq() > 0, nothing);
        if (stream.isEmpty()) {
            return new Cleared(0, true);
        }
        int number = stream.get();
        boolean mayBeHeld = holds.mayCover(inbox);
        int most = mayBeHeld ? HELD_AT_ONCE : CLEARED_AT_ONCE;
        int removed;
        try (PreparedStatement clear = connection.prepareStatement(mayBeHeld ? TAKE : CLEAR)) {
            clear.setInt(1, number);
            clear.setInt(2, most);
            clear.setInt(3, number);
            removed = mayBeHeld ? take(clear, inbox, holds) : clear.executeUpdate();
        }
        if (removed < most) {
            end(number, head, epoch);
        }
        return new Cleared(removed, removed < most);
    }

    private int take(PreparedStatement clear, StreamName inbox, Holds holds) throws SQLException {
        HeldTable held = new HeldTable(connection);
        List<EntryRow> rows = held.removed(clear, inbox);
        boolean unused = held.keep(holds.copies(rows));
        return rows.size();
    }

    private Optional<Integer> lock(StreamName inbox, boolean make, int nothing) throws SQLException {
        String name = StorableText.encode(inbox.value());
        if (make) {
            try (PreparedStatement insert = connection.prepareStatement(NEW_STREAM)) {
                insert.setString(1, name);
                insert.setInt(2, nothing);
                insert.executeUpdate();
            }
        }
        try (PreparedStatement lock = connection.prepareStatement(LOCK_ONE)) {
            lock.setString(1, name);
            try (ResultSet found = lock.executeQuery()) {
                return found.next() ? Optional.of(found.getInt(1)) : Optional.empty();
            }
        }
    }

    private void end(int number, Position head, int epoch) throws SQLException {
        for (String sql : List.of(CLEAR_RUNS, CLEAR_SUPERSEDED, END)) {
            try (PreparedStatement clear = connection.prepareStatement(sql)) {
                clear.setInt(1, number);
                clear.executeUpdate();
            }
        }
        if (head.seq() > 0) {
            try (PreparedStatement move = connection.prepareStatement(MOVE)) {
                move.setInt(1, epoch);
                move.setLong(2, head.seq());
                move.setInt(3, number);
                move.executeUpdate();
            }
        }
    }
}
