package dev.portcullis.streams.embedded;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.Batch;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.streams.AmendRequest;
import dev.portcullis.streams.AmendRequest.Change;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Message;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamStoreContract;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.record.EntryRow;
import dev.portcullis.streams.record.StreamMeta;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Prints what appends, reads and sweeps cost the embedded store with few and with many rooms, and how many bytes were read
 * from its files. Without fsync: the disk is not what is measured. Run it by hand:
 * {@code java -cp … dev.portcullis.streams.embedded.EmbeddedStreamBench [rooms …]}.
 */
final class EmbeddedStreamBench {
    private static final long SEED = 42;
    private static final int AT_ONCE = 256;
    private static final int APPENDS = 20_480;
    private static final long TIMEOUT_SECONDS = 60;
    private static final byte[] BODY = "x".repeat(300).getBytes(StandardCharsets.UTF_8);
    private static final StoreConfig CONFIG =
            new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 20_000);

    private static final String MESSAGE_ID = "01890a5d-ac96-774b-bcce-b302099a8057";

    private final EmbeddedStore store;
    private final EmbeddedStreamStore streams;
    private final int rooms;
    private final Random random = new Random(SEED);

    private EmbeddedStreamBench(EmbeddedStore store, EmbeddedStreamStore streams, int rooms) {
        this.store = store;
        this.streams = streams;
        this.rooms = rooms;
    }

    public static void main(String[] args) throws Exception {
        List<Integer> sizes = args.length == 0
                ? List.of(10_000, 1_000_000)
                : Arrays.stream(args).map(Integer::valueOf).toList();
        for (int rooms : sizes) {
            Path folder = Files.createTempDirectory("portcullis-bench-");
            System.out.printf("%,d rooms in %s%n", rooms, folder);
            try (EmbeddedStore store = EmbeddedStore.open(folder, CONFIG)) {
                EmbeddedStreamStore streams = EmbeddedStreamStore.open(store, System::currentTimeMillis)
                        .await(10, TimeUnit.SECONDS);
                new EmbeddedStreamBench(store, streams, rooms).run();
            }
        }
    }

    private void run() throws Exception {
        measure("fill, each room", rooms, this::fill);
        measure("append, to warm up", APPENDS, () -> appends(APPENDS));
        measure("append", APPENDS, () -> appends(APPENDS));
        measure("resume of one entry", APPENDS, () -> reads(APPENDS));
        searches(300);
        searches(1_000);
        measure("sweep with nothing due", 1, this::sweep);
    }

    /** Writes a thousand rooms in one batch, in random order, without reads: appends would take longer than the benchmark. */
    private void fill() throws Exception {
        List<Integer> all = IntStream.range(0, rooms).boxed().collect(Collectors.toCollection(ArrayList::new));
        Collections.shuffle(all, random);
        StreamTables tables = new StreamTables(store);
        long now = System.currentTimeMillis();
        for (int from = 0; from < rooms; from += 1_000) {
            List<Integer> some = all.subList(from, Math.min(rooms, from + 1_000));
            await(store.write(batch -> {
                StreamMeta first =
                        StreamMeta.in(tables.runs(batch), Optional.empty()).appended(now, StreamStoreContract.KEPT);
                some.forEach(room -> fill(tables, batch, stream(room), first));
                return some.size();
            }));
        }
    }

    private static void fill(StreamTables tables, Batch batch, StreamName stream, StreamMeta first) {
        StreamEntry entry = new StreamEntry(stream, first.position(), first.touched(), BODY);
        tables.put(batch, new EntryRow(first.touched(), entry, EntryState.PLAIN, 0, Optional.empty()));
        tables.expiry.move(batch, stream, StreamMeta.UNINDEXED, first.dueAt());
        tables.put(batch, stream, first);
    }

    private void appends(int count) throws Exception {
        for (int from = 0; from < count; from += AT_ONCE) {
            await(Future.all(IntStream.range(0, AT_ONCE)
                    .mapToObj(i -> streams.append(append(random.nextInt(rooms), key())))
                    .toList()));
        }
    }

    private void reads(int count) throws Exception {
        StreamStore.Bounds bounds = new StreamStore.Bounds(1, 1 << 20);
        for (int from = 0; from < count; from += AT_ONCE) {
            await(Future.all(IntStream.range(0, AT_ONCE)
                    .mapToObj(i -> streams.resume(stream(random.nextInt(rooms)), Optional.<Position>empty(), bounds))
                    .toList()));
        }
    }

    /** Edits that search a whole window, and so find no message. */
    private void searches(int window) throws Exception {
        AppendRequest message = append(rooms, key());
        for (int i = 0; i < window; i++) {
            await(streams.append(append(rooms, key()).carrying(new Message("m" + i, new UserId("ann")))));
        }
        AmendRequest edit = new AmendRequest(
                message, "none", new UserId("ann"), false, Change.EDIT, Long.MIN_VALUE, window, Integer.MAX_VALUE);
        measure("edit, none of " + window, 1_000, () -> {
            for (int i = 0; i < 1_000; i++) {
                await(streams.amend(edit));
            }
        });
    }

    private void sweep() throws Exception {
        try {
            streams.sweep().await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            System.out.printf("  (the sweep had not ended after %d s)%n", TIMEOUT_SECONDS);
        }
    }

    private AppendRequest.IdempotencyKey key() {
        byte[] id = new byte[12];
        random.nextBytes(id);
        return new AppendRequest.IdempotencyKey(
                new UserId("user" + random.nextInt(1_000)),
                "chat",
                HexFormat.of().formatHex(id),
                new byte[16],
                MESSAGE_ID);
    }

    private static AppendRequest append(int room, AppendRequest.IdempotencyKey idempotencyKey) {
        return new AppendRequest(
                        stream(room),
                        new StreamWindow(1_000, StreamStoreContract.KEPT.ageMs()),
                        0,
                        BODY,
                        Optional.of(idempotencyKey.user()),
                        Optional.of(idempotencyKey),
                        Long.MAX_VALUE)
                .carrying(new Message(MESSAGE_ID, idempotencyKey.user()));
    }

    private static StreamName stream(int room) {
        return StreamName.room(new RoomId("room-" + room));
    }

    private static void measure(String what, int count, Work work) throws Exception {
        long read = bytesRead();
        long began = System.nanoTime();
        work.run();
        double micros = (System.nanoTime() - began) / 1e3;
        System.out.printf(
                "  %-24s %,10.1f us each, %,8.2f s in all, %,10.1f MB read from files%n",
                what, micros / count, micros / 1e6, (bytesRead() - read) / 1e6);
    }

    /** Bytes read by this process, from the disk or the system's page cache. */
    private static long bytesRead() throws Exception {
        return Files.readAllLines(Path.of("/proc/self/io")).stream()
                .filter(line -> line.startsWith("rchar:"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)))
                .sum();
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    private interface Work {
        void run() throws Exception;
    }
}
