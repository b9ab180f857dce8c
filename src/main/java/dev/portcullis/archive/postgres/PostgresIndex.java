package dev.portcullis.archive.postgres;

import dev.portcullis.archive.MessageIndex.Place;
import dev.portcullis.archive.MessageIndex.Query;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.StreamName;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Finds messages by the keys of the index, one slice of time after the other, from the newest one on. Slices grow while nothing
 * is found: words that are common fill a page from few rows, and words that are rare have few. Words that are common elsewhere, in
 * many streams that say little, are the exception: where more rows were looked at than the streams have, theirs are read instead.
 */
final class PostgresIndex {
    /** Up to so many streams the index tells theirs from others; the rows of more are looked at for it. */
    private static final int STREAMS_BY_KEY = 64;

    /** Times of one slice, each of which is a look into the index. */
    private static final int MOST_TIMES = 256;

    /** The longest slice that the index tells by its times. Longer ones are the months, which have tables of their own. */
    private static final int LONGEST_BY_TIMES = 32;

    private static final String STREAMS = "SELECT s.id, s.name FROM portcullis.stream s WHERE s.name = ANY (?)";

    /** The months of streams that the index has, the months that their entries show where these are others, and how many there are. */
    private static final String MONTHS = """
            SELECT r.month, t.shown, sum(r.last_seq - r.first_seq + 1)
            FROM portcullis.run r LEFT JOIN portcullis.shown_month t ON t.month = r.month
            WHERE r.stream = ANY (?)
                AND NOT EXISTS (SELECT FROM portcullis.unindexed u WHERE u.month = r.month AND NOT u.ready)
            GROUP BY r.month, t.shown""";

    private static final String FIND = """
            SELECT e.stamp, e.stream, e.seq FROM portcullis.entry e
            WHERE %s AND e.month IN (%s) AND e.stamp >= ? AND e.stamp < ?%s
            ORDER BY e.stamp DESC FETCH FIRST (?) ROWS WITH TIES""";

    /** The sums and joins without effect keep other indexes from being used: what they find is of all texts. */
    private static final String BY_WORDS = "e.words @> ? AND (e.stream + 0) = ANY (?)";

    /** What it asks of the words keeps their index from being used. */
    private static final String BY_STREAMS = "(e.words @> ?) IS TRUE AND e.stream = ANY (?)";

    /** Streams with more entries in a month than this are not read from end to end. */
    private static final long FEW_ENTRIES = 50_000;

    /**
     * The rows of a table that the connection has read. They are reported, and counted from 0 again, between transactions only.
     * An operator may have removed the table.
     */
    private static final String LOOKED_AT =
            "coalesce(pg_stat_get_xact_tuples_fetched(to_regclass('portcullis.%s')), 0)";

    private static final String OF_KEYS = " AND e.words && ?";
    private static final String BY = " AND e.author || '' = ?";
    private static final String WITH = " AND e.other || '' = ?";

    private final Connection connection;
    private final Query query;
    private final int most;
    private final long until;
    private final Map<Integer, StreamName> streams = new HashMap<>();
    /** The months whose tables have entries that show a month. */
    private final NavigableMap<Integer, Set<Integer>> tables = new TreeMap<>();
    /** The entries that the streams have in each table. */
    private final Map<Integer, Long> entries = new HashMap<>();
    /** The rows of a month that were looked at for their words, of months whose entries are few. */
    private final Map<Integer, Long> looked = new HashMap<>();

    /** @param millis how long all of it may take */
    PostgresIndex(Connection connection, Query query, int most, long millis) {
        this.connection = connection;
        this.query = query;
        this.most = most;
        this.until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** @param now the time at which the newest messages are expected; others are found too */
    List<Place> find(long now) throws SQLException {
        readStreams();
        readMonths();
        long low = query.after() == Long.MAX_VALUE ? Long.MAX_VALUE : query.after() + 1;
        long high = query.behind()
                .filter(last -> last.timestamp() < query.before())
                .map(last -> last.timestamp() + 1)
                .orElse(query.before());
        List<Place> found = new ArrayList<>();
        long times = 1;
        while (found.size() < most && high > low) {
            Optional<Slice> slice = slice(low, high, times, now);
            if (slice.isEmpty()) {
                break;
            }
            int wanted = most - found.size();
            List<Place> places = read(slice.get(), wanted);
            places.stream().filter(this::isBehind).sorted(Place.NEWEST_FIRST).forEach(found::add);
            boolean cut = places.size() >= wanted;
            high = cut ? places.get(places.size() - 1).timestamp() : slice.get().low();
            times = cut ? times : Math.min(2 * times, 2 * LONGEST_BY_TIMES);
        }
        return List.copyOf(found.subList(0, Math.min(most, found.size())));
    }

    private boolean isBehind(Place place) {
        return query.behind()
                .filter(last -> Place.NEWEST_FIRST.compare(place, last) <= 0)
                .isEmpty();
    }

    /**
     * A part of time.
     *
     * @param high the time that is just after it
     * @param months the tables that may have entries of it
     * @param times the keys of its times; empty where the tables suffice
     * @param byStreams whether the rows of the streams are read, instead of those that have the words
     */
    private record Slice(long low, long high, Set<Integer> months, List<Integer> times, boolean byStreams) {}

    /** The next slice before a time; empty if there is none that has entries. */
    private Optional<Slice> slice(long lowest, long before, long times, long now) {
        Integer newest = tables.floorKey(Months.of(before - 1));
        if (newest == null || Months.end(newest) <= lowest) {
            return Optional.empty();
        }
        long high = Math.min(before, Months.end(newest));
        long begin = Math.max(lowest, Months.begin(newest));
        Set<Integer> ofMonth = tables(begin, high);
        boolean byStreams = entries(ofMonth)
                <= looked.values().stream().mapToLong(rows -> rows).max().orElse(0);
        if (byStreams || times > LONGEST_BY_TIMES) {
            return Optional.of(new Slice(begin, high, ofMonth, List.of(), byStreams));
        }
        long last = Math.min(high - 1, now) >> IndexKeys.TIME_BITS;
        long low = Math.max(lowest, (last - times + 1) << IndexKeys.TIME_BITS);
        boolean few = ((high - 1) >> IndexKeys.TIME_BITS) - (low >> IndexKeys.TIME_BITS) < MOST_TIMES;
        List<Integer> keys = few ? IndexKeys.times(low, high - 1) : List.of();
        return Optional.of(new Slice(low, high, tables(low, high), keys, false));
    }

    private Set<Integer> tables(long low, long high) {
        Set<Integer> all = new TreeSet<>();
        tables.subMap(Months.of(low), true, Months.of(high - 1), true).values().forEach(all::addAll);
        return all;
    }

    private long entries(Set<Integer> months) {
        return months.stream()
                .mapToLong(month -> entries.getOrDefault(month, 0L))
                .sum();
    }

    private List<Place> read(Slice slice, int wanted) throws SQLException {
        if (System.nanoTime() > until) {
            throw StoreFailure.notApplied("a search of the archive takes too long");
        }
        if (slice.months().isEmpty()) {
            return List.of();
        }
        boolean few = streams.size() <= STREAMS_BY_KEY;
        boolean byKey = few && streams.size() > 1 && !slice.byStreams();
        boolean byTime = !slice.times().isEmpty();
        String more = (byKey ? OF_KEYS : "")
                + (byTime ? OF_KEYS : "")
                + (query.author().isPresent() ? BY : "")
                + (query.with().isPresent() ? WITH : "");
        String by = slice.byStreams() ? BY_STREAMS : BY_WORDS;
        boolean counted = !few && !slice.byStreams() && entries(slice.months()) <= FEW_ENTRIES;
        long before = counted ? lookedAt(slice.months()) : 0;
        List<Place> found = new ArrayList<>();
        try (PreparedStatement select =
                connection.prepareStatement(FIND.formatted(by, Months.list(slice.months()), more))) {
            int column = 0;
            select.setArray(++column, array(allOf()));
            select.setArray(++column, array(numbers()));
            select.setLong(++column, slice.low());
            select.setLong(++column, slice.high());
            if (byKey) {
                select.setArray(++column, array(numbers().map(IndexKeys::stream)));
            }
            if (byTime) {
                select.setArray(++column, array(slice.times().stream().mapToInt(key -> key)));
            }
            if (query.author().isPresent()) {
                select.setString(++column, query.author().get().value());
            }
            if (query.with().isPresent()) {
                select.setString(++column, query.with().get().value());
            }
            select.setInt(++column, wanted);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    StreamName stream =
                            Optional.ofNullable(streams.get(rows.getInt(2))).orElseThrow();
                    found.add(new Place(rows.getLong(1), stream, rows.getLong(3)));
                }
            }
        }
        if (counted) {
            looked.merge(Months.of(slice.high() - 1), lookedAt(slice.months()) - before, Long::sum);
        }
        return found;
    }

    private long lookedAt(Set<Integer> months) throws SQLException {
        String sum =
                months.stream().map(Months::table).map(LOOKED_AT::formatted).collect(Collectors.joining(" + "));
        try (PreparedStatement select = connection.prepareStatement("SELECT " + sum);
                ResultSet rows = select.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** The keys that each message has. */
    private IntStream allOf() {
        IntStream.Builder keys = IntStream.builder();
        IntStream.of(IndexKeys.terms(query.terms())).forEach(keys);
        query.author().ifPresent(user -> keys.add(IndexKeys.author(user)));
        query.with().ifPresent(user -> keys.add(IndexKeys.with(user)));
        if (streams.size() == 1) {
            numbers().map(IndexKeys::stream).forEach(keys);
        }
        return keys.build();
    }

    private IntStream numbers() {
        return streams.keySet().stream().mapToInt(number -> number);
    }

    private Array array(IntStream numbers) throws SQLException {
        return connection.createArrayOf("int4", numbers.boxed().toArray());
    }

    private void readStreams() throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(STREAMS)) {
            select.setArray(1, ArchiveReader.names(connection, query.streams()));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    streams.put(rows.getInt(1), new StreamName(StorableText.decode(rows.getString(2))));
                }
            }
        }
    }

    private void readMonths() throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(MONTHS)) {
            select.setArray(1, array(numbers()));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    int month = rows.getInt(1);
                    entries.put(month, rows.getLong(3));
                    tables.computeIfAbsent(month, any -> new TreeSet<>()).add(month);
                    int shown = rows.getInt(2);
                    if (!rows.wasNull()) {
                        tables.computeIfAbsent(shown, any -> new TreeSet<>()).add(month);
                    }
                }
            }
        }
    }
}
