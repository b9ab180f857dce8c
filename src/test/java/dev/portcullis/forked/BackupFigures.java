package dev.portcullis.forked;

import dev.portcullis.app.backup.BackupWriter;
import dev.portcullis.app.checkpoint.CheckpointFolders;
import dev.portcullis.app.checkpoint.CheckpointMaker;
import dev.portcullis.app.checkpoint.CheckpointMaker.Made;
import dev.portcullis.kit.Await;
import dev.portcullis.streams.embedded.EmbeddedStreamsFixture;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long an append waits while nothing else happens, while a checkpoint is made, and while it is copied: in turns, on one store. */
class BackupFigures {
    private static final int ENTRIES = Integer.getInteger("portcullis.entries", 1_000_000);
    private static final int ROUNDS = Integer.getInteger("portcullis.rounds", 10);
    private static final int APPENDERS = 4;

    /** As long as a copy takes, about: the longest of more waits is longer. */
    private static final Duration QUIET = Duration.ofSeconds(8);

    @TempDir
    Path folder;

    /** One append; nanoseconds. */
    private record Wait(long from, long until) {}

    @Test
    void waits_of_appends() throws Exception {
        Path path = folder.resolve("store");
        FilledStore.fill(path, ENTRIES);
        CheckpointFolders folders = new CheckpointFolders(path, Optional.empty());
        AtomicBoolean ended = new AtomicBoolean();
        List<Long> quiet = new ArrayList<>();
        List<Long> making = new ArrayList<>();
        List<Long> copying = new ArrayList<>();
        try (EmbeddedStreamsFixture opened = EmbeddedStreamsFixture.open(path, System::currentTimeMillis)) {
            List<List<Wait>> waits = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < APPENDERS; i++) {
                List<Wait> own = new ArrayList<>();
                waits.add(own);
                int room = i;
                threads.add(new Thread(() -> append(opened, room, own, ended)));
            }
            threads.forEach(Thread::start);
            List<long[]> windows = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                long begin = System.nanoTime();
                Await.pass(QUIET);
                long from = System.nanoTime();
                String id = CheckpointMaker.newId();
                Made made = new CheckpointMaker(opened.store(), Optional::empty, folders).make(id);
                long there = System.nanoTime();
                BackupWriter.into(folder.resolve("backup-" + round))
                        .write(folders.storeOf(id), Optional.empty(), made.at(), "1", () -> true);
                long copied = System.nanoTime();
                folders.remove(id);
                windows.add(new long[] {begin, from, there, copied});
            }
            ended.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
            for (long[] window : windows) {
                quiet.add(longest(waits, window[0], window[1]));
                making.add(longest(waits, window[1], window[2]));
                copying.add(longest(waits, window[2], window[3]));
                System.out.printf(
                        "checkpoint %d ms, copy %d ms; longest wait: quiet %d ms, checkpoint %d ms, copy %d ms%n",
                        millis(window[2] - window[1]),
                        millis(window[3] - window[2]),
                        quiet.get(quiet.size() - 1),
                        making.get(making.size() - 1),
                        copying.get(copying.size() - 1));
            }
        }
        System.out.printf(
                "%d entries, medians of the longest waits: quiet %d ms, checkpoint %d ms, copy %d ms%n",
                ENTRIES, median(quiet), median(making), median(copying));
    }

    private static void append(EmbeddedStreamsFixture opened, int room, List<Wait> waits, AtomicBoolean ended) {
        while (!ended.get()) {
            long from = System.nanoTime();
            Await.done(opened.streams().append(FilledStore.entry(room)));
            waits.add(new Wait(from, System.nanoTime()));
        }
    }

    private static long longest(List<List<Wait>> all, long from, long until) {
        return millis(all.stream()
                .flatMap(List::stream)
                .filter(wait -> wait.until >= from && wait.from <= until)
                .mapToLong(wait -> wait.until - wait.from)
                .max()
                .orElse(0));
    }

    private static long median(List<Long> values) {
        long[] sorted = values.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
