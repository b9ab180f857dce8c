package dev.portcullis.archive.postgres;

import dev.portcullis.protocol.Position;
import dev.portcullis.streams.BoundedPart;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.DirectConversation.Part;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects the entries of a part of one conversation, some months at a time. */
final class ConversationPart {
    /** One row more than fits shows that there is one. */
    private static final String CONVERSATION = """
            WITH found AS (
                SELECT e.*, coalesce(sum(CASE WHEN e.state = 5 THEN 0 ELSE octet_length(e.body) END) OVER (ORDER BY e.seq %1$s
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 2 PRECEDING), 0) AS bytes, count(*) OVER () AS rows
                FROM (
                    SELECT * FROM portcullis.entry i
                    WHERE i.stream = ? AND i.other = ? AND i.month IN (%3$s) AND i.seq BETWEEN ? AND ? %2$s
                    ORDER BY i.seq %1$s LIMIT ?
                ) e
            )
            SELECT e.rows, %4$s FROM found e WHERE e.bytes <= ? ORDER BY e.seq %1$s""";

    private final DirectConversation.Read read;
    private final Bounds bounds;
    private final BoundedPart<LatestEntry> part;
    private final boolean forwards;
    private boolean trimmed;

    ConversationPart(DirectConversation.Read read, Bounds bounds) {
        this.read = read;
        this.bounds = bounds;
        this.forwards = read.order() == Order.AFTER;
        this.part = new BoundedPart<>(bounds, LatestEntry::length);
    }

    boolean isOver() {
        return part.isCut();
    }

    /**
     * Reads on in the order of the read.
     *
     * @param months consecutive months that the inbox has, in that order
     * @param low the lowest seq that is wanted
     * @param high the highest one
     */
    void read(Connection connection, int stream, List<Integer> months, long low, long high) throws SQLException {
        long from = low;
        long to = high;
        boolean more = true;
        while (more && !part.isCut()) { // else gaps have taken the places of entries
            Rows read = rows(connection, stream, months, from, to);
            more = read.left();
            from = forwards ? read.lastSeq() + 1 : from;
            to = forwards ? to : read.lastSeq() - 1;
        }
    }

    /** @param left whether the statement found more rows than it gave */
    private record Rows(long lastSeq, boolean left) {}

    private Rows rows(Connection connection, int stream, List<Integer> months, long from, long to) throws SQLException {
        StreamName inbox = read.of().inbox();
        List<ArchivedRow> rows = new ArrayList<>();
        int all = 0;
        try (PreparedStatement select = connection.prepareStatement(sql(months))) {
            select.setInt(1, stream);
            select.setString(2, StorableText.encode(read.of().other().value()));
            select.setLong(3, from);
            select.setLong(4, to);
            select.setInt(5, bounds.entries() + 1);
            select.setLong(6, bounds.bytes());
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    rows.add(ArchivedRow.read(found, 1, inbox).orElseThrow());
                    all = found.getInt(1);
                }
            }
        }
        Map<Long, ArchivedRow> amendments = forwards ? Map.of() : MessageRows.newest(connection, inbox, stream, rows);
        rows.forEach(row -> take(row, Optional.ofNullable(amendments.get(row.newest()))));
        long lastSeq = rows.isEmpty() ? 0 : rows.get(rows.size() - 1).seq();
        return new Rows(lastSeq, all > bounds.entries() || rows.size() < all);
    }

    /** Forwards, gaps are among the rows, and have no bytes that count; backwards neither amendments nor gaps. */
    private String sql(List<Integer> months) {
        return CONVERSATION.formatted(
                forwards ? "" : "DESC",
                forwards ? "" : "AND i.state NOT IN (4, 5)",
                Months.list(months),
                ArchivedRow.COLUMNS);
    }

    private void take(ArchivedRow row, Optional<ArchivedRow> amendment) {
        if (part.isCut()) {
            return;
        }
        if (row.row().isGap()) {
            trimmed |= row.row().isOf(read.of().other());
        } else {
            boolean unused = part.add(row.latest(amendment));
        }
    }

    /** The seq of the last entry of the part. */
    Optional<Long> lastSeq() {
        List<LatestEntry> entries = part.items();
        return entries.isEmpty()
                ? Optional.empty()
                : Optional.of(entries.get(entries.size() - 1).entry().position().seq());
    }

    /** @param lost whether the archive lacks entries up to the end of the part */
    Part build(Position head, boolean lost) {
        return new Part(head, part.items(), part.isCut(), lost || trimmed);
    }
}
