package dev.portcullis.archive.embedded;

import static dev.portcullis.kit.Await.done;

import dev.portcullis.archive.ArchivePart;
import dev.portcullis.archive.MessageIndex;
import dev.portcullis.archive.MessageIndex.Query;
import dev.portcullis.archive.SearchedMessage;
import dev.portcullis.kit.Await;
import dev.portcullis.search.Words;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.EntryRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Prints what the index costs a single node: time of the processor and bytes of a message, how far it is behind, searches of an index
 * of many messages, and how long it takes to make it again. Run it by hand:
 * {@code java -cp … dev.portcullis.archive.embedded.EmbeddedIndexBench [messages] [rooms]}.
 */
final class EmbeddedIndexBench {
    private static final int SEARCHES = 2_000;
    private static final Duration PATIENCE = Duration.ofHours(1);

    private final int messages;
    private final int rooms;
    private final Random random = new Random(7);
    private final List<String> words = EmbeddedArchiveBench.words();

    private EmbeddedIndexBench(int messages, int rooms) {
        this.messages = messages;
        this.rooms = rooms;
    }

    public static void main(String[] args) throws Exception {
        int messages = args.length > 0 ? Integer.parseInt(args[0]) : 300_000;
        int rooms = args.length > 1 ? Integer.parseInt(args[1]) : 1_000;
        EmbeddedIndexBench bench = new EmbeddedIndexBench(messages, rooms);
        System.out.printf("%,d messages in %,d rooms%n", messages, rooms);
        bench.cut();
        bench.fill("without an index", store -> new EmbeddedArchive(store, Long.MAX_VALUE));
        Path folder = bench.fill("with an index", store -> EmbeddedArchive.open(store, Long.MAX_VALUE));
        bench.search(folder);
        bench.make(folder);
    }

    /** Prints what it takes to find the terms of a text. */
    private void cut() {
        EmbeddedArchiveBench source = new EmbeddedArchiveBench(messages, rooms);
        List<EntryRow> rows = Stream.generate(() -> source.parts(0).values())
                .limit(200)
                .flatMap(parts -> parts.stream().flatMap(part -> part.rows().stream()))
                .toList();
        long terms = 0;
        long cpu = 0;
        for (int round = 0; round < 2; round++) {
            terms = 0;
            cpu = EmbeddedArchiveBench.cpuNanos();
            for (EntryRow row : rows) {
                LatestEntry latest = row.latest(Optional.empty());
                terms += Words.terms(SearchedMessage.of(latest).orElseThrow().text())
                        .size();
            }
            cpu = EmbeddedArchiveBench.cpuNanos() - cpu;
        }
        System.out.printf(
                "  terms: %,.1f of a message, found in %,.1f us of the processor%n",
                (double) terms / rows.size(), cpu / 1e3 / rows.size());
    }

    private Path fill(String what, Function<EmbeddedStore, EmbeddedArchive> open) throws Exception {
        Path folder = Files.createTempDirectory("portcullis-bench-");
        EmbeddedArchiveBench source = new EmbeddedArchiveBench(messages, rooms);
        long cpu = 0;
        long behind = 0;
        try (EmbeddedStore store = EmbeddedArchiveBench.open(folder, false)) {
            EmbeddedArchive archive = open.apply(store);
            long began = System.nanoTime();
            for (int added = 0; added < messages; ) {
                Map<Integer, ArchivePart> parts = source.parts(added);
                long before = EmbeddedArchiveBench.cpuNanos();
                done(archive.add(List.copyOf(parts.values())));
                cpu += EmbeddedArchiveBench.cpuNanos() - before;
                added += parts.values().stream()
                        .mapToInt(part -> part.rows().size())
                        .sum();
                behind = Math.max(
                        behind, archive.index().map(MessageIndex::behindMs).orElse(0L));
            }
            double seconds = (System.nanoTime() - began) / 1e9;
            long before = EmbeddedArchiveBench.cpuNanos();
            archive.index().ifPresent(index -> await((EmbeddedIndex) index));
            archive.index().ifPresent(MessageIndex::close);
            cpu += EmbeddedArchiveBench.cpuNanos() - before;
            System.out.printf(
                    "  %s: %,.1f us of the processor a message, %,.0f a second, behind %,d ms at the most; %,.0f bytes of the index a message%n",
                    what, cpu / 1e3 / messages, messages / seconds, behind, (double) size(folder) / messages);
        }
        return folder;
    }

    private void search(Path folder) throws Exception {
        Set<StreamName> all =
                IntStream.range(0, rooms).mapToObj(EmbeddedArchiveBench::room).collect(Collectors.toSet());
        try (EmbeddedStore store = EmbeddedArchiveBench.open(folder, false)) {
            EmbeddedArchive archive = EmbeddedArchive.open(store, Long.MAX_VALUE);
            MessageIndex index = archive.index().orElseThrow();
            await((EmbeddedIndex) index);
            times("two words, all rooms", index, any -> query(words(2, 0.5), all));
            times("two words, all rooms", index, any -> query(words(2, 0.5), all));
            times("two common words, all rooms", index, any -> query(words(2, 0.02), all));
            times("two words, one room", index, any -> query(words(2, 0.5), room()));
            times("two common words, one room", index, any -> query(words(2, 0.02), room()));
            times("one common word, one room", index, any -> query(Set.of(word(0.001)), room()));
            times("ten common words, all rooms", index, any -> query(words(10, 0.01), all));
            index.close();
        }
    }

    private void make(Path folder) throws Exception {
        try (EmbeddedStore store = EmbeddedArchiveBench.open(folder, false)) {
            LuceneFolder.clear(folder.resolve("search"));
            long cpu = EmbeddedArchiveBench.cpuNanos();
            long began = System.nanoTime();
            EmbeddedArchive archive = EmbeddedArchive.open(store, Long.MAX_VALUE);
            MessageIndex index = archive.index().orElseThrow();
            await((EmbeddedIndex) index);
            System.out.printf(
                    "  made again in %,.1f s, %,.1f us of the processor a message%n",
                    (System.nanoTime() - began) / 1e9, (EmbeddedArchiveBench.cpuNanos() - cpu) / 1e3 / messages);
            index.close();
        }
    }

    private void times(String what, MessageIndex index, Function<Integer, Query> query) {
        long[] nanos = new long[SEARCHES];
        long found = 0;
        long cpu = EmbeddedArchiveBench.cpuNanos();
        for (int i = 0; i < SEARCHES; i++) {
            Query next = query.apply(i);
            long began = System.nanoTime();
            found += done(index.find(next, 25)).size();
            nanos[i] = System.nanoTime() - began;
        }
        cpu = EmbeddedArchiveBench.cpuNanos() - cpu;
        System.out.printf(
                "  %,.1f found, %,.0f us of the processor; ", (double) found / SEARCHES, cpu / 1e3 / SEARCHES);
        EmbeddedArchiveBench.print(what, nanos, SEARCHES);
    }

    private static Query query(Set<String> terms, Set<StreamName> streams) {
        return new Query(terms, streams, Optional.empty(), Optional.empty(), 0, Long.MAX_VALUE, Optional.empty());
    }

    private Set<String> words(int count, double ofThese) {
        Set<String> some = new HashSet<>();
        while (some.size() < count) {
            some.add(word(ofThese));
        }
        return some;
    }

    /** A word as messages have it, of the most frequent ones. */
    private String word(double ofThese) {
        double share = random.nextDouble();
        return words.get((int) (share * share * share * words.size() * ofThese));
    }

    private Set<StreamName> room() {
        return Set.of(EmbeddedArchiveBench.room(random.nextInt(rooms)));
    }

    private static void await(EmbeddedIndex index) {
        if (!Await.until(index::isCurrent, PATIENCE)) {
            throw new AssertionError("the index is behind");
        }
    }

    private static long size(Path folder) throws IOException {
        Path index = folder.resolve("search");
        if (!Files.isDirectory(index)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(index)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }
}
