package dev.portcullis.streams.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.store.StoreOpenException;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStoreContract;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.delivery.OrdererTest;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process during many appends: what it acknowledged is there when the folder is opened again. */
class StoreCrashTest {
    static final int STREAMS = 7;
    static final StreamWindow ALL = new StreamWindow(100_000, TimeUnit.DAYS.toMillis(1));

    private static final int ENOUGH = 3_000;
    private static final Pattern ACK = Pattern.compile("(\\S+ \\S+) (\\S+) \\.");

    @TempDir
    Path folder;

    @RepeatedTest(2)
    void killed_process_loses_no_acknowledged_entry_and_leaves_no_gap() throws Exception {
        Process process = start();
        Map<String, String> acknowledged = new TreeMap<>();
        try (BufferedReader acks = process.inputReader(StandardCharsets.UTF_8)) {
            while (acknowledged.size() < ENOUGH) {
                read(Objects.requireNonNull(acks.readLine()), acknowledged);
            }
            assertThatThrownBy(() -> EmbeddedStore.open(folder, EmbeddedStreamsFixture.CONFIG)
                            .close())
                    .as("the folder belongs to the other process")
                    .isInstanceOf(StoreOpenException.class)
                    .hasMessageContaining("in use by another process");
            process.toHandle().destroyForcibly(); // its output stays readable
            for (String line = acks.readLine(); line != null; line = acks.readLine()) {
                read(line, acknowledged);
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(storedPositions()).containsAllEntriesOf(acknowledged);
    }

    /** Also checks that no stream has a gap and that each continues its seq. */
    private Map<String, String> storedPositions() throws Exception {
        Map<String, String> all = new TreeMap<>();
        try (EmbeddedStreamsFixture life = EmbeddedStreamsFixture.open(folder, System::currentTimeMillis)) {
            for (int i = 0; i < STREAMS; i++) {
                List<StreamEntry> entries = life.streams()
                        .after(stream(i), 0, StreamStoreContract.PLENTY)
                        .await(30, TimeUnit.SECONDS)
                        .entries();
                List<Long> seqs = new ArrayList<>();
                for (StreamEntry entry : entries) {
                    seqs.add(entry.position().seq());
                    all.put(position(entry), new String(entry.body(), StandardCharsets.UTF_8));
                }
                assertThat(seqs).isEqualTo(OrdererTest.upTo(seqs.size()));
                assertThat(CrashingProcess.append(life.streams(), stream(i), "next")
                                .await(30, TimeUnit.SECONDS)
                                .position()
                                .seq())
                        .isEqualTo(seqs.size() + 1);
            }
        }
        return all;
    }

    private Process start() throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashingProcess.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** The kill may cut the last line. */
    private static void read(String line, Map<String, String> acknowledged) {
        Matcher ack = ACK.matcher(line);
        if (ack.matches()) {
            acknowledged.put(ack.group(1), ack.group(2));
        }
    }

    static String position(StreamEntry entry) {
        return entry.stream().value() + " " + entry.position().epoch() + "/"
                + entry.position().seq();
    }

    static StreamName stream(int number) {
        return StreamName.room(new RoomId("room-" + number));
    }
}
