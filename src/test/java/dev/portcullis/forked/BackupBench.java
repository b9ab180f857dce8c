package dev.portcullis.forked;

import dev.portcullis.app.backup.BackupWriter;
import dev.portcullis.app.checkpoint.CheckpointFolders;
import dev.portcullis.app.checkpoint.CheckpointMaker;
import dev.portcullis.app.checkpoint.CheckpointMaker.Made;
import dev.portcullis.kit.Await;
import dev.portcullis.streams.embedded.EmbeddedStreamsFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Prints how long appends at a steady rate wait while a checkpoint is made, while it is copied, and in equal spans without a backup: in
 * turns, on one store with fsync. Run it by hand: {@code java -cp … dev.portcullis.forked.BackupBench [entries] [backups] [appends a
 * second]}.
 */
final class BackupBench {
    private static final int ROOMS = 1_000;

    private final EmbeddedStreamsFixture opened;
    private final CheckpointFolders folders;
    private final Path backups;
    private final Queue<Wait> waits = new ConcurrentLinkedQueue<>();
    private volatile boolean ended;

    /** One append, from the time at which it was to be made; nanoseconds. */
    private record Wait(long from, long until) {
        long took() {
            return until - from;
        }
    }

    /** The longest waits of a turn. */
    private record Turn(long quiet, long making, long copying) {}

    private BackupBench(EmbeddedStreamsFixture opened, CheckpointFolders folders, Path backups) {
        this.opened = opened;
        this.folders = folders;
        this.backups = backups;
    }

    public static void main(String[] args) throws Exception {
        int entries = args.length > 0 ? Integer.parseInt(args[0]) : 2_000_000;
        int turns = args.length > 1 ? Integer.parseInt(args[1]) : 10;
        int perSecond = args.length > 2 ? Integer.parseInt(args[2]) : 300;
        Path folder = Files.createTempDirectory("portcullis-bench-");
        Path store = folder.resolve("store");
        FilledStore.fill(store, entries);
        try (EmbeddedStreamsFixture opened = EmbeddedStreamsFixture.open(store, System::currentTimeMillis)) {
            System.out.printf("%,d entries in %s, %d appends a second%n", entries, store, perSecond);
            new BackupBench(opened, new CheckpointFolders(store, Optional.empty()), folder).run(turns, perSecond);
        }
        System.exit(0);
    }

    private void run(int count, int perSecond) throws Exception {
        Thread appender = new Thread(() -> append(perSecond));
        appender.start();
        long tookNanos = TimeUnit.SECONDS.toNanos(10);
        List<Turn> turns = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long begin = System.nanoTime();
            Await.pass(Duration.ofNanos(tookNanos));
            long from = System.nanoTime();
            String id = CheckpointMaker.newId();
            Made made = new CheckpointMaker(opened.store(), Optional::empty, folders).make(id);
            long there = System.nanoTime();
            BackupWriter backup = BackupWriter.into(backups.resolve("backup"));
            long bytes = backup.write(folders.storeOf(id), Optional.empty(), made.at(), "1", () -> true)
                    .bytes();
            folders.remove(id);
            long copied = System.nanoTime();
            tookNanos = copied - from;
            Turn turn = new Turn(longest(begin, from), longest(from, there), longest(there, copied));
            turns.add(turn);
            System.out.printf(
                    "  checkpoint %d ms, copy of %d MB %d ms; longest append: quiet %d ms, checkpoint %d ms, copy %d ms%n",
                    millis(there - from),
                    bytes >> 20,
                    millis(copied - there),
                    millis(turn.quiet()),
                    millis(turn.making()),
                    millis(turn.copying()));
            backup.discard();
            waits.clear();
        }
        ended = true;
        appender.join();
        System.out.printf(
                "medians of the longest appends: quiet %d ms, checkpoint %d ms, copy %d ms%n",
                median(turns.stream().map(Turn::quiet).toList()),
                median(turns.stream().map(Turn::making).toList()),
                median(turns.stream().map(Turn::copying).toList()));
    }

    /** Appends on time, whether or not the store has answered what was appended before. */
    private void append(int perSecond) {
        long began = System.nanoTime();
        for (long i = 0; !ended; i++) {
            long at = began + i * TimeUnit.SECONDS.toNanos(1) / perSecond;
            while (System.nanoTime() < at) {
                LockSupport.parkNanos(at - System.nanoTime());
            }
            opened.streams()
                    .append(FilledStore.entry((int) (i % ROOMS)))
                    .onComplete(any -> waits.add(new Wait(at, System.nanoTime())));
        }
    }

    private long longest(long from, long until) {
        return waits.stream()
                .filter(wait -> wait.until() >= from && wait.from() <= until)
                .mapToLong(Wait::took)
                .max()
                .orElse(0);
    }

    private static long median(List<Long> nanos) {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted.length == 0 ? 0 : millis(sorted[sorted.length / 2]);
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
