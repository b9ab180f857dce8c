package dev.portcullis.archive.postgres;

import static dev.portcullis.kit.Await.done;

import com.sun.management.OperatingSystemMXBean;
import dev.portcullis.archive.ArchivePart;
import dev.portcullis.archive.ArchiveStore;
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
import io.vertx.core.Vertx;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.HdrHistogram.Histogram;

/**
 * Prints what an archive in PostgreSQL costs: rows a second in batches like those of the feeder, the CPU of the node for each, bytes
 * on the disk, and pages of 50 from anywhere. The server is on the same machine, with fsync. Run it by hand:
 * {@code java -cp … dev.portcullis.archive.postgres.PostgresArchiveBench [rows] [rooms] [months]}.
 */
final class PostgresArchiveBench {
    private static final int STREAMS_AT_ONCE = 64;
    private static final int ROWS_OF_PART = 31;
    private static final int PAGES = 5_000;
    private static final Bounds PAGE = new Bounds(50, 1 << 20);
    private static final long BEGIN = Instant.parse("2020-01-01T00:00:00Z").toEpochMilli();
    private static final long MONTH = 30L * 86_400_000;
    private static final int TEXT = 200;
    private static final int RANDOM_BITS = 16;

    private final PostgresArchive archive;
    private final long rows;
    private final int rooms;
    private final int months;
    private final long[] heads;
    private final Random random = new Random(42);
    private long made;

    private PostgresArchiveBench(PostgresArchive archive, long rows, int rooms, int months) {
        this.archive = archive;
        this.rows = rows;
        this.rooms = rooms;
        this.months = months;
        this.heads = new long[rooms];
    }

    public static void main(String[] args) throws Exception {
        long rows = args.length > 0 ? Long.parseLong(args[0]) : 2_000_000;
        int rooms = args.length > 1 ? Integer.parseInt(args[1]) : 10_000;
        int months = args.length > 2 ? Integer.parseInt(args[2]) : 12;
        long begun = System.nanoTime();
        try (PostgresServer server = PostgresServer.start("fsync=on", "shared_buffers=512MB", "max_wal_size=4GB")) {
            System.out.printf("initdb and start: %.1f s%n", seconds(begun));
            Vertx vertx = Vertx.vertx();
            String database = server.newDatabase();
            PostgresArchive archive =
                    done(PostgresArchive.open(vertx, PostgresArchives.patient(server.uri(database)), any -> {}));
            PostgresArchiveBench bench = new PostgresArchiveBench(archive, rows, rooms, months);
            bench.feed();
            System.out.println("bytes of a row on the disk, heap and indexes, of a body of "
                    + bench.row(1, 1, BEGIN).entry().body().length + ": "
                    + server.ask(
                            database,
                            "SELECT sum(pg_table_size(inhrelid)) / " + rows
                                    + " || ' + ' || sum(pg_indexes_size(inhrelid)) / " + rows
                                    + " FROM pg_inherits WHERE inhparent = 'portcullis.entry'::regclass"));
            server.execute(database, "ANALYZE");
            bench.read("first pages of", false);
            bench.read("pages from anywhere in", true);
            done(archive.close());
            done(vertx.close());
        }
    }

    private void feed() {
        long cpu = cpu();
        long begun = System.nanoTime();
        long last = begun;
        long shown = 0;
        Histogram batches = new Histogram(3);
        for (int first = 0; made < rows; first = (first + STREAMS_AT_ONCE) % rooms) {
            List<ArchivePart> parts = new ArrayList<>();
            for (int i = first; i < Math.min(rooms, first + STREAMS_AT_ONCE); i++) {
                parts.add(part(i));
            }
            long at = System.nanoTime();
            if (!done(archive.add(parts)).isEmpty()) {
                throw new IllegalStateException("a part was left out");
            }
            batches.recordValue((System.nanoTime() - at) / 1_000);
            if (made - shown >= rows / 4) {
                System.out.printf("%,d rows, %,.0f/s%n", made, (made - shown) / seconds(last));
                shown = made;
                last = System.nanoTime();
            }
        }
        System.out.printf(
                "fed %,d rows: %,.0f/s, %.1f µs of CPU of the node each; a batch p50 %.1f ms, p99 %.1f ms%n",
                made,
                made / seconds(begun),
                (cpu() - cpu) / 1e3 / made,
                batches.getValueAtPercentile(50) / 1e3,
                batches.getValueAtPercentile(99) / 1e3);
    }

    private void read(String what, boolean anywhere) {
        Histogram times = new Histogram(3);
        long cpu = cpu();
        for (int i = 0; i < PAGES; i++) {
            int room = random.nextInt(rooms);
            long before = anywhere ? 51 + random.nextLong(Math.max(1, heads[room] - 50)) : Long.MAX_VALUE;
            long at = System.nanoTime();
            int entries =
                    done(archive.latest(stream(room), before, PAGE)).entries().size();
            times.recordValue((System.nanoTime() - at) / 1_000);
            if (entries == 0) {
                throw new IllegalStateException("a page is empty");
            }
        }
        System.out.printf(
                "%s %,d rooms: p50 %.2f ms, p99 %.2f ms, %.0f µs of CPU of the node%n",
                what,
                rooms,
                times.getValueAtPercentile(50) / 1e3,
                times.getValueAtPercentile(99) / 1e3,
                (cpu() - cpu) / 1e3 / PAGES);
    }

    private ArchivePart part(int room) {
        long head = heads[room];
        List<EntryRow> all = new ArrayList<>();
        for (int i = 0; i < ROWS_OF_PART; i++) {
            made++;
            all.add(row(room, ++heads[room], BEGIN + made * months * MONTH / rows));
        }
        Position from = head == 0 ? ArchiveStore.NOTHING : new Position("epoch-of-the-run", head);
        return new ArchivePart(stream(room), from, head, all);
    }

    private EntryRow row(int room, long seq, long stored) {
        String id = new UUID(stored << RANDOM_BITS | 0x7000, random.nextLong()).toString();
        String author = "user-" + random.nextInt(50_000);
        StreamEntry entry =
                new StreamEntry(stream(room), new Position("epoch-of-the-run", seq), stored - 3, body(room, id));
        return new EntryRow(stored, entry, EntryState.MESSAGE, 0, Optional.of(new Message(id, new UserId(author))));
    }

    private byte[] body(int room, String id) {
        return ("\"type\":\"chat\",\"roomId\":\"room-" + room + "\",\"messageId\":\"" + id
                        + "\",\"userId\":\"user-12345\",\"content\":\"" + "text ".repeat(TEXT / 5)
                        + "\",\"timestamp\":1732838400000}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static StreamName stream(int room) {
        return StreamName.room(new RoomId("room-" + room));
    }

    private static double seconds(long begun) {
        return (System.nanoTime() - begun) / 1e9;
    }

    private static long cpu() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
