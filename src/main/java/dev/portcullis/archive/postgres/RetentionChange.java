package dev.portcullis.archive.postgres;

import dev.portcullis.streams.Retention;
import dev.portcullis.streams.StreamRetention;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Finds where a new retention cuts a stream off. An old one needs no search: a part that is added moves it along. */
final class RetentionChange {
    /** The first entry of a stream from a seq on, by the run that it is in. */
    private static final String FIRST_FROM = """
            SELECT greatest(r.first_seq, ?), r.month FROM portcullis.run r
            WHERE r.stream = ? AND r.last_seq >= ? ORDER BY r.first_seq LIMIT 1""";

    private static final String STORED =
            "SELECT e.stored FROM portcullis.entry e WHERE e.stream = ? AND e.month = ? AND e.seq = ?";

    private final Connection connection;

    private record Entry(long seq, long stored) {}

    RetentionChange(Connection connection) {
        this.connection = connection;
    }

    /** @param now the store time */
    KeptStream retained(int stream, KeptStream before, StreamRetention retention, long head, long now)
            throws SQLException {
        Retention kept = retention.kept();
        Optional<Entry> oldest = firstFrom(stream, 1);
        long first = oldest.map(Entry::seq).orElse(head + 1);
        long tooOld = kept.ageMs() == Retention.FOREVER ? 0 : lastBefore(stream, first, head, kept.horizon(now));
        long hidden = Math.max(before.hidden(), Math.max(kept.passed(head), tooOld));
        return new KeptStream(retention, hidden, Optional.empty()).dueFrom(first, head, oldest.map(Entry::stored));
    }

    /** The highest seq of entries that were stored before a time: by halves, since the times of entries do not go back. */
    private long lastBefore(int stream, long first, long head, long time) throws SQLException {
        long low = first - 1;
        long high = head;
        while (low < high) {
            long middle = low + (high - low + 1) / 2;
            Optional<Entry> entry = firstFrom(stream, middle).filter(each -> each.seq() <= head);
            if (entry.isPresent() && entry.get().stored() < time) {
                low = entry.get().seq();
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private Optional<Entry> firstFrom(int stream, long seq) throws SQLException {
        try (PreparedStatement select = Statements.of(connection, FIRST_FROM, seq, stream, seq);
                ResultSet run = select.executeQuery()) {
            if (!run.next()) {
                return Optional.empty();
            }
            long at = run.getLong(1);
            try (PreparedStatement entry = Statements.of(connection, STORED, stream, run.getInt(2), at);
                    ResultSet found = entry.executeQuery()) {
                return found.next() ? Optional.of(new Entry(at, found.getLong(1))) : Optional.empty();
            }
        }
    }
}
