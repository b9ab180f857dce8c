package dev.portcullis.archive.postgres;

import static dev.portcullis.kit.Await.done;

import com.sun.management.OperatingSystemMXBean;
import dev.portcullis.archive.ArchivePart;
import dev.portcullis.archive.ArchiveStore;
import dev.portcullis.archive.MessageIndex;
import dev.portcullis.archive.MessageIndex.Place;
import dev.portcullis.archive.MessageIndex.Query;
import dev.portcullis.kit.PostgresServer;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.record.EntryRow;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * Prints what the index in PostgreSQL costs: rows a second in batches like those of the feeder, bytes on the disk, and searches for words
 * that are common and rare, and pages. Rooms are of very different sizes, and so are words, as in a language. The server is on the same machine, with
 * fsync. Run it by hand: {@code java -cp … dev.portcullis.archive.postgres.PostgresIndexBench [rows] [rooms] [months]}.
 */
final class PostgresIndexBench {
    private static final int ROWS_OF_BATCHES = 4_000;
    private static final int SEARCHES = 200;
    private static final int PAGE = 51;
    private static final int PAGES = 5_000;
    private static final long MONTH = 30L * 86_400_000;
    private static final int WORDS = 12;
    private static final int VOCABULARY = 100_000;
    private static final int RANDOM_BITS = 16;

    private final ArchiveStore archive;
    private final long rows;
    private final int rooms;
    private final int months;
    private final long begin;
    private final long[] heads;
    private final Random random = new Random(42);

    private PostgresIndexBench(ArchiveStore archive, long rows, int rooms, int months) {
        this.archive = archive;
        this.rows = rows;
        this.rooms = rooms;
        this.months = months;
        this.begin = System.currentTimeMillis() - months * MONTH;
        this.heads = new long[rooms];
    }

    public static void main(String[] args) throws Exception {
        long rows = args.length > 0 ? Long.parseLong(args[0]) : 1_000_000;
        int rooms = args.length > 1 ? Integer.parseInt(args[1]) : 1_000;
        int months = args.length > 2 ? Integer.parseInt(args[2]) : 6;
        try (PostgresServer server = PostgresServer.start("fsync=on", "shared_buffers=512MB", "max_wal_size=4GB")) {
            Vertx vertx = Vertx.vertx();
            String database = server.newDatabase();
            PostgresArchive archive =
                    done(PostgresArchive.open(vertx, PostgresArchives.patient(server.uri(database)), any -> {}));
            PostgresIndexBench bench = new PostgresIndexBench(archive, rows, rooms, months);
            bench.feed();
            bench.searches("right after");
            for (String of : List.of("pg_table_size(inhrelid)", "pg_indexes_size(inhrelid)")) {
                System.out.println(of + " of a row: "
                        + server.ask(
                                database,
                                "SELECT sum(" + of + ") / " + rows
                                        + " FROM pg_inherits WHERE inhparent = 'portcullis.entry'::regclass"));
            }
            System.out.println("of these, the index of words: "
                    + server.ask(
                            database,
                            "SELECT sum(pg_relation_size(oid)) / " + rows
                                    + " FROM pg_class WHERE relname LIKE '%_words%' AND relkind = 'i'"));
            server.execute(database, "VACUUM ANALYZE");
            bench.searches("after VACUUM ANALYZE");
            bench.pages();
            done(archive.close());
            done(vertx.close());
        }
    }

    private void feed() {
        long cpu = 0;
        long nanos = 0;
        long longest = 0;
        long made = 0;
        while (made < rows) {
            int[] counts = new int[rooms];
            for (int i = 0; i < ROWS_OF_BATCHES; i++) {
                counts[skewed(rooms)]++;
            }
            List<ArchivePart> parts = new ArrayList<>();
            for (int room = 0; room < rooms; room++) {
                List<EntryRow> all = new ArrayList<>();
                long head = heads[room];
                for (int i = 0; i < counts[room]; i++) {
                    all.add(row(room, ++heads[room], begin + made++ * months * MONTH / rows));
                }
                if (!all.isEmpty()) {
                    Position from = head == 0 ? ArchiveStore.NOTHING : new Position("epoch", head);
                    parts.add(new ArchivePart(stream(room), from, head, all));
                }
            }
            long cpuBefore = cpu();
            long begun = System.nanoTime();
            int half = parts.size() / 2;
            Future<Set<StreamName>> first = archive.add(parts.subList(0, half));
            if (!done(archive.add(parts.subList(half, parts.size()))).isEmpty()
                    || !done(first).isEmpty()) {
                throw new IllegalStateException("a part was left out");
            }
            long took = System.nanoTime() - begun;
            cpu += cpu() - cpuBefore;
            nanos += took;
            longest = Math.max(longest, took);
        }
        System.out.printf(
                "fed %,d rows: %,.0f/s, two batches %,.0f ms, at the longest %,d, %.1f µs of CPU of the node for each row%n",
                made,
                made * 1e9 / nanos,
                (double) nanos / 1e6 * ROWS_OF_BATCHES / made,
                longest / 1_000_000,
                cpu / 1e3 / made);
    }

    private void searches(String when) {
        System.out.println(when);
        Supplier<Set<StreamName>> anyRoom = () -> Set.of(stream(skewed(rooms)));
        Supplier<Set<StreamName>> smallRoom = () -> Set.of(stream(rooms - 1 - random.nextInt(rooms / 2)));
        measure("two words of any kind, one room", anyRoom, this::any);
        measure("two common words, the largest room", () -> Set.of(stream(0)), this::common);
        measure("two common words, a small room", smallRoom, this::common);
        measure("a common and a rare word, the largest room", () -> Set.of(stream(0)), this::mixed);
        measure("two common words, 20 rooms", () -> some(20), this::common);
        measure("two common words, 20 small rooms", () -> small(20), this::common);
        measure("two words of any kind, 20 rooms", () -> some(20), this::any);
        measure("two common words, 300 rooms", () -> some(300), this::common);
        measure("two common words, 200 small rooms", () -> small(200), this::common);
        measure("two words of any kind, 300 rooms", () -> some(300), this::any);
        measure("a word that is nowhere, all rooms", () -> some(rooms), () -> Set.of("nowhere"));
    }

    private void measure(String what, Supplier<Set<StreamName>> where, Supplier<Set<String>> terms) {
        MessageIndex index = archive.index().orElseThrow();
        Histogram times = new Histogram(3);
        long found = 0;
        for (int i = 0; i < SEARCHES; i++) {
            Query query = new Query(
                    terms.get(), where.get(), Optional.empty(), Optional.empty(), 0, Long.MAX_VALUE, Optional.empty());
            long at = System.nanoTime();
            List<Place> places = done(index.find(query, PAGE));
            times.recordValue((System.nanoTime() - at) / 1_000);
            found += places.size();
        }
        print(what, times, ", found %.1f".formatted((double) found / SEARCHES));
    }

    private static void print(String what, Histogram times, String more) {
        System.out.printf(
                "%-46s p50 %7.2f ms, p95 %7.2f ms, p99 %7.2f ms, max %7.2f ms%s%n",
                what,
                times.getValueAtPercentile(50) / 1e3,
                times.getValueAtPercentile(95) / 1e3,
                times.getValueAtPercentile(99) / 1e3,
                times.getMaxValue() / 1e3,
                more);
    }

    /** Of any room, from anywhere in it. */
    private void pages() {
        Histogram times = new Histogram(3);
        for (int i = 0; i < PAGES; i++) {
            int room = skewed(rooms);
            long before = 1 + (long) (random.nextDouble() * heads[room]);
            long at = System.nanoTime();
            done(archive.latest(stream(room), before, new Bounds(PAGE - 1, 1 << 20)));
            times.recordValue((System.nanoTime() - at) / 1_000);
        }
        print("a page of 50", times, "");
    }

    private Set<StreamName> some(int count) {
        Set<StreamName> all = new HashSet<>();
        while (all.size() < count) {
            all.add(stream(random.nextInt(rooms)));
        }
        return all;
    }

    private Set<StreamName> small(int count) {
        return IntStream.range(rooms - count, rooms)
                .mapToObj(PostgresIndexBench::stream)
                .collect(Collectors.toSet());
    }

    private Set<String> any() {
        return new HashSet<>(List.of(word(), word()));
    }

    private Set<String> common() {
        return Set.of("w" + random.nextInt(3), "w" + (3 + random.nextInt(5)));
    }

    private Set<String> mixed() {
        return Set.of("w" + random.nextInt(3), "w" + (VOCABULARY / 2 + random.nextInt(1_000)));
    }

    private String word() {
        return "w" + skewed(VOCABULARY);
    }

    /** Some of the numbers are chosen very often, and most of them hardly ever: the logarithm is even. */
    private int skewed(int most) {
        return (int) Math.pow(most, random.nextDouble()) - 1;
    }

    private EntryRow row(int room, long seq, long stored) {
        String id = new UUID(stored << RANDOM_BITS | 0x7000, random.nextLong()).toString();
        UserId author = new UserId("user-" + random.nextInt(5_000));
        String text = IntStream.range(0, WORDS).mapToObj(any -> word()).collect(Collectors.joining(" "));
        String body = "\"type\":\"chat\",\"roomId\":\"room-" + room + "\",\"messageId\":\"" + id + "\",\"userId\":\""
                + author.value() + "\",\"content\":\"" + text + "\",\"timestamp\":1732838400000}";
        StreamEntry entry = new StreamEntry(
                stream(room), new Position("epoch", seq), stored - 3, body.getBytes(StandardCharsets.UTF_8));
        return new EntryRow(stored, entry, EntryState.MESSAGE, 0, Optional.of(new Message(id, author)));
    }

    private static StreamName stream(int room) {
        return StreamName.room(new RoomId("room-" + room));
    }

    private static long cpu() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
