package dev.portcullis.archive;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.LatestSlice;
import dev.portcullis.streams.OwnRetention;
import dev.portcullis.streams.Retention;
import dev.portcullis.streams.Slice;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamRetention;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.record.EntryRow;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * A room of very many entries is shortened while it is read in both directions. Each page is exact or tells a gap, none shows what ended
 * before it was asked for, and what others do at the same time goes on. {@code -Dportcullis.shortened=1000000} makes it a large one.
 */
public abstract class ShortenedArchiveContract {
    private static final StreamName LOBBY = StreamName.room(new RoomId("lobby"));
    private static final ArchiveSample ROOM = new ArchiveSample(LOBBY, "e1");
    private static final int KEPT = 60;
    private static final int AT_ONCE = 2_000;
    private static final Bounds PAGE = new Bounds(50, 1 << 20);
    private static final long MINUTE = TimeUnit.MINUTES.toMillis(1);

    private final long entries = Long.getLong("portcullis.shortened", usual());

    /** What no reader may be shown any more; raised once the call that sets the retention is answered. */
    private final AtomicLong ended = new AtomicLong();

    private final AtomicBoolean over = new AtomicBoolean();
    private final List<Long> pages = Collections.synchronizedList(new ArrayList<>());

    /** How many entries the room has where nothing else is said. */
    protected abstract long usual();

    protected abstract ArchiveStore archive();

    /** What goes on beside it, such as an append. */
    protected abstract Future<?> live();

    @Test
    void room_that_is_shortened_while_it_is_read_shows_exact_pages_and_tells_its_gap() throws Exception {
        for (long from = 1; from <= entries; from += AT_ONCE) {
            add(from, Math.min(entries, from + AT_ONCE - 1));
        }
        ExecutorService readers = Executors.newFixedThreadPool(4);
        try {
            List<java.util.concurrent.Future<Integer>> reading = List.of(
                    readers.submit(this::readForward),
                    readers.submit(this::readBack),
                    readers.submit(this::readForward),
                    readers.submit(this::readBack));
            List<Long> before = live(300);
            pages.clear();
            long now = entries * 1_000;
            StreamRetention minute =
                    new StreamRetention(OwnRetention.NONE, new Retention(Retention.FOREVER, MINUTE - 1));
            long begun = System.nanoTime();
            done(archive().retain(LOBBY, minute, 0, now));
            long set = System.nanoTime() - begun;
            ended.set(entries - KEPT);

            begun = System.nanoTime();
            Future<Long> sweep = archive().expire(now);
            List<Long> during = new ArrayList<>();
            while (!sweep.isComplete() || during.size() < 300) {
                during.addAll(live(1));
            }
            assertThat(sweep.result()).isEqualTo(entries - KEPT);
            long swept = System.nanoTime() - begun;
            add(entries + 1, entries + 10);
            over.set(true);
            int read = 0;
            for (java.util.concurrent.Future<Integer> each : reading) {
                read += each.get(60, TimeUnit.SECONDS);
            }
            assertThat(read).isPositive();
            assertThat(done(archive().expire(now))).isZero();
            Slice rest = done(archive().after(LOBBY, 0, new Bounds(1_000, 1 << 20)));
            assertThat(rest.entries()).hasSize(KEPT + 10);
            assertThat(rest.exact()).isFalse();
            System.out.printf(
                    "%s: %,d entries, set in %d ms, swept in %d ms; beside it p50/p99/max %s before, %s during; %,d pages %s%n",
                    getClass().getSimpleName(),
                    entries,
                    set / 1_000_000,
                    swept / 1_000_000,
                    quantiles(before),
                    quantiles(during),
                    pages.size(),
                    quantiles(pages));
            assertThat(quantile(during, 0.5))
                    .as("the median of what goes on beside it, in µs")
                    .isLessThan(10 * quantile(before, 0.5) + 20_000);
        } finally {
            over.set(true);
            readers.shutdown();
            assertThat(readers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    private int readForward() {
        int read = 0;
        long after = 0;
        while (!over.get()) {
            long hidden = ended.get();
            long begun = System.nanoTime();
            Slice page = done(archive().after(LOBBY, after, PAGE));
            pages.add((System.nanoTime() - begun) / 1_000);
            List<Long> seqs = page.entries().stream()
                    .map(entry -> checked(entry.position(), entry.body()))
                    .toList();
            checkPage(seqs, hidden);
            assertThat(page.exact())
                    .as("behind %d: %s", after, seqs)
                    .isEqualTo(seqs.isEmpty() ? after == page.head().seq() : seqs.get(0) == after + 1);
            assertThat(page.more())
                    .isEqualTo(!seqs.isEmpty() && last(seqs) < page.head().seq());
            after = seqs.isEmpty() || !page.more() ? 0 : last(seqs);
            read++;
        }
        return read;
    }

    private int readBack() {
        int read = 0;
        long before = Long.MAX_VALUE;
        while (!over.get()) {
            long hidden = ended.get();
            long begun = System.nanoTime();
            LatestSlice page = done(archive().latest(LOBBY, before, PAGE));
            pages.add((System.nanoTime() - begun) / 1_000);
            List<Long> seqs = page.entries().stream()
                    .map(each -> checked(each.entry().position(), each.entry().body()))
                    .toList();
            checkPage(seqs, hidden);
            if (!seqs.isEmpty() && before < Long.MAX_VALUE) {
                assertThat(last(seqs)).isEqualTo(before - 1);
            }
            assertThat(page.more() && seqs.isEmpty())
                    .as("there is more, but nothing")
                    .isFalse();
            before = page.more() ? seqs.get(0) : Long.MAX_VALUE;
            read++;
        }
        return read;
    }

    private static long checked(Position at, byte[] body) {
        assertThat(new String(body, StandardCharsets.UTF_8)).isEqualTo("text " + at.seq());
        return at.seq();
    }

    private static void checkPage(List<Long> seqs, long hidden) {
        for (int i = 0; i < seqs.size(); i++) {
            assertThat(seqs.get(i)).isEqualTo(seqs.get(0) + i).isGreaterThan(hidden);
        }
    }

    private static long last(List<Long> seqs) {
        return seqs.get(seqs.size() - 1);
    }

    /** The times of some of what goes on beside it, in µs. */
    private List<Long> live(int count) {
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long begun = System.nanoTime();
            done(live());
            times.add((System.nanoTime() - begun) / 1_000);
        }
        return times;
    }

    private void add(long first, long last) {
        Position from = done(archive().positions(List.of(LOBBY))).get(0);
        EntryRow[] rows = LongStream.rangeClosed(first, last)
                .mapToObj(seq -> ROOM.message(seq, "m" + seq, "text " + seq))
                .toArray(EntryRow[]::new);
        assertThat(done(archive().add(List.of(ROOM.part(from, rows))))).isEmpty();
    }

    private static String quantiles(List<Long> times) {
        return String.format(
                "%.1f/%.1f/%.1f ms", quantile(times, 0.5) / 1e3, quantile(times, 0.99) / 1e3, quantile(times, 1) / 1e3);
    }

    private static long quantile(List<Long> times, double share) {
        List<Long> sorted = times.stream().sorted().toList();
        return sorted.get((int) Math.min(sorted.size() - 1L, (long) (share * sorted.size())));
    }
}
