package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.forked.JarProcess.ExitResult;
import dev.portcullis.forked.PacedSpeaker.Acked;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node is backed up while it serves clients, and put back; processes are killed in the middle of both. */
class BackupIT {
    private static final String KEEP_ALL = "streams.room.entries=100000";

    /** So many entries that a copy takes a while. */
    private static final int ENTRIES = Integer.getInteger("portcullis.entries", 100_000);

    /** What no busy machine exceeds. {@link BackupBench} compares with a store that nothing copies. */
    private static final long LONGEST_MS = 5_000;

    @TempDir
    Path folder;

    private Path config;
    private Path backup;

    @BeforeEach
    void configure() throws IOException {
        config = ForkedNode.configIn(folder);
        backup = folder.resolve("backup");
    }

    @Test
    void backup_under_load_has_what_was_acknowledged_and_holds_up_no_client() throws Exception {
        FilledStore.fill(folder.resolve("store"), ENTRIES);
        List<Acked> before = new ArrayList<>();
        try (ForkedNode node = ForkedNode.generous(config, KEEP_ALL);
                PacedSpeaker ann = new PacedSpeaker(node.enter("ann"), "lobby", "ann");
                PacedSpeaker ben = new PacedSpeaker(node.enter("ben"), "room-1", "ben")) {
            await(() -> ann.acked().size() > 500 && ben.acked().size() > 500, "messages before the backup");
            long quietFrom = ann.acked().get(200).sentAt();
            before.addAll(ann.acked());
            before.addAll(ben.acked());
            long from = System.nanoTime();
            succeeds(run(node, "backup", backup.toString()));
            long until = System.nanoTime();
            int during = ann.acked().size() + ben.acked().size() - before.size();
            long longest = Math.max(ann.longestMs(from, until), ben.longestMs(from, until));
            System.out.printf(
                    "backup of %d entries: %d messages meanwhile, longest wait %d ms; before it %d ms%n",
                    ENTRIES, during, longest, Math.max(ann.longestMs(quietFrom, from), ben.longestMs(quietFrom, from)));
            assertThat(longest).isLessThan(LONGEST_MS);
            assertThat(during).isPositive();
            assertThat(metric(node, "portcullis_backup_timestamp_seconds")).isPositive();
            assertThat(checkpoints()).isEmpty();
        }
        assertThat(verify().out()).singleElement().asString().startsWith("backup whole: ");
        succeeds(restore("--replace"));
        try (ForkedNode node = ForkedNode.generous(config, KEEP_ALL);
                ChatPeer reader = node.enter("reader")) {
            List<String> contents = new ArrayList<>();
            for (String room : List.of("lobby", "room-1")) {
                reader.join(room);
                RoomLog.read(reader, room).messages().forEach(each -> contents.add(each.content()));
            }
            assertThat(contents).containsAll(before.stream().map(Acked::content).toList());
        }
    }

    @Test
    void restored_store_takes_no_position_of_the_lost_future_for_its_own() throws Exception {
        JsonObject early;
        JsonObject lost;
        String formerToken;
        try (ForkedNode node = ForkedNode.generous(config);
                ChatPeer ann = node.enter("ann")) {
            ann.join("lobby");
            formerToken = node.token("ann");
            early = ann.say("lobby", "one", "1");
            ann.say("lobby", "two", "2");
            succeeds(run(node, "backup", backup.toString()));
            lost = ann.say("lobby", "lost", "3");
            node.stop();
        }
        succeeds(restore("--replace"));
        try (ForkedNode node = ForkedNode.generous(config)) {
            try (ChatPeer former = JdkPeer.admitted(node.ws(), formerToken)) {
                assertThat(former.ended()).isEqualTo(1008);
            }
            try (ChatPeer ann = node.enter("ann")) {
                JsonObject joined = resume(ann, lost);
                assertThat(joined.getBoolean("recovered")).isFalse();
                assertThat(joined.getString("epoch")).isNotEqualTo(lost.getString("epoch"));
                assertThat(joined.getLong("seq")).isEqualTo(2);
            }
            try (ChatPeer ann = node.enter("ann")) {
                JsonObject joined = resume(ann, early);
                assertThat(joined.getBoolean("recovered")).isTrue();
                assertThat(RoomLog.messages(joined).stream().map(ObservedMessage::content))
                        .containsExactly("two");
                assertThat(ann.say("lobby", "another", "3").getLong("seq")).isEqualTo(3);
            }
            try (ChatPeer ann = node.enter("ann")) {
                assertThat(resume(ann, lost).getBoolean("recovered")).isFalse();
            }
            assertThat(metric(node, "portcullis_audit_events_total{event=\"store.restored\""))
                    .isEqualTo(1);
        }
    }

    @Test
    void restore_is_refused_while_a_node_runs_and_over_a_store_and_moves_it_aside_when_told() throws Exception {
        try (ForkedNode node = ForkedNode.generous(config)) {
            succeeds(run(node, "backup", backup.toString()));
            assertThat(refused(run(node, "backup", backup.toString()))).endsWith("does not exist yet");
            assertThat(refused(restore("--replace"))).endsWith("is in use by a node; stop it first");
        }
        assertThat(refused(restore())).contains("is not empty; --replace moves it aside");
        ExitResult restored = restore("--replace");
        assertThat(restored.out()).hasSize(2);
        assertThat(restored.out().get(1))
                .startsWith("what was there before is in " + folder.resolve("store.replaced-"));
        assertThat(folder.resolve("store.restoring")).doesNotExist();
    }

    @Test
    void stopped_node_is_backed_up_too() throws Exception {
        JsonObject ack;
        try (ForkedNode node = ForkedNode.generous(config);
                ChatPeer ann = node.enter("ann")) {
            ann.join("lobby");
            ack = ann.say("lobby", "one", "1");
            node.kill();
        }
        assertThat(run("backup", backup.toString(), "-c", config.toString(), "--set", "admin.port=1")
                        .out())
                .singleElement()
                .asString()
                .endsWith("; the node is stopped");
        assertThat(verify().out()).singleElement().asString().contains("1 entries");
        assertThat(ack.getLong("seq")).isEqualTo(1);
        assertThat(checkpoints()).isEmpty();
    }

    @Test
    void killed_backup_is_no_whole_one_and_the_node_says_that_one_is_under_way() throws Exception {
        FilledStore.fill(folder.resolve("store"), ENTRIES);
        try (ForkedNode node = ForkedNode.generous(config)) {
            try (JarProcess command = JarProcess.start(ForkedNode.ENVIRONMENT, arguments(node, backup))) {
                await(() -> Files.exists(backup.resolve("store")) || !command.isAlive(), "the copy of the first file");
                command.pause();
                assumeFalse(Files.exists(backup.resolve("SHA256SUMS")), "the machine was too busy to stop the copy");
            }
            ExitResult verified = verify();
            assertThat(verified.code()).isEqualTo(1);
            assertThat(verified.err()).singleElement().asString().contains("the backup broke off");
            Path next = folder.resolve("next");
            assertThat(refused(run(node, "backup", next.toString()))).contains("another backup is under way");
            assertThat(next).doesNotExist();
            assertThat(refused(restore("--replace"))).isNotEmpty();
        }
        assertThat(refused(restore("--replace"))).contains("the backup broke off");
        try (ForkedNode node = ForkedNode.generous(config)) {
            await(() -> checkpoints().isEmpty(), "the end of what the former process left");
            succeeds(run(node, "backup", folder.resolve("next").toString()));
        }
    }

    @Test
    void backup_of_a_node_that_is_killed_leaves_nothing() throws Exception {
        FilledStore.fill(folder.resolve("store"), ENTRIES);
        try (ForkedNode node = ForkedNode.generous(config);
                JarProcess command = JarProcess.start(ForkedNode.ENVIRONMENT, arguments(node, backup))) {
            await(() -> !checkpoints().isEmpty() || !command.isAlive(), "the checkpoint");
            node.kill();
            ExitResult ended = command.ended();
            if (ended.code() == 0) { // it had the checkpoint whole, which outlives the node
                succeeds(verify());
            } else {
                assertThat(backup).doesNotExist();
            }
        }
        try (ForkedNode node = ForkedNode.generous(config)) {
            await(() -> checkpoints().isEmpty(), "the end of what the former process left");
            succeeds(run(node, "backup", folder.resolve("next").toString()));
        }
    }

    /** A limit of the size of files stands for a disk that is full: the write of a byte fails in the middle of a file. */
    @Test
    void backup_that_finds_no_room_leaves_nothing() throws Exception {
        FilledStore.fill(folder.resolve("store"), ENTRIES);
        try (ForkedNode node = ForkedNode.generous(config)) {
            List<String> small = List.of("bash", "-c", "ulimit -f 2000; exec \"$@\"", "small");
            try (JarProcess command = JarProcess.start(
                    small, List.of("-XX:-UsePerfData"), ForkedNode.ENVIRONMENT, arguments(node, backup))) {
                assertThat(refused(command.ended())).startsWith("the backup broke off (");
            }
            assertThat(backup).doesNotExist();
            await(() -> checkpoints().isEmpty(), "the end of the checkpoint");
        }
    }

    @Test
    void backup_goes_to_another_file_system() throws Exception {
        Path memory = Path.of("/dev/shm");
        assumeTrue(Files.isWritable(memory), "/dev/shm is not there");
        assumeFalse(Files.getFileStore(memory).equals(Files.getFileStore(folder)), "it is the same file system");
        Path other = Files.createTempDirectory(memory, "portcullis-backup-");
        try (ForkedNode node = ForkedNode.generous(config)) {
            succeeds(run(node, "backup", other.toString()));
            succeeds(run("backup", "verify", other.toString()));
        } finally {
            try (Stream<Path> all = Files.walk(other)) {
                for (Path each : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(each);
                }
            }
        }
    }

    private static void await(BooleanSupplier condition, String what) {
        assertThat(Await.until(condition)).as(what).isTrue();
    }

    private List<Path> checkpoints() {
        Path checkpoints = folder.resolve("store").resolve("checkpoints");
        if (!Files.isDirectory(checkpoints)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(checkpoints)) {
            return files.toList();
        } catch (IOException gone) {
            return List.of();
        }
    }

    private static JsonObject resume(ChatPeer peer, JsonObject position) {
        return peer.ask(new JsonObject()
                .put("type", "join")
                .put("roomId", "lobby")
                .put(
                        "since",
                        new JsonObject()
                                .put("epoch", position.getString("epoch"))
                                .put("seq", position.getLong("seq")))
                .put("id", "resume"));
    }

    private static double metric(ForkedNode node, String name) throws Exception {
        return node.admin("/metrics", "Authorization", "Bearer " + ForkedNode.API_KEY)
                .body()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElse(-1);
    }

    private List<String> arguments(ForkedNode node, Path into) {
        return List.of("backup", into.toString(), "-c", config.toString(), "--set", "admin.port=" + node.adminPort());
    }

    private ExitResult run(ForkedNode node, String... command) throws Exception {
        List<String> all = new ArrayList<>(Arrays.asList(command));
        all.addAll(List.of("-c", config.toString(), "--set", "admin.port=" + node.adminPort()));
        return run(all.toArray(String[]::new));
    }

    private static ExitResult run(String... command) throws Exception {
        return JarProcess.run(ForkedNode.ENVIRONMENT, command);
    }

    private ExitResult verify() throws Exception {
        return run("backup", "verify", backup.toString());
    }

    private ExitResult restore(String... options) throws Exception {
        List<String> all = new ArrayList<>(List.of("restore", backup.toString(), "-c", config.toString()));
        all.addAll(List.of(options));
        return run(all.toArray(String[]::new));
    }

    private static void succeeds(ExitResult result) {
        assertThat(result.code()).as(result.toString()).isZero();
    }

    /** The one line that says why. */
    private static String refused(ExitResult result) {
        assertThat(result.code()).as(result.toString()).isEqualTo(1);
        assertThat(result.err()).hasSize(1);
        return result.err().get(0);
    }
}
