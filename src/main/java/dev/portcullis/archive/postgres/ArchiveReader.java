package dev.portcullis.archive.postgres;

import dev.portcullis.archive.AmendedMessage;
import dev.portcullis.archive.ArchiveStore;
import dev.portcullis.protocol.Position;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.DirectConversation.Order;
import dev.portcullis.streams.StoredMessage;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.record.EntryRow;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads parts of streams. A page is one statement, which probes the tables of the one or two months that it lies in. */
final class ArchiveReader {
    private static final String POSITIONS = """
            SELECT s.name, p.value, s.seq FROM portcullis.stream s JOIN portcullis.epoch p ON p.id = s.epoch
            WHERE s.name = ANY (?)""";

    private static final String MONTHS = """
            SELECT s.id, p.value, s.seq,
                (SELECT array_agg(DISTINCT r.month) FROM portcullis.run r WHERE r.stream = s.id
                    AND r.first_seq <= ? AND r.last_seq >= greatest(?, s.hidden + 1)), s.hidden
            FROM portcullis.stream s JOIN portcullis.epoch p ON p.id = s.epoch WHERE s.name = ?""";

    private static final String KEPT = """
            SELECT coalesce(sum(least(r.last_seq, ?) - greatest(r.first_seq, ?) + 1), 0) FROM portcullis.run r
            WHERE r.stream = ? AND r.first_seq <= ? AND r.last_seq >= ?""";

    private ArchiveReader() {}

    static List<Position> positions(Connection connection, List<StreamName> streams) throws SQLException {
        Map<String, Position> found = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(POSITIONS)) {
            select.setArray(1, names(connection, streams));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.put(rows.getString(1), new Position(StorableText.decode(rows.getString(2)), rows.getLong(3)));
                }
            }
        }
        return streams.stream()
                .map(stream -> found.getOrDefault(StorableText.encode(stream.value()), ArchiveStore.NOTHING))
                .toList();
    }

    static Array names(Connection connection, Collection<StreamName> streams) throws SQLException {
        return connection.createArrayOf(
                "text",
                streams.stream()
                        .map(stream -> StorableText.encode(stream.value()))
                        .sorted()
                        .toArray());
    }

    static Optional<StoredMessage> find(Connection connection, StreamName stream, String id) throws SQLException {
        Optional<Shown> shown = shown(connection, stream);
        if (shown.isEmpty() || id.isEmpty()) {
            return Optional.empty();
        }
        AmendedMessage message = AmendedMessage.of(
                MessageRows.find(connection, stream, shown.get().stream(), id, StoredMessage.BODY_BYTES).stream()
                        .map(ArchivedRow::row)
                        .toList());
        return message.latest()
                .filter(row -> row.entry().position().seq() > shown.get().hidden())
                .map(row -> row.asMessage(message.amendments().size(), Optional.empty()));
    }

    /** All that the archive has of a message, also what no read returns. */
    static List<EntryRow> rows(Connection connection, StreamName stream, String id) throws SQLException {
        Optional<Shown> shown = shown(connection, stream);
        return shown.isEmpty() || id.isEmpty()
                ? List.of()
                : MessageRows.find(connection, stream, shown.get().stream(), id, 0).stream()
                        .map(ArchivedRow::row)
                        .toList();
    }

    /** A stream whose entries up to a seq no read returns. */
    private record Shown(int stream, long hidden) {}

    private static Optional<Shown> shown(Connection connection, StreamName stream) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT id, hidden FROM portcullis.stream WHERE name = ?")) {
            select.setString(1, StorableText.encode(stream.value()));
            try (ResultSet found = select.executeQuery()) {
                return found.next() ? Optional.of(new Shown(found.getInt(1), found.getLong(2))) : Optional.empty();
            }
        }
    }

    /**
     * A conversation has few entries in a month, so it may lie in many. The months are read from the position on, then twice as
     * many at a time.
     */
    static DirectConversation.Part conversation(Connection connection, DirectConversation.Read read, Bounds bounds)
            throws SQLException {
        boolean forwards = read.order() == Order.AFTER;
        long seq = Math.max(0, read.seq());
        long low = forwards ? Math.min(seq, Long.MAX_VALUE - 1) + 1 : 1;
        Optional<Place> place = place(connection, read, low, forwards ? Long.MAX_VALUE : seq - 1);
        if (place.isEmpty()) {
            return new DirectConversation.Part(ArchiveStore.NOTHING, List.of(), false, false);
        }
        Position head = place.get().head();
        long high = forwards ? head.seq() : Math.min(head.seq(), seq - 1);
        long shown = Math.max(low, place.get().hidden() + 1);
        ConversationPart part = new ConversationPart(read, bounds);
        List<Integer> months = place.get().months();
        int count = 1;
        for (int done = 0; done < months.size() && !part.isOver(); done += count, count *= 2) {
            List<Integer> next = months.subList(done, Math.min(months.size(), done + count));
            part.read(connection, place.get().stream(), next, shown, high);
        }
        long last = part.lastSeq().filter(any -> part.isOver()).orElse(part.isOver() ? seq : head.seq());
        return part.build(
                head,
                forwards
                        && (low <= Math.min(last, place.get().hidden())
                                || lacksOneOf(connection, place.get().stream(), low, last)));
    }

    /** Whether the archive lacks an entry between two that it should have. */
    private static boolean lacksOneOf(Connection connection, int stream, long first, long last) throws SQLException {
        if (last < first) {
            return false;
        }
        try (PreparedStatement select = connection.prepareStatement(KEPT)) {
            select.setLong(1, last);
            select.setLong(2, first);
            select.setInt(3, stream);
            select.setLong(4, last);
            select.setLong(5, first);
            try (ResultSet kept = select.executeQuery()) {
                return !kept.next() || kept.getLong(1) < last - first + 1;
            }
        }
    }

    /** Where an inbox lies. */
    private record Place(int stream, Position head, List<Integer> months, long hidden) {}

    private static Optional<Place> place(Connection connection, DirectConversation.Read read, long low, long high)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(MONTHS)) {
            select.setLong(1, high);
            select.setLong(2, low);
            select.setString(3, StorableText.encode(read.of().inbox().value()));
            try (ResultSet found = select.executeQuery()) {
                if (!found.next()) {
                    return Optional.empty();
                }
                List<Integer> months = new ArrayList<>();
                Array all = found.getArray(4);
                if (all != null) {
                    months.addAll(List.of((Integer[]) all.getArray()));
                }
                if (read.order() == Order.BEFORE) {
                    months.sort(Comparator.reverseOrder());
                }
                return Optional.of(new Place(
                        found.getInt(1),
                        new Position(StorableText.decode(found.getString(2)), found.getLong(3)),
                        List.copyOf(months),
                        found.getLong(5)));
            }
        }
    }
}
