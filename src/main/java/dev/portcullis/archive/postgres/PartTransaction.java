package dev.portcullis.archive.postgres;

import dev.portcullis.archive.AmendedMessage;
import dev.portcullis.archive.ArchivePart;
import dev.portcullis.archive.ArchiveStore;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Adds parts of streams in one transaction, which holds the rows of their streams from its beginning: two feeders that add the same
 * part do it one after the other, and the second finds another position.
 */
final class PartTransaction {
    private static final String LOCK =
            "SELECT s.id FROM portcullis.stream s WHERE s.name = ANY (?) ORDER BY s.name FOR UPDATE";

    /** A statement after that which waits for locks sees what others have committed before they let go of them. */
    private static final String STREAMS = """
            SELECT s.name, s.id, p.value, s.epoch, s.seq, s.run_first, s.run_month, s.early_seq
            FROM portcullis.stream s JOIN portcullis.epoch p ON p.id = s.epoch WHERE s.name = ANY (?)""";

    private static final String NEW_STREAMS = """
            INSERT INTO portcullis.stream (name, epoch, seq, run_first, run_month, early_seq)
            SELECT n.name, ?, 0, 0, 0, 0 FROM unnest(?) AS n (name) ORDER BY n.name
            ON CONFLICT DO NOTHING""";

    private static final String EPOCH = "SELECT id FROM portcullis.epoch WHERE value = ?";

    private static final String ENTRIES = """
            INSERT INTO portcullis.entry (stream, month, seq, stored, stamp, epoch, state, amendment, newest, newest_month, message_id,
                message_name, author, other, bars, body)
            SELECT * FROM unnest(?::int[], ?::int[], ?::bigint[], ?::bigint[], ?::bigint[], ?::int[], ?::smallint[], ?::bigint[],
                ?::bigint[], ?::int[], ?::uuid[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bytea[])""";

    private static final String CHANGES = """
            UPDATE portcullis.entry e
            SET state = c.state, amendment = c.amendment, newest = c.newest, newest_month = c.newest_month, body = c.body
            FROM unnest(?::int[], ?::int[], ?::bigint[], ?::smallint[], ?::bigint[], ?::bigint[], ?::int[], ?::bytea[])
                AS c (stream, month, seq, state, amendment, newest, newest_month, body)
            WHERE e.stream = c.stream AND e.month = c.month AND e.seq = c.seq""";

    private static final String RUNS = """
            INSERT INTO portcullis.run (stream, first_seq, last_seq, month)
            SELECT * FROM unnest(?::int[], ?::bigint[], ?::bigint[], ?::int[])
            ON CONFLICT (stream, first_seq) DO UPDATE SET last_seq = excluded.last_seq""";

    private static final String POSITIONS = """
            UPDATE portcullis.stream s
            SET epoch = n.epoch, seq = n.seq, run_first = n.run_first, run_month = n.run_month, early_seq = n.early_seq
            FROM unnest(?::int[], ?::int[], ?::bigint[], ?::bigint[], ?::int[], ?::bigint[])
                AS n (id, epoch, seq, run_first, run_month, early_seq)
            WHERE s.id = n.id""";

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
            INSERT INTO portcullis.superseded SELECT * FROM gone""";

    private static final String REMOVE_RUNS = "DELETE FROM portcullis.run WHERE stream = ? AND first_seq > ?";

    private static final String CUT_RUN =
            "UPDATE portcullis.run SET last_seq = ? WHERE stream = ? AND first_seq <= ? AND last_seq > ?";

    /** The amendments that came before their part. */
    private static final String EARLY = "SELECT " + ArchivedRow.COLUMNS
            + " FROM portcullis.entry e WHERE e.stream = ? AND e.seq > ? AND e.month >= ? ORDER BY e.seq";

    private static final String REMOVE = "DELETE FROM portcullis.entry WHERE stream = ? AND month = ? AND seq = ?";

    /** The run before a seq, or else the one behind it: their month is that of an entry in the hole between them. */
    private static final String BESIDE = """
            SELECT r.month, r.first_seq <= ? AND r.last_seq >= ? FROM portcullis.run r WHERE r.stream = ?
            ORDER BY r.first_seq <= ? DESC, abs(r.first_seq - ?) LIMIT 1""";

    private static final String LAST_RUN = """
            SELECT first_seq, last_seq, month FROM portcullis.run WHERE stream = ? ORDER BY first_seq DESC LIMIT 1""";

    private final Connection connection;
    private final Map<String, Integer> epochs;
    private final Map<StreamName, ArchivedStream> streams = new LinkedHashMap<>();
    private final Map<Place, FiledRow> added = new LinkedHashMap<>();
    private final Map<Place, FiledRow> changed = new LinkedHashMap<>();
    private final Map<Place, Run> runs = new LinkedHashMap<>();
    private final Set<Amended> bereft = new LinkedHashSet<>();
    private final Set<StreamName> moved = new HashSet<>();

    /**
     * The row of a stream.
     *
     * @param epoch the number of the position's epoch
     * @param lastSeq the last entry that the archive has
     * @param runFirst the first one of the last run; 0 without one
     * @param earlySeq the last amendment that came before its part; 0 without one
     */
    private record ArchivedStream(
            StreamName name,
            int id,
            Position position,
            int epoch,
            long lastSeq,
            long runFirst,
            int runMonth,
            long earlySeq) {
        ArchivedStream at(Position to, int epoch, long first, int month) {
            return new ArchivedStream(name, id, to, epoch, to.seq(), first, month, earlySeq);
        }

        ArchivedStream cut(long last, long first, int month) {
            return new ArchivedStream(name, id, position, epoch, last, first, month, 0);
        }

        ArchivedStream early(long seq) {
            return new ArchivedStream(name, id, position, epoch, lastSeq, runFirst, runMonth, Math.max(earlySeq, seq));
        }
    }

    private record Place(int stream, long seq) {}

    private record Run(long last, int month) {}

    /** The message that rows belong to. */
    private record Amended(StreamName stream, String id) {}

    /** @param epochs the numbers of the epochs of all that is added, and of that of streams which the archive does not have; more are added */
    PartTransaction(Connection connection, Map<String, Integer> epochs) {
        this.connection = connection;
        this.epochs = epochs;
    }

    /**
     * @param leftOut the streams whose parts were left out
     * @param superseded how many entries were superseded, by their streams
     */
    record Added(Set<StreamName> leftOut, Map<StreamName, Integer> superseded) {}

    Added add(List<ArchivePart> parts) throws SQLException {
        lock(parts.stream().map(ArchivePart::stream).toList());
        Set<StreamName> leftOut = new HashSet<>();
        Map<StreamName, Integer> superseded = new HashMap<>();
        for (ArchivePart part : parts) {
            ArchivedStream stream = known(part.stream());
            if (!stream.position().equals(part.from())) {
                leftOut.add(part.stream());
                continue;
            }
            if (part.shared() < stream.position().seq()) {
                superseded.put(part.stream(), supersede(stream, part.shared()));
            }
            file(part);
        }
        settleAmended();
        write();
        return new Added(leftOut, superseded);
    }

    void amend(EntryRow amendment) throws SQLException {
        StreamName name = amendment.entry().stream();
        Optional<String> id = AmendedMessage.idOf(amendment);
        if (id.isEmpty() || lockKnown(List.of(name)) == 0) {
            return;
        }
        ArchivedStream stream = known(name);
        List<ArchivedRow> stored = MessageRows.find(connection, name, stream.id(), id.get(), 0);
        if (stored.stream().noneMatch(each -> each.row().state().isMessage())) {
            return;
        }
        if (amendment.entry().position().seq() > stream.position().seq()) {
            addEarly(stream, amendment);
        } else {
            addToHole(stream, amendment);
        }
        settleAmended();
        write();
    }

    /** Adds an amendment that a later part brings too. */
    private void addEarly(ArchivedStream stream, EntryRow amendment) throws SQLException {
        long seq = amendment.entry().position().seq();
        for (ArchivedRow other : early(stream)) {
            if (other.seq() == seq) {
                removeEarly(stream, other);
            }
        }
        int month = Math.max(stream.runMonth(), Months.of(amendment.stored()));
        added.put(new Place(stream.id(), seq), new FiledRow(stream.id(), month, amendment, 0, 0));
        streams.put(stream.name(), stream.early(seq));
        moved.add(stream.name());
    }

    /** Adds an amendment that the part lacked which should have brought it, unless its place is taken. */
    private void addToHole(ArchivedStream stream, EntryRow amendment) throws SQLException {
        long seq = amendment.entry().position().seq();
        try (PreparedStatement select = with(BESIDE, seq, seq, stream.id(), seq, seq);
                ResultSet run = select.executeQuery()) {
            if (run.next() && !run.getBoolean(2)) {
                int month = run.getInt(1);
                runs.put(new Place(stream.id(), seq), new Run(seq, month));
                added.put(new Place(stream.id(), seq), new FiledRow(stream.id(), month, amendment, 0, 0));
                moved.add(stream.name());
            }
        }
    }

    private List<ArchivedRow> early(ArchivedStream stream) throws SQLException {
        List<ArchivedRow> all = new ArrayList<>();
        if (stream.earlySeq() > stream.position().seq()) {
            try (PreparedStatement select =
                            with(EARLY, stream.id(), stream.position().seq(), stream.runMonth());
                    ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    all.add(ArchivedRow.read(found, 0, stream.name()).orElseThrow());
                }
            }
        }
        return all;
    }

    /** Removes an amendment whose place another entry takes. Its message is settled without it. */
    private void removeEarly(ArchivedStream stream, ArchivedRow early) throws SQLException {
        try (PreparedStatement remove = with(REMOVE, stream.id(), early.month(), early.seq())) {
            remove.executeUpdate();
        }
        AmendedMessage.idOf(early.row()).ifPresent(id -> bereft.add(new Amended(stream.name(), id)));
    }

    /** The rows of a part, and between them the amendments that came before and that the part lacks. */
    private Collection<EntryRow> withEarly(ArchivedStream stream, ArchivePart part) throws SQLException {
        List<ArchivedRow> early = early(stream);
        if (early.isEmpty()) {
            return part.rows();
        }
        Map<Long, EntryRow> rows = new TreeMap<>();
        for (ArchivedRow each : early) {
            if (each.seq() <= part.to().seq()) {
                removeEarly(stream, each);
                rows.put(each.seq(), each.row());
            }
        }
        part.rows().forEach(row -> rows.put(row.entry().position().seq(), row));
        return rows.values();
    }

    private void lock(List<StreamName> names) throws SQLException {
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
        try (PreparedStatement lock = connection.prepareStatement(LOCK);
                PreparedStatement select = connection.prepareStatement(STREAMS)) {
            lock.setArray(1, ArchiveReader.names(connection, names));
            lock.executeQuery().close();
            select.setArray(1, ArchiveReader.names(connection, names));
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    StreamName name =
                            Optional.ofNullable(byText.get(found.getString(1))).orElseThrow();
                    Position at = new Position(StorableText.decode(found.getString(3)), found.getLong(5));
                    streams.put(
                            name,
                            new ArchivedStream(
                                    name,
                                    found.getInt(2),
                                    at,
                                    found.getInt(4),
                                    at.seq(),
                                    found.getLong(6),
                                    found.getInt(7),
                                    found.getLong(8)));
                }
            }
        }
        return streams.size();
    }

    private ArchivedStream known(StreamName name) {
        return Optional.ofNullable(streams.get(name)).orElseThrow();
    }

    /** The number of an epoch: one of those that were given, or of a row that the archive has. */
    private int epoch(String epoch) throws SQLException {
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

    /** Gives the rows of a part their months and runs. */
    private void file(ArchivePart part) throws SQLException {
        ArchivedStream stream = known(part.stream());
        for (EntryRow row : withEarly(stream, part)) {
            Position at = row.entry().position();
            int month = Math.max(stream.runMonth(), Months.of(row.stored()));
            boolean goesOn = stream.runFirst() > 0 && at.seq() == stream.lastSeq() + 1 && month == stream.runMonth();
            stream = stream.at(at, epoch(at.epoch()), goesOn ? stream.runFirst() : at.seq(), month);
            runs.put(new Place(stream.id(), stream.runFirst()), new Run(at.seq(), month));
            added.put(new Place(stream.id(), at.seq()), new FiledRow(stream.id(), month, row, 0, 0));
        }
        streams.put(part.stream(), stream);
        moved.add(part.stream());
    }

    /** Applies the amendments among what is added, to what is added and to what the archive has. */
    private void settleAmended() throws SQLException {
        Map<Amended, List<FiledRow>> all = new LinkedHashMap<>();
        Set<Amended> amended = new LinkedHashSet<>(bereft);
        for (FiledRow each : added.values()) {
            EntryRow row = each.row();
            Optional<Amended> message = AmendedMessage.idOf(row).map(id -> new Amended(row.entry().stream(), id));
            message.ifPresent(
                    of -> all.computeIfAbsent(of, any -> new ArrayList<>()).add(each));
            if (row.state() == EntryState.AMENDMENT) {
                message.ifPresent(amended::add);
            }
        }
        for (Amended message : amended) {
            List<FiledRow> rows = all.getOrDefault(message, List.of());
            int stream = known(message.stream()).id();
            boolean whole = rows.stream().anyMatch(each -> each.row().state().isMessage());
            settle(
                    stream,
                    whole ? List.of() : MessageRows.find(connection, message.stream(), stream, message.id(), 0),
                    rows,
                    Optional.empty());
        }
    }

    /**
     * Changes the rows of a message as its amendments demand.
     *
     * @param stored what the archive has of it
     * @param fresh what is added
     * @param early an amendment that the archive will get later
     */
    private void settle(int stream, List<ArchivedRow> stored, List<FiledRow> fresh, Optional<EntryRow> early) {
        Map<Long, FiledRow> had = new TreeMap<>();
        stored.forEach(each -> had.put(each.seq(), each.filed(stream)));
        fresh.forEach(each -> had.put(each.seq(), each));
        Optional<FiledRow> newest = had.values().stream()
                .filter(each -> each.row().state() == EntryState.AMENDMENT)
                .reduce((before, after) -> after);
        Map<Long, EntryRow> rows = new TreeMap<>();
        early.ifPresent(row -> rows.put(row.entry().position().seq(), row));
        had.forEach((seq, each) -> rows.put(seq, each.row()));
        for (EntryRow row : AmendedMessage.of(rows.values()).settled().rows()) {
            FiledRow before = had.get(row.entry().position().seq());
            if (before != null) {
                FiledRow after = before.become(row, row.state().isMessage() ? newest : Optional.empty());
                Place place = new Place(stream, after.seq());
                if (added.containsKey(place)) {
                    added.put(place, after);
                } else if (!after.isAs(before)) {
                    changed.put(place, after);
                }
            }
        }
    }

    /** Moves the entries beyond a seq aside. Returns how many there were. */
    private int supersede(ArchivedStream stream, long shared) throws SQLException {
        Set<String> amended = new LinkedHashSet<>();
        try (PreparedStatement select = with(AMENDED_BEYOND, stream.id(), shared, shared);
                ResultSet found = select.executeQuery()) {
            while (found.next()) {
                amended.add(ArchivedRow.id(found, 1));
            }
        }
        int count;
        try (PreparedStatement move = with(MOVE_BEYOND, stream.id(), shared, stream.id(), shared);
                PreparedStatement remove = with(REMOVE_RUNS, stream.id(), shared);
                PreparedStatement cut = with(CUT_RUN, shared, stream.id(), shared, shared);
                PreparedStatement last = with(LAST_RUN, stream.id())) {
            count = move.executeUpdate();
            remove.executeUpdate();
            cut.executeUpdate();
            try (ResultSet run = last.executeQuery()) {
                boolean any = run.next();
                streams.put(
                        stream.name(),
                        stream.cut(any ? run.getLong(2) : 0, any ? run.getLong(1) : 0, any ? run.getInt(3) : 0));
            }
        }
        for (String id : amended) {
            settle(
                    stream.id(),
                    MessageRows.find(connection, stream.name(), stream.id(), id, 0),
                    List.of(),
                    Optional.empty());
        }
        writeChanges(); // before what is added changes the same rows
        changed.clear();
        return count;
    }

    private PreparedStatement with(String sql, long... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setLong(i + 1, values[i]);
        }
        return statement;
    }

    private void write() throws SQLException {
        if (moved.isEmpty()) {
            return;
        }
        writeChanges();
        List<FiledRow> rows = List.copyOf(added.values());
        Map<String, Integer> numbers = new HashMap<>();
        for (FiledRow each : rows) {
            String epoch = each.row().entry().position().epoch();
            numbers.put(epoch, epoch(epoch));
        }
        try (RowArrays entries = new RowArrays(connection, ENTRIES)) {
            entries.ints(rows, FiledRow::stream)
                    .ints(rows, FiledRow::month)
                    .longs(rows, FiledRow::seq)
                    .longs(rows, each -> each.row().stored())
                    .longs(rows, each -> each.row().entry().timestamp())
                    .ints(
                            rows,
                            each -> numbers.getOrDefault(
                                    each.row().entry().position().epoch(), 0))
                    .shorts(rows, each -> each.row().state().code())
                    .longsOrNull(rows, each -> each.row().amendment())
                    .longsOrNull(rows, FiledRow::newest)
                    .intsOrNull(rows, each -> each.newest() > 0, FiledRow::newestMonth)
                    .uuids(rows, each -> each.key().flatMap(MessageKey::uuid))
                    .texts(rows, each -> each.key().flatMap(MessageKey::name))
                    .texts(
                            rows,
                            each -> each.row().message().map(of -> of.author().value()))
                    .texts(rows, each -> each.row().correspondent().map(UserId::value))
                    .texts(rows, each -> each.row().entry().bars().map(UserId::value))
                    .bytes(rows, each -> each.row().entry().body())
                    .run();
        }
        writeRuns();
        List<ArchivedStream> each = moved.stream().map(this::known).toList();
        try (RowArrays table = new RowArrays(connection, POSITIONS)) {
            table.ints(each, ArchivedStream::id)
                    .ints(each, ArchivedStream::epoch)
                    .longs(each, stream -> stream.position().seq())
                    .longs(each, ArchivedStream::runFirst)
                    .ints(each, ArchivedStream::runMonth)
                    .longs(each, ArchivedStream::earlySeq)
                    .run();
        }
    }

    private void writeRuns() throws SQLException {
        List<Map.Entry<Place, Run>> all = List.copyOf(runs.entrySet());
        try (RowArrays table = new RowArrays(connection, RUNS)) {
            table.ints(all, each -> each.getKey().stream())
                    .longs(all, each -> each.getKey().seq())
                    .longs(all, each -> each.getValue().last())
                    .ints(all, each -> each.getValue().month())
                    .run();
        }
    }

    private void writeChanges() throws SQLException {
        if (changed.isEmpty()) {
            return;
        }
        List<FiledRow> rows = List.copyOf(changed.values());
        try (RowArrays table = new RowArrays(connection, CHANGES)) {
            table.ints(rows, FiledRow::stream)
                    .ints(rows, FiledRow::month)
                    .longs(rows, FiledRow::seq)
                    .shorts(rows, each -> each.row().state().code())
                    .longsOrNull(rows, each -> each.row().amendment())
                    .longsOrNull(rows, FiledRow::newest)
                    .intsOrNull(rows, each -> each.newest() > 0, FiledRow::newestMonth)
                    .bytes(rows, each -> each.row().entry().body())
                    .run();
        }
    }
}
