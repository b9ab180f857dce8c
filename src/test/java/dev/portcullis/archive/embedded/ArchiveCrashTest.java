package dev.portcullis.archive.embedded;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.archive.MessageIndex.Place;
import dev.portcullis.archive.MessageIndex.Query;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore.Bounds;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process that archives and sweeps: what it reached is there, and rows, positions and indexes agree. */
class ArchiveCrashTest {
    static final int STREAMS = 3;

    private static final long ENOUGH = 6_000;
    private static final Bounds ALL = new Bounds(Integer.MAX_VALUE, Integer.MAX_VALUE);
    private static final Pattern REACHED = Pattern.compile("(\\d+) \\.");

    @TempDir
    Path folder;

    @RepeatedTest(2)
    void killed_process_leaves_what_it_reached_and_nothing_half_done() throws Exception {
        long reached = killedAt();
        assertThat(reached).isGreaterThanOrEqualTo(ENOUGH);
        try (EmbeddedStore store = EmbeddedStore.open(folder, EmbeddedArchiveTest.CONFIG)) {
            ArchiveTablesCheck.check(store);
            EmbeddedArchive archive = EmbeddedArchive.open(store, ArchivingProcess.MOST_BYTES);
            for (int i = 0; i < STREAMS; i++) {
                Position at = done(archive.positions(List.of(stream(i)))).get(0);
                assertThat(at.seq()).isGreaterThanOrEqualTo(reached);
                List<StreamEntry> entries =
                        done(archive.after(stream(i), 0, ALL)).entries();
                assertThat(entries)
                        .extracting(entry -> entry.position().seq())
                        .containsExactlyElementsOf(LongStream.rangeClosed(at.seq() - entries.size() + 1, at.seq())
                                .boxed()
                                .toList());
                assertThat(entries.get(0).body())
                        .isEqualTo(ArchivingProcess.row(
                                        stream(i), entries.get(0).position().seq())
                                .entry()
                                .body());
            }
            EmbeddedIndexTest.awaitCurrent(archive);
            assertThat(found(archive)).isEqualTo(kept(archive));
            done(archive.sweep());
            assertThat(done(archive.bytes())).isLessThanOrEqualTo(ArchivingProcess.MOST_BYTES);
            ArchiveTablesCheck.check(store);
            EmbeddedIndexTest.awaitCurrent(archive);
            assertThat(found(archive)).isEqualTo(kept(archive));
            archive.index().orElseThrow().close();
        }
    }

    private static List<Place> found(EmbeddedArchive archive) {
        Query all = new Query(
                Set.of("text"),
                Set.copyOf(streams()),
                Optional.empty(),
                Optional.empty(),
                0,
                Long.MAX_VALUE,
                Optional.empty());
        return done(archive.index().orElseThrow().find(all, Integer.MAX_VALUE));
    }

    private static List<Place> kept(EmbeddedArchive archive) {
        return streams().stream()
                .flatMap(stream -> done(archive.after(stream, 0, ALL)).entries().stream())
                .map(entry -> new Place(
                        entry.timestamp(), entry.stream(), entry.position().seq()))
                .sorted(Place.NEWEST_FIRST)
                .toList();
    }

    private static List<StreamName> streams() {
        return IntStream.range(0, STREAMS).mapToObj(ArchiveCrashTest::stream).toList();
    }

    /** The last position that the process printed before it was killed. */
    private long killedAt() throws Exception {
        Process process = start();
        long reached = 0;
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            while (reached < ENOUGH) {
                reached = Math.max(reached, seq(Objects.requireNonNull(lines.readLine())));
            }
            process.toHandle().destroyForcibly(); // its output stays readable
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                reached = Math.max(reached, seq(line));
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        return reached;
    }

    /** The kill may cut the last line. */
    private static long seq(String line) {
        Matcher reached = REACHED.matcher(line);
        return reached.matches() ? Long.parseLong(reached.group(1)) : 0;
    }

    private Process start() throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ArchivingProcess.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    static StreamName stream(int number) {
        return StreamName.inbox(new UserId("user-" + number));
    }
}
