package dev.portcullis.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.embedded.EmbeddedStreamsFixture;
import io.vertx.core.Future;
import java.io.IOException;
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
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/**
 * Streams over restarts, restored backups, and power cuts that lose the newest part. A client that resumes gets either the
 * exact continuation of what it has, or a slice that is not exact: never anything in between.
 */
class StreamRecoveryTest {
    private static final Bounds PLENTY = new Bounds(10_000, 1 << 24);
    private static final StreamWindow KEPT = new StreamWindow(12, TimeUnit.DAYS.toMillis(1));
    private static final List<StreamName> STREAMS = List.of(
            StreamName.room(new RoomId("busy")),
            StreamName.room(new RoomId("quiet")),
            StreamName.room(new RoomId("silent")));

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();

    @RepeatedTest(3)
    void resume_over_restarts_and_losses_is_exact_or_reported_as_not_exact() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Path live = folder.resolve("live");
        Path backup = folder.resolve("backup");
        EmbeddedStreamsFixture life = EmbeddedStreamsFixture.open(live, clock);
        StreamInvariants streams = new StreamInvariants(life.streams());
        Model model = new Model();
        Optional<Model> saved = Optional.empty();
        try {
            for (int step = 0; step < 300; step++) {
                String description = "seed " + seed + " step " + step;
                int choice = random.nextInt(40);
                StreamName stream = STREAMS.get(choice % 8 == 0 ? 1 + random.nextInt(2) : 0);
                if (choice < 20 && !stream.equals(STREAMS.get(2))) {
                    model.append(stream, await(streams.append(append(stream, seed + "." + step))));
                } else if (choice < 36) {
                    resume(streams, model, STREAMS.get(random.nextInt(3)), random, description);
                } else {
                    life.close();
                    if (choice == 36) {
                        copy(live, backup);
                        saved = Optional.of(model.copy());
                    } else if (choice == 37 && saved.isPresent()) {
                        copy(backup, live);
                        model.restore(saved.get());
                    } else if (choice == 38) {
                        cutOff(live, random.nextInt(4_000));
                    }
                    life = EmbeddedStreamsFixture.open(live, clock);
                    streams.watch(life.streams());
                    for (StreamName each : STREAMS) {
                        model.shrink(each, await(streams.head(each)).seq());
                    }
                }
            }
            streams.check();
        } finally {
            life.close();
        }
    }

    /** Resumes from a position that some client may have: any one that was ever returned. */
    private static void resume(
            StreamInvariants streams, Model model, StreamName stream, Random random, String description)
            throws Exception {
        Position head = await(streams.head(stream));
        model.learn(stream, head);
        Known known = model.anyKnown(stream, random);
        Slice slice = await(streams.resume(stream, Optional.of(known.position()), PLENTY));
        List<String> now = model.contents(stream);
        assertThat(slice.head().seq()).as(description).isEqualTo(now.size());
        if (slice.exact()) {
            List<String> contents = new ArrayList<>(known.contents());
            slice.entries().forEach(entry -> contents.add(new String(entry.body(), StandardCharsets.UTF_8)));
            assertThat(contents).as(description).isEqualTo(now);
        } else {
            assertThat(slice.entries()).as(description).isEmpty();
        }
        boolean sameContents = now.size() >= known.contents().size()
                && now.subList(0, known.contents().size()).equals(known.contents());
        boolean inWindow = now.size() - known.contents().size() <= KEPT.entries();
        boolean remembered = known.position().epoch().equals(head.epoch());
        if (sameContents && inWindow && remembered) {
            assertThat(slice.exact()).as(description).isTrue();
        }
    }

    private AppendRequest append(StreamName stream, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return new AppendRequest(stream, KEPT, 0, bytes, Optional.empty(), Optional.empty(), Long.MAX_VALUE);
    }

    private static void copy(Path from, Path to) throws IOException {
        if (Files.exists(to)) {
            try (Stream<Path> files = Files.list(to)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(String.valueOf(file.getFileName())));
            }
        }
    }

    /** Loses what a power cut may lose on a disk without sync. */
    private static void cutOff(Path store, int bytes) throws IOException {
        try (Stream<Path> files = Files.list(store)) {
            Path log = files.filter(file -> file.toString().endsWith(".log"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            byte[] all = Files.readAllBytes(log);
            Files.write(log, Arrays.copyOf(all, Math.max(0, all.length - bytes)));
        }
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.await(30, TimeUnit.SECONDS);
    }

    /** A position that a client has, and the contents up to there. */
    private record Known(Position position, List<String> contents) {}

    /** What the streams contain, and what clients know of it. */
    private static final class Model {
        private final Map<StreamName, List<String>> contents = new HashMap<>();
        private final Map<StreamName, List<Known>> known = new HashMap<>();

        void append(StreamName stream, AppendResult outcome) {
            StreamEntry entry = ((AppendResult.Stored) outcome).entry();
            contents.computeIfAbsent(stream, any -> new ArrayList<>())
                    .add(new String(entry.body(), StandardCharsets.UTF_8));
            assertThat(entry.position().seq()).isEqualTo(contents(stream).size());
            learn(stream, entry.position());
        }

        void learn(StreamName stream, Position position) {
            known.computeIfAbsent(stream, any -> new ArrayList<>())
                    .add(new Known(position, List.copyOf(contents(stream).subList(0, (int) position.seq()))));
        }

        Known anyKnown(StreamName stream, Random random) {
            List<Known> all = known.getOrDefault(stream, List.of());
            int newest = Math.min(all.size(), 1 + random.nextInt(60));
            return all.get(all.size() - 1 - random.nextInt(newest));
        }

        List<String> contents(StreamName stream) {
            return contents.getOrDefault(stream, List.of());
        }

        void shrink(StreamName stream, long size) {
            assertThat(size).isLessThanOrEqualTo(contents(stream).size());
            contents.put(stream, new ArrayList<>(contents(stream).subList(0, (int) size)));
        }

        Model copy() {
            Model copy = new Model();
            contents.forEach((stream, all) -> copy.contents.put(stream, new ArrayList<>(all)));
            return copy;
        }

        /** Restores the contents; clients keep what they know. */
        void restore(Model saved) {
            contents.clear();
            contents.putAll(saved.copy().contents);
        }
    }
}
