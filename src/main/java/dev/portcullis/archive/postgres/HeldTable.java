package dev.portcullis.archive.postgres;

import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.BoundedPart;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.holds.HeldMessage;
import dev.portcullis.streams.holds.HeldPlace;
import dev.portcullis.streams.holds.Hold;
import dev.portcullis.streams.holds.Holds;
import dev.portcullis.streams.holds.PlacedHold;
import dev.portcullis.streams.record.EntryRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The copies of what holds keep. */
final class HeldTable {
    private static final int RELEASED_AT_ONCE = 1_000;

    private static final String KEEP = """
            INSERT INTO portcullis.held (hold, since, stored, stream, seq, epoch, author, entry)
            SELECT * FROM unnest(?::text[], ?::bigint[], ?::bigint[], ?::text[], ?::bigint[], ?::text[], ?::text[], ?::bytea[])
            ON CONFLICT DO NOTHING""";

    private static final String FIRST = """
            SELECT h.stream, h.seq, h.entry FROM portcullis.held h WHERE h.hold = ? AND h.since = ?
            ORDER BY h.stored, h.stream, h.seq, h.epoch LIMIT ?""";

    private static final String BEHIND = """
            SELECT h.stream, h.seq, h.entry FROM portcullis.held h WHERE h.hold = ? AND h.since = ?
                AND (h.stored, h.stream, h.seq, h.epoch) > (?, ?, ?, ?)
            ORDER BY h.stored, h.stream, h.seq, h.epoch LIMIT ?""";

    private static final String RELEASE = """
            DELETE FROM portcullis.held h USING (
                SELECT i.stored, i.stream, i.seq, i.epoch FROM portcullis.held i WHERE i.hold = ? AND i.since = ? LIMIT ?) o
            WHERE h.hold = ? AND h.since = ? AND h.stored = o.stored AND h.stream = o.stream AND h.seq = o.seq
                AND h.epoch = o.epoch""";

    private static final String BYTES = "SELECT pg_total_relation_size('portcullis.held')";

    private static final String WRITTEN = """
            SELECT s.name FROM portcullis.stream s WHERE s.name = ANY (?)
                AND EXISTS (SELECT 1 FROM portcullis.entry e WHERE e.stream = s.id AND e.author = ?)""";

    private static final String COPIED = """
            SELECT c.hold FROM unnest(?::text[], ?::bigint[]) AS c (hold, since)
            WHERE EXISTS (SELECT 1 FROM portcullis.held h WHERE h.author = ? AND h.hold = c.hold AND h.since = c.since)""";

    private final Connection connection;

    HeldTable(Connection connection) {
        this.connection = connection;
    }

    boolean keep(List<HeldMessage> copies) throws SQLException {
        if (copies.isEmpty()) {
            return false;
        }
        try (RowArrays table = new RowArrays(connection, KEEP)) {
            table.texts(copies, copy -> Optional.of(copy.hold().hold().key()))
                    .longs(copies, copy -> copy.hold().since())
                    .longs(copies, copy -> copy.row().stored())
                    .texts(copies, copy -> Optional.of(name(copy.place().stream())))
                    .longs(copies, copy -> copy.place().at().seq())
                    .texts(
                            copies,
                            copy -> Optional.of(
                                    StorableText.encode(copy.place().at().epoch())))
                    .texts(
                            copies,
                            copy -> copy.row().message().map(Message::author).map(UserId::value))
                    .bytes(copies, copy -> copy.row().encode())
                    .run();
        }
        return true;
    }

    List<HeldMessage> read(PlacedHold hold, Optional<HeldPlace> after, Bounds bounds) throws SQLException {
        BoundedPart<HeldMessage> part =
                new BoundedPart<>(bounds, copy -> copy.row().length());
        try (PreparedStatement select = connection.prepareStatement(after.isPresent() ? BEHIND : FIRST)) {
            select.setString(1, hold.hold().key());
            select.setLong(2, hold.since());
            int column = 2;
            if (after.isPresent()) {
                HeldPlace place = after.get();
                select.setLong(3, place.stored());
                select.setString(4, name(place.stream()));
                select.setLong(5, place.at().seq());
                select.setString(6, StorableText.encode(place.at().epoch()));
                column = 6;
            }
            select.setInt(column + 1, bounds.entries());
            try (ResultSet found = select.executeQuery()) {
                boolean room = true;
                while (room && found.next()) {
                    StreamName stream = new StreamName(StorableText.decode(found.getString(1)));
                    room = part.add(
                            new HeldMessage(hold, EntryRow.decode(stream, found.getLong(2), found.getBytes(3))));
                }
            }
        }
        return part.items();
    }

    long release(PlacedHold hold) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(RELEASE)) {
            delete.setString(1, hold.hold().key());
            delete.setLong(2, hold.since());
            delete.setInt(3, RELEASED_AT_ONCE);
            delete.setString(4, hold.hold().key());
            delete.setLong(5, hold.since());
            return delete.executeUpdate();
        }
    }

    /** A count of rows would read them all. */
    long bytes() throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(BYTES);
                ResultSet found = select.executeQuery()) {
            found.next();
            return found.getLong(1);
        }
    }

    Set<Hold> holding(UserId author, Holds holds) throws SQLException {
        List<PlacedHold> all = holds.all();
        Set<Hold> found = new LinkedHashSet<>();
        holds.of(new Hold.OfUser(author)).ifPresent(each -> found.add(each.hold()));
        Map<String, Hold> byStream =
                all.stream().collect(Collectors.toMap(each -> name(each.hold().stream()), PlacedHold::hold));
        try (PreparedStatement select = connection.prepareStatement(WRITTEN)) {
            select.setArray(
                    1,
                    ArchiveReader.names(
                            connection,
                            all.stream().map(each -> each.hold().stream()).toList()));
            select.setString(2, author.value());
            addAll(select, byStream, found);
        }
        Map<String, Hold> byKey =
                all.stream().collect(Collectors.toMap(each -> each.hold().key(), PlacedHold::hold));
        try (PreparedStatement select = connection.prepareStatement(COPIED)) {
            select.setArray(
                    1,
                    connection.createArrayOf(
                            "text", all.stream().map(each -> each.hold().key()).toArray()));
            select.setArray(
                    2,
                    connection.createArrayOf(
                            "int8", all.stream().map(PlacedHold::since).toArray()));
            select.setString(3, author.value());
            addAll(select, byKey, found);
        }
        return found;
    }

    private static void addAll(PreparedStatement select, Map<String, Hold> holds, Set<Hold> found) throws SQLException {
        try (ResultSet names = select.executeQuery()) {
            while (names.next()) {
                Optional.ofNullable(holds.get(names.getString(1))).ifPresent(found::add);
            }
        }
    }

    /** Runs a statement that removes entries and returns the {@link ArchivedRow#COLUMNS} of each. */
    List<EntryRow> removed(PreparedStatement remove, StreamName stream) throws SQLException {
        List<EntryRow> rows = new ArrayList<>();
        try (ResultSet found = remove.executeQuery()) {
            while (found.next()) {
                ArchivedRow.read(found, 0, stream).ifPresent(row -> rows.add(row.row()));
            }
        }
        return rows;
    }

    private static String name(StreamName stream) {
        return StorableText.encode(stream.value());
    }
}
