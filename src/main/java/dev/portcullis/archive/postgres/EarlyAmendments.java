package dev.portcullis.archive.postgres;

import dev.portcullis.archive.ArchivePart;
import dev.portcullis.streams.record.EntryRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The amendments that the archive has got before the part that brings them. They lie beyond the position of their stream. */
final class EarlyAmendments {
    private static final String EARLY = "SELECT " + ArchivedRow.COLUMNS
            + " FROM portcullis.entry e WHERE e.stream = ? AND e.seq > ? AND e.month >= ? ORDER BY e.seq";

    private static final String REMOVE = "DELETE FROM portcullis.entry WHERE stream = ? AND month = ? AND seq = ?";

    private final Connection connection;
    private final LockedStreams streams;
    private final EntryChanges changes;
    private final AmendedMessages messages;

    EarlyAmendments(Connection connection, LockedStreams streams, EntryChanges changes, AmendedMessages messages) {
        this.connection = connection;
        this.streams = streams;
        this.changes = changes;
        this.messages = messages;
    }

    /** Adds an amendment that a later part brings too. */
    void add(StreamRow stream, EntryRow amendment) throws SQLException {
        long seq = amendment.entry().position().seq();
        for (ArchivedRow other : of(stream)) {
            if (other.seq() == seq) {
                remove(stream, other);
            }
        }
        int month = Math.max(stream.runMonth(), Months.of(amendment.stored()));
        changes.add(new FiledRow(stream.id(), month, amendment, 0, 0));
        streams.move(stream.early(seq));
    }

    /** The rows of a part, and between them the amendments that came before and that the part lacks. */
    Collection<EntryRow> rowsOf(StreamRow stream, ArchivePart part) throws SQLException {
        List<ArchivedRow> early = of(stream);
        if (early.isEmpty()) {
            return part.rows();
        }
        Map<Long, EntryRow> rows = new TreeMap<>();
        for (ArchivedRow each : early) {
            if (each.seq() <= part.to().seq()) {
                remove(stream, each);
                rows.put(each.seq(), each.row());
            }
        }
        part.rows().forEach(row -> rows.put(row.entry().position().seq(), row));
        return rows.values();
    }

    private List<ArchivedRow> of(StreamRow stream) throws SQLException {
        List<ArchivedRow> all = new ArrayList<>();
        if (stream.earlySeq() > stream.position().seq()) {
            try (PreparedStatement select = Statements.of(
                            connection, EARLY, stream.id(), stream.position().seq(), stream.runMonth());
                    ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    all.add(ArchivedRow.read(found, 0, stream.name()).orElseThrow());
                }
            }
        }
        return all;
    }

    /** Removes an amendment whose place another entry takes. Its message is settled without it. */
    private void remove(StreamRow stream, ArchivedRow early) throws SQLException {
        try (PreparedStatement remove = Statements.of(connection, REMOVE, stream.id(), early.month(), early.seq())) {
            remove.executeUpdate();
        }
        messages.lost(early.row());
    }
}
