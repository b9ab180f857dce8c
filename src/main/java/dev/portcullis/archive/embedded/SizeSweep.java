package dev.portcullis.archive.embedded;

import dev.portcullis.archive.ArchiveExtent;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.embedded.Reader;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.holds.HoldReader;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps the archive within its bytes: removes the oldest entries, by the hour in which they were stored, of one stream after
 * another. It visits only entries that it removes.
 */
final class SizeSweep {
    private static final int ROWS_AT_ONCE = 128;
    private static final byte[] END = {(byte) 0xFF};

    private final EmbeddedStore store;
    private final ArchiveTables tables;
    private final ArchiveSteps steps;
    private final long mostBytes;
    private final AtomicBoolean running = new AtomicBoolean();
    private volatile ArchiveExtent extent = ArchiveExtent.NOTHING;

    /** The entries of a stream that were stored within an hour. */
    private record Oldest(StreamName stream, long hour) {}

    SizeSweep(EmbeddedStore store, ArchiveTables tables, ArchiveSteps steps, long mostBytes) {
        this.store = store;
        this.tables = tables;
        this.steps = steps;
        this.mostBytes = mostBytes;
    }

    /** What the archive had when this looked last. */
    ArchiveExtent extent() {
        return extent;
    }

    /** Removes what is too much. Does nothing while another run does. */
    Future<Long> run(HoldReader holds) {
        if (!running.compareAndSet(false, true)) {
            return Future.succeededFuture(0L);
        }
        Run run = new Run();
        return RepeatedStep.untilDone(() -> store.readInBackground(reader -> oldest(reader, run))
                        .compose(found -> found.map(oldest -> remove(oldest, run, holds))
                                .orElseGet(() -> Future.succeededFuture(Optional.of(run.removed)))))
                .onComplete(any -> running.set(false));
    }

    /**
     * The oldest entries, if there are too many bytes. The first of them are read here already, so that the step finds them in
     * memory.
     */
    private Optional<Oldest> oldest(Reader reader, Run run) {
        long bytes = tables.totals(reader).bytes();
        List<Oldest> found = new ArrayList<>();
        reader.scan(tables.hours, run.from, END, (key, value) -> {
            found.add(new Oldest(ArchiveKeys.streamOf(key), ArchiveKeys.hourOf(key)));
            run.from = key;
            return false;
        });
        extent = new ArchiveExtent(
                bytes,
                found.stream()
                        .mapToLong(oldest -> TimeUnit.HOURS.toMillis(oldest.hour()))
                        .findFirst());
        if (bytes <= mostBytes) {
            return Optional.empty();
        }
        found.forEach(oldest -> touch(reader, oldest));
        return found.stream().findFirst();
    }

    private void touch(Reader reader, Oldest oldest) {
        List<Long> seen = new ArrayList<>();
        ArchivedStream stream = tables.stream(reader, oldest.stream());
        tables.scan(reader, oldest.stream(), stream.first(), stream.head().seq(), row -> {
            seen.add(row.stored());
            return seen.size() <= ROWS_AT_ONCE && ArchiveKeys.hourOf(row) <= oldest.hour();
        });
    }

    private Future<Optional<Long>> remove(Oldest oldest, Run run, HoldReader holds) {
        return holds.read()
                .compose(inForce -> store.write(
                        batch -> steps.removeOldest(batch, oldest.stream(), oldest.hour(), ROWS_AT_ONCE, inForce)))
                .map(removed -> {
                    run.removed += removed;
                    return Optional.empty();
                });
    }

    /** The progress of one run. It does not look again at the keys of rows that it removed. */
    private static final class Run {
        private byte[] from = ArchiveKeys.firstOfHour(0);
        private long removed;
    }
}
