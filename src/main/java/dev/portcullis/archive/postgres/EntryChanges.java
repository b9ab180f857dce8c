package dev.portcullis.archive.postgres;

import dev.portcullis.archive.NamedFiles;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.RemovedFile;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rows of entries that a transaction adds and changes, until it writes them: one statement for all of a kind. */
final class EntryChanges {
    private static final String ENTRIES = """
            INSERT INTO portcullis.entry (stream, month, seq, stored, stamp, epoch, state, amendment, newest, newest_month, message_id,
                message_name, author, other, bars, body, words)
            SELECT n.stream, n.month, n.seq, n.stored, n.stamp, n.epoch, n.state, n.amendment, n.newest, n.newest_month, n.message_id,
                n.message_name, n.author, n.other, n.bars, n.body, (?::int[])[n.first_word:n.last_word]
            FROM (SELECT unnest(?::int[]), unnest(?::int[]), unnest(?::int[]), unnest(?::int[]), unnest(?::bigint[]),
                    unnest(?::bigint[]), unnest(?::bigint[]), unnest(?::int[]), unnest(?::smallint[]), unnest(?::bigint[]),
                    unnest(?::bigint[]), unnest(?::int[]), unnest(?::uuid[]), unnest(?::text[]), unnest(?::text[]),
                    unnest(?::text[]), unnest(?::text[]), unnest(?::bytea[]))
                AS n (first_word, last_word, stream, month, seq, stored, stamp, epoch, state, amendment, newest, newest_month,
                    message_id, message_name, author, other, bars, body)""";

    private static final String CHANGES = """
            UPDATE portcullis.entry e
            SET state = c.state, amendment = c.amendment, newest = c.newest, newest_month = c.newest_month, body = c.body,
                words = (?::int[])[c.first_word:c.last_word]
            FROM unnest(?::int[], ?::int[], ?::int[], ?::int[], ?::bigint[], ?::smallint[], ?::bigint[], ?::bigint[], ?::int[],
                    ?::bytea[])
                AS c (first_word, last_word, stream, month, seq, state, amendment, newest, newest_month, body)
            WHERE e.stream = c.stream AND e.month = c.month AND e.seq = c.seq""";

    private static final String RUNS = """
            INSERT INTO portcullis.run (stream, first_seq, last_seq, month)
            SELECT unnest(?::int[]), unnest(?::bigint[]), unnest(?::bigint[]), unnest(?::int[])
            ON CONFLICT (stream, first_seq) DO UPDATE SET last_seq = excluded.last_seq""";

    private static final String SHOWN = """
            INSERT INTO portcullis.shown_month (month, shown) SELECT * FROM unnest(?::int[], ?::int[]) ON CONFLICT DO NOTHING""";

    private final Connection connection;
    private final LockedStreams streams;
    private final Map<Place, FiledRow> added = new LinkedHashMap<>();
    private final Map<Place, FiledRow> changed = new LinkedHashMap<>();
    private final Map<Place, Run> runs = new LinkedHashMap<>();

    private final List<RemovedFile> files = new ArrayList<>();

    private record Place(int stream, long seq) {}

    private record Run(long last, int month) {}

    EntryChanges(Connection connection, LockedStreams streams) {
        this.connection = connection;
        this.streams = streams;
    }

    void add(FiledRow row) {
        added.put(new Place(row.stream(), row.seq()), row);
    }

    /** Changes a row that the archive has, or that is added. */
    void change(FiledRow before, FiledRow after) {
        files.addAll(NamedFiles.replaced(before.row(), after.row()));
        Place place = new Place(after.stream(), after.seq());
        if (added.containsKey(place)) {
            added.put(place, after);
        } else if (!after.isAs(before)) {
            changed.put(place, after);
        }
    }

    /** Lets the run that begins at a seq reach to another one. */
    void extendRun(int stream, long first, long last, int month) {
        runs.put(new Place(stream, first), new Run(last, month));
    }

    Collection<FiledRow> added() {
        return added.values();
    }

    void write() throws SQLException {
        writeChanged();
        writeAdded();
        writeShown(connection, added.values());
        writeRuns();
    }

    /** Writes only what changes, before what is added changes the same rows. */
    void writeChanged() throws SQLException {
        new RemovedFileTable(connection).note(files);
        files.clear();
        if (changed.isEmpty()) {
            return;
        }
        List<FiledRow> rows = List.copyOf(changed.values());
        try (RowArrays table = new RowArrays(connection, CHANGES)) {
            table.lists(rows, FiledRow::words)
                    .ints(rows, FiledRow::stream)
                    .ints(rows, FiledRow::month)
                    .longs(rows, FiledRow::seq)
                    .shorts(rows, each -> each.row().state().code())
                    .longsOrNull(rows, each -> each.row().amendment())
                    .longsOrNull(rows, FiledRow::newest)
                    .intsOrNull(rows, each -> each.newest() > 0, FiledRow::newestMonth)
                    .bytes(rows, each -> each.row().entry().body())
                    .run();
        }
        changed.clear();
    }

    private void writeAdded() throws SQLException {
        List<FiledRow> rows = List.copyOf(added.values());
        List<Optional<MessageKey>> keys = rows.stream().map(FiledRow::key).toList();
        Map<String, Integer> numbers = new HashMap<>();
        for (FiledRow each : rows) {
            String epoch = each.row().entry().position().epoch();
            numbers.put(epoch, streams.epoch(epoch));
        }
        try (RowArrays entries = new RowArrays(connection, ENTRIES)) {
            entries.lists(rows, FiledRow::words)
                    .ints(rows, FiledRow::stream)
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
                    .uuids(keys, key -> key.flatMap(MessageKey::uuid))
                    .texts(keys, key -> key.flatMap(MessageKey::name))
                    .texts(
                            rows,
                            each -> each.row().message().map(of -> of.author().value()))
                    .texts(rows, each -> each.row().correspondent().map(UserId::value))
                    .texts(rows, each -> each.row().entry().bars().map(UserId::value))
                    .bytes(rows, each -> each.row().entry().body())
                    .run();
        }
    }

    /** Notes which months the rows show that are not in the table of that month. */
    static void writeShown(Connection connection, Collection<FiledRow> rows) throws SQLException {
        List<FiledRow> others = rows.stream()
                .filter(each -> each.month() != each.shownMonth())
                .sorted(Comparator.comparing(FiledRow::month).thenComparing(FiledRow::shownMonth))
                .toList();
        if (others.isEmpty()) {
            return;
        }
        try (RowArrays table = new RowArrays(connection, SHOWN)) {
            table.ints(others, FiledRow::month)
                    .ints(others, FiledRow::shownMonth)
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
}
