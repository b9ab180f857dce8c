package dev.portcullis.streams;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.AppendRequest.Retention;
import dev.portcullis.streams.StreamStore.Bounds;
import dev.portcullis.streams.embedded.EmbeddedLife;
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
 * Streams through restarts, restored backups, and power cuts that take the newest part. A client that comes back gets exactly the
 * stream's continuation of what it knows, or is told that it does not: never anything in between.
 */
class StreamLivesTest {
    private static final Bounds PLENTY = new Bounds(10_000, 1 << 24);
    private static final Retention KEPT = new Retention(12, TimeUnit.DAYS.toMillis(1));
    private static final List<StreamName> STREAMS = List.of(
            StreamName.room(new RoomId("busy")),
            StreamName.room(new RoomId("quiet")),
            StreamName.room(new RoomId("silent")));

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();

    @RepeatedTest(3)
    void a_resume_is_exact_or_says_that_it_is_not() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Path live = folder.resolve("live");
        Path backup = folder.resolve("backup");
        EmbeddedLife life = EmbeddedLife.open(live, clock);
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
                    life = EmbeddedLife.open(live, clock);
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

    /** From a place that some client may hold: every one that was ever told. */
    private static void resume(
            StreamInvariants streams, Model model, StreamName stream, Random random, String description)
            throws Exception {
        Position head = await(streams.head(stream));
        model.told(stream, head);
        Known known = model.anyKnown(stream, random);
        Slice slice = await(streams.resume(stream, Optional.of(known.place()), PLENTY));
        List<String> now = model.contents(stream);
        assertThat(slice.head().seq()).as(description).isEqualTo(now.size());
        if (slice.exact()) {
            List<String> story = new ArrayList<>(known.story());
            slice.entries().forEach(entry -> story.add(new String(entry.body(), StandardCharsets.UTF_8)));
            assertThat(story).as(description).isEqualTo(now);
        } else {
            assertThat(slice.entries()).as(description).isEmpty();
        }
        boolean sameStory = now.size() >= known.story().size()
                && now.subList(0, known.story().size()).equals(known.story());
        boolean inWindow = now.size() - known.story().size() <= KEPT.entries();
        boolean remembered = known.place().epoch().equals(head.epoch());
        if (sameStory && inWindow && remembered) {
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

    /** What a power cut takes from a disk that was not told to sync. */
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

    /** A place that was told to somebody, and all that they had seen by then. */
    private record Known(Position place, List<String> story) {}

    /** What the streams hold, and what clients believe they hold. */
    private static final class Model {
        private final Map<StreamName, List<String>> contents = new HashMap<>();
        private final Map<StreamName, List<Known>> known = new HashMap<>();

        void append(StreamName stream, AppendResult outcome) {
            StreamEntry entry = ((AppendResult.Stored) outcome).entry();
            contents.computeIfAbsent(stream, any -> new ArrayList<>())
                    .add(new String(entry.body(), StandardCharsets.UTF_8));
            assertThat(entry.position().seq()).isEqualTo(contents(stream).size());
            told(stream, entry.position());
        }

        void told(StreamName stream, Position place) {
            known.computeIfAbsent(stream, any -> new ArrayList<>())
                    .add(new Known(place, List.copyOf(contents(stream).subList(0, (int) place.seq()))));
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

        /** Clients know what they knew. */
        void restore(Model saved) {
            contents.clear();
            contents.putAll(saved.copy().contents);
        }
    }
}
