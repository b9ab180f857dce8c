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
import java.util.List;
import java.util.Optional;

/** Collects the entries of a part of one conversation, some months at a time. */
final class ConversationPart {
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
        int first = months.get(0);
        int last = months.get(months.size() - 1);
        StreamName inbox = read.of().inbox();
        int taken = 0;
        int all = 0;
        long lastSeq = 0;
        try (PreparedStatement select = connection.prepareStatement(
                forwards ? ArchiveReader.CONVERSATION_AFTER : ArchiveReader.CONVERSATION_BEFORE)) {
            select.setInt(1, stream);
            select.setString(2, StorableText.encode(read.of().other().value()));
            select.setInt(3, Math.min(first, last));
            select.setInt(4, Math.max(first, last));
            select.setLong(5, from);
            select.setLong(6, to);
            select.setInt(7, bounds.entries() + 1);
            select.setLong(8, bounds.bytes());
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    ArchivedRow row = ArchivedRow.read(found, 1, inbox).orElseThrow();
                    take(row, forwards ? Optional.empty() : ArchivedRow.read(found, 1 + ArchivedRow.COUNT, inbox));
                    taken++;
                    all = found.getInt(1);
                    lastSeq = row.seq();
                }
            }
        }
        return new Rows(lastSeq, all > bounds.entries() || taken < all);
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
