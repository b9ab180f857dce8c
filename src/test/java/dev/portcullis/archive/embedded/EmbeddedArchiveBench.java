package dev.portcullis.archive.embedded;

import com.sun.management.OperatingSystemMXBean;
import dev.portcullis.archive.ArchivePart;
import dev.portcullis.kit.Await;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import dev.portcullis.streams.record.EntryRow;
import io.vertx.core.Future;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Prints what the archive costs a single node: bytes and time of a row, pages of a full archive, a sweep, and the appends of the node
 * with and without an archive that follows them at the same rate. Run it by hand:
 * {@code java -cp … dev.portcullis.archive.embedded.EmbeddedArchiveBench [messages] [rooms]}.
 */
final class EmbeddedArchiveBench {
    private static final long SEED = 42;
    private static final int ROWS_OF_A_PART = 20;
    private static final int STREAMS_OF_A_CALL = 10;
    private static final int READS = 4_000;
    private static final int ROUNDS = 4;
    private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(6);
    private static final StreamWindow WINDOW = new StreamWindow(300, TimeUnit.DAYS.toMillis(1));

    private final int messages;
    private final int rooms;
    private final Random random = new Random(SEED);
    private final List<String> words = words();
    private final Map<Integer, Position> heads = new HashMap<>();

    EmbeddedArchiveBench(int messages, int rooms) {
        this.messages = messages;
        this.rooms = rooms;
    }

    public static void main(String[] args) throws Exception {
        int messages = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        int rooms = args.length > 1 ? Integer.parseInt(args[1]) : 1_000;
        EmbeddedArchiveBench bench = new EmbeddedArchiveBench(messages, rooms);
        bench.fillAndRead();
        bench.live();
    }

    private void fillAndRead() throws Exception {
        Path folder = Files.createTempDirectory("portcullis-bench-");
        System.out.printf("%,d messages in %,d rooms, in %s%n", messages, rooms, folder);
        try (EmbeddedStore store = open(folder, false)) {
            fill(new EmbeddedArchive(store, Long.MAX_VALUE), folder);
        }
        try (EmbeddedStore store = open(folder, false)) {
            settle(folder);
            EmbeddedArchive archive = new EmbeddedArchive(store, Long.MAX_VALUE);
            long bytes = done(archive.bytes());
            System.out.printf(
                    "  rows %,d bytes each, %,.0f on the disk%n", bytes / messages, (double) size(folder) / messages);
            pages("page of 50, latest", i -> archive.latest(room(i), anySeq(), new Bounds(50, 1 << 20)));
            pages("page of 50, after", i -> archive.after(room(i), anySeq(), new Bounds(50, 1 << 20)));
            pages("page of 1,000, after", i -> archive.after(room(i), 1, new Bounds(1_000, 1 << 22)));
            pages("find", i -> archive.find(room(i), id(i, anySeq()).toString()));
            sweep(store, bytes, folder);
        }
    }

    private void fill(EmbeddedArchive archive, Path folder) throws Exception {
        long bodies = 0;
        long nanos = 0;
        long cpu = 0; // of all threads, with those that compact
        for (int done = 0; done < messages; done += ROWS_OF_A_PART * STREAMS_OF_A_CALL) {
            Map<Integer, ArchivePart> parts = parts(done);
            bodies += parts.values().stream()
                    .flatMap(part -> part.rows().stream())
                    .mapToLong(row -> row.entry().body().length)
                    .sum();
            long cpuBefore = cpuNanos();
            long began = System.nanoTime();
            done(archive.add(List.copyOf(parts.values())));
            nanos += System.nanoTime() - began;
            cpu += cpuNanos() - cpuBefore;
        }
        System.out.printf(
                "  add: %,.1f us a row, %,.1f us of the processor, %,.0f rows a second (one caller); bodies of %,d bytes; %,.0f on the disk at once%n",
                nanos / 1e3 / messages,
                cpu / 1e3 / messages,
                messages * 1e9 / nanos,
                bodies / messages,
                (double) size(folder) / messages);
    }

    /** Halves the archive, and keeps it at this size while as many messages come as are left. */
    private void sweep(EmbeddedStore store, long bytes, Path folder) throws Exception {
        EmbeddedArchive half = new EmbeddedArchive(store, bytes / 2);
        long began = System.nanoTime();
        long removed = half.sweep().await(30, TimeUnit.MINUTES);
        double micros = (System.nanoTime() - began) / 1e3;
        System.out.printf("  sweep of %,d: %,.1f us a row%n", removed, micros / removed);
        for (int turn = 0; turn < 4; turn++) {
            settle(folder);
            long entries = done(half.entries());
            System.out.printf(
                    "  %,d rows left: %,.0f bytes on the disk each%n", entries, (double) size(folder) / entries);
            for (int added = 0; added < messages / 8; added += ROWS_OF_A_PART * STREAMS_OF_A_CALL) {
                done(half.add(List.copyOf(
                        parts(messages + turn * messages / 8 + added).values())));
                done(half.sweep());
            }
        }
    }

    private void pages(String what, IntFunction<Future<?>> read) throws Exception {
        long[] nanos = new long[READS];
        for (int i = 0; i < READS; i++) {
            long began = System.nanoTime();
            done(read.apply(random.nextInt(rooms)));
            nanos[i] = System.nanoTime() - began;
        }
        print(what, nanos, READS);
    }

    /** Appends at a rate, in turns without and with an archive that gets each of them. */
    private void live() throws Exception {
        for (int rate : new int[] {1_000, 5_000, Integer.MAX_VALUE}) {
            System.out.println(
                    rate == Integer.MAX_VALUE ? "appends, 64 at once, fsync" : "appends, " + rate + "/s, fsync");
            Path folder = Files.createTempDirectory("portcullis-bench-");
            try (EmbeddedStore store = open(folder, true)) {
                EmbeddedStreamStore streams = EmbeddedStreamStore.open(store, System::currentTimeMillis)
                        .await(10, TimeUnit.SECONDS);
                EmbeddedArchive archive = new EmbeddedArchive(store, Long.MAX_VALUE);
                Feed feed = new Feed(archive);
                round(streams, feed, rate, false, false);
                for (int round = 0; round < ROUNDS; round++) {
                    round(streams, feed, rate, false, true);
                    round(streams, feed, rate, true, true);
                }
            }
        }
    }

    /** An archive that follows the streams, a part of many of them at a time. */
    private static final class Feed implements Runnable {
        private final EmbeddedArchive archive;
        private final ConcurrentLinkedQueue<EntryRow> rows = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean ended = new AtomicBoolean();
        private final Map<StreamName, Position> heads = new ConcurrentHashMap<>();
        private long fed;

        Feed(EmbeddedArchive archive) {
            this.archive = archive;
        }

        @Override
        public void run() {
            while (!ended.get() || !rows.isEmpty()) {
                Map<StreamName, List<EntryRow>> some = new HashMap<>();
                int count = 0;
                for (EntryRow row = rows.poll(); row != null && count < 500; row = rows.poll()) {
                    some.computeIfAbsent(row.entry().stream(), any -> new ArrayList<>())
                            .add(row);
                    count++;
                }
                List<ArchivePart> parts = new ArrayList<>();
                some.forEach((stream, of) -> {
                    of.sort(Comparator.comparingLong(
                            row -> row.entry().position().seq()));
                    Position from = heads.getOrDefault(stream, EmbeddedArchive.NOTHING);
                    ArchivePart part = new ArchivePart(stream, from, from.seq(), of);
                    heads.put(stream, part.to());
                    parts.add(part);
                });
                if (parts.isEmpty()) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                } else {
                    done(archive.add(parts));
                    fed += count;
                }
            }
        }
    }

    private void round(EmbeddedStreamStore streams, Feed feed, int rate, boolean fed, boolean printed)
            throws Exception {
        Thread feeder = new Thread(feed);
        feed.ended.set(!fed);
        feed.fed = 0;
        feeder.start();
        Semaphore free = new Semaphore(rate == Integer.MAX_VALUE ? 64 : 20_000);
        ConcurrentLinkedQueue<Long> times = new ConcurrentLinkedQueue<>();
        long cpu = cpuNanos();
        long began = System.nanoTime();
        int count = 0;
        while (System.nanoTime() - began < ROUND_NANOS) {
            long due = rate == Integer.MAX_VALUE ? 0 : began + count * 1_000_000_000L / rate;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(50_000);
            }
            free.acquire();
            long sent = due > 0 ? due : System.nanoTime();
            AppendRequest request = append(random.nextInt(rooms));
            count++;
            streams.append(request).onComplete(result -> {
                times.add(System.nanoTime() - sent);
                free.release();
                if (fed) {
                    StreamEntry entry = ((AppendResult.Stored) result.result()).entry();
                    feed.rows.add(
                            new EntryRow(System.currentTimeMillis(), entry, EntryState.MESSAGE, 0, request.message()));
                }
            });
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        feed.ended.set(true);
        feeder.join();
        cpu = cpuNanos() - cpu;
        long[] all = times.stream().mapToLong(Long::longValue).toArray();
        if (printed) {
            System.out.printf(
                    "  %-12s %,8.0f a second, %,6.1f us of the processor each, fed %,8d,",
                    fed ? "archived" : "not archived", count / seconds, cpu / 1e3 / count, feed.fed);
            print("", all, all.length);
        }
    }

    private AppendRequest append(int room) {
        UUID id = UUID.randomUUID();
        UserId user = user();
        byte[] body = body(room, id, user);
        return new AppendRequest(room(room), WINDOW, 0, body, Optional.of(user), Optional.empty(), Long.MAX_VALUE)
                .carrying(new Message(id.toString(), user));
    }

    /** The next parts of some rooms. */
    Map<Integer, ArchivePart> parts(int minute) {
        Map<Integer, ArchivePart> parts = new HashMap<>();
        while (parts.size() < Math.min(rooms, STREAMS_OF_A_CALL)) {
            int room = random.nextInt(rooms);
            Position from = heads.getOrDefault(room, EmbeddedArchive.NOTHING);
            parts.putIfAbsent(room, part(room, from, ROWS_OF_A_PART, minute));
        }
        parts.forEach((room, part) -> heads.put(room, part.to()));
        return parts;
    }

    private ArchivePart part(int room, Position from, int count, int minute) {
        return new ArchivePart(
                room(room),
                from,
                from.seq(),
                LongStream.rangeClosed(from.seq() + 1, from.seq() + count)
                        .mapToObj(seq -> row(room, seq, minute))
                        .toList());
    }

    private EntryRow row(int room, long seq, int minute) {
        long stored = 1_800_000_000_000L + minute * 20L;
        UserId user = user();
        UUID id = id(room, seq);
        StreamEntry entry =
                new StreamEntry(room(room), new Position("0f3a9c61d2b84e57", seq), stored, body(room, id, user));
        return new EntryRow(stored, entry, EntryState.MESSAGE, 0, Optional.of(new Message(id.toString(), user)));
    }

    /** A text of about 190 letters, and what a server puts around it. */
    private byte[] body(int room, UUID id, UserId user) {
        StringBuilder text = new StringBuilder();
        while (text.length() < 185) {
            double share = random.nextDouble();
            text.append(words.get((int) (share * share * share * words.size()))).append(' ');
        }
        return ("\"type\":\"chat\",\"roomId\":\"room-" + room + "\",\"messageId\":\"" + id + "\",\"userId\":\""
                        + user.value()
                        + "\",\"username\":\"User " + user.value() + "\",\"content\":\"" + text
                        + "\",\"timestamp\":1800000000000}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private long anySeq() {
        return 1L + random.nextInt(Math.max(1, messages / rooms));
    }

    private UserId user() {
        return new UserId("user" + random.nextInt(5_000));
    }

    /** The id of a message: as random as one of a node, and known again. */
    private static UUID id(int room, long seq) {
        Random of = new Random(room * 1_000_003L + seq);
        return new UUID(of.nextLong(), of.nextLong());
    }

    static StreamName room(int room) {
        return StreamName.room(new RoomId("room-" + room));
    }

    static List<String> words() {
        Random random = new Random(SEED);
        return Stream.generate(() -> random.ints(2 + random.nextInt(9), 'a', 'z' + 1)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString())
                .limit(20_000)
                .toList();
    }

    /** What the whole process took of the processor. It differs less than times on a busy machine. */
    static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    static void print(String what, long[] nanos, int count) {
        Arrays.sort(nanos);
        System.out.printf(
                "  %-22s p50 %,.2f ms, p99 %,.2f ms, most %,.1f ms%n",
                what, nanos[count / 2] / 1e6, nanos[count * 99 / 100] / 1e6, nanos[count - 1] / 1e6);
    }

    /** Waits until the engine no longer changes its files. */
    private static void settle(Path folder) throws IOException {
        long before = 0;
        for (long now = size(folder); now != before; now = size(folder)) {
            before = now;
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(4));
        }
    }

    /** The bytes of the tables, without those of the log, which are 64 MB at the most. */
    private static long size(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".sst"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    static EmbeddedStore open(Path folder, boolean fsync) throws Exception {
        StoreConfig config = new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), fsync, 20_000);
        return EmbeddedStore.open(folder, config);
    }

    private static <T> T done(Future<T> future) {
        return Await.done(future);
    }
}
