package dev.portcullis.archive.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Set;

/** Moves entries aside which the stream does not have any more, because its store has begun a new epoch before them. */
final class SupersededEntries {
    private static final String AMENDED_BEYOND = """
            SELECT DISTINCT e.message_id, e.message_name FROM portcullis.entry e
            WHERE e.stream = ? AND e.seq > ? AND e.state = 4
                AND e.month >= (SELECT min(r.month) FROM portcullis.run r WHERE r.stream = e.stream AND r.last_seq > ?)""";

    private static final String MOVE_BEYOND = """
            WITH gone AS (
                DELETE FROM portcullis.entry e WHERE e.stream = ? AND e.seq > ?
                    AND e.month >= (SELECT min(r.month) FROM portcullis.run r WHERE r.stream = ? AND r.last_seq > ?)
                RETURNING e.*
            )
            INSERT INTO portcullis.superseded (seq, stored, stamp, stream, month, epoch, state, amendment, newest, newest_month,
                message_id, message_name, author, other, bars, body)
            SELECT seq, stored, stamp, stream, month, epoch, state, amendment, newest, newest_month,
                message_id, message_name, author, other, bars, body FROM gone""";

    private static final String REMOVE_RUNS = "DELETE FROM portcullis.run WHERE stream = ? AND first_seq > ?";

    private static final String CUT_RUN =
            "UPDATE portcullis.run SET last_seq = ? WHERE stream = ? AND first_seq <= ? AND last_seq > ?";

    private static final String LAST_RUN = """
            SELECT first_seq, last_seq, month FROM portcullis.run WHERE stream = ? ORDER BY first_seq DESC LIMIT 1""";

    private final Connection connection;
    private final LockedStreams streams;
    private final EntryChanges changes;
    private final AmendedMessages messages;

    SupersededEntries(Connection connection, LockedStreams streams, EntryChanges changes, AmendedMessages messages) {
        this.connection = connection;
        this.streams = streams;
        this.changes = changes;
        this.messages = messages;
    }

    /** Moves the entries of a stream beyond a seq aside. Returns how many there were. */
    int moveAside(StreamRow stream, long shared) throws SQLException {
        Set<String> amended = new LinkedHashSet<>();
        try (PreparedStatement select = Statements.of(connection, AMENDED_BEYOND, stream.id(), shared, shared);
                ResultSet found = select.executeQuery()) {
            while (found.next()) {
                amended.add(ArchivedRow.id(found, 1));
            }
        }
        int count;
        try (PreparedStatement move = Statements.of(connection, MOVE_BEYOND, stream.id(), shared, stream.id(), shared);
                PreparedStatement remove = Statements.of(connection, REMOVE_RUNS, stream.id(), shared);
                PreparedStatement cut = Statements.of(connection, CUT_RUN, shared, stream.id(), shared, shared);
                PreparedStatement last = Statements.of(connection, LAST_RUN, stream.id())) {
            count = move.executeUpdate();
            remove.executeUpdate();
            cut.executeUpdate();
            try (ResultSet run = last.executeQuery()) {
                boolean any = run.next();
                streams.cut(stream.cut(any ? run.getLong(2) : 0, any ? run.getLong(1) : 0, any ? run.getInt(3) : 0));
            }
        }
        for (String id : amended) {
            messages.settle(stream, id);
        }
        changes.writeChanged();
        return count;
    }
}
