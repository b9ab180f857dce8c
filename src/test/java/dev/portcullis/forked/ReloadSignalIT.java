package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.Signal;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator edits the file of a running process and sends it a signal. */
class ReloadSignalIT {
    private static final long PATIENCE_SECONDS = 180;

    @TempDir
    private Path folder;

    /** A process that was started with {@code nohup}, as a build may be, hands that on. */
    @BeforeEach
    void requireSignal() throws Exception {
        String ignored = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .map(line -> line.substring("SigIgn:".length()).strip())
                .findFirst()
                .orElse("0");
        assumeTrue((Long.parseUnsignedLong(ignored, 16) & 1) == 0, "this process ignores SIGHUP");
    }

    @Test
    void signal_puts_the_edited_file_in_force_and_a_broken_one_changes_nothing() throws Exception {
        Path file = ForkedNode.configIn(folder);
        String first = Files.readString(file);
        try (ForkedNode node = ForkedNode.start(file, "ratelimit.handshakes.minute=1000");
                JdkPeer ann = node.enter("ann")) {
            ann.join("lobby");
            assertThat(ann.say("lobby", "one", "m1").getString("type")).isEqualTo("ack");

            Files.writeString(file, first.replace("\"tls\"", "\"permissions\": {\"member\": [\"join\"]}, \"tls\""));
            JsonObject reloaded = signalled(node, "config.reloaded");
            assertThat(reloaded.getString("detail")).contains("permissions");
            assertThat(ann.say("lobby", "two", "m2").getString("reason")).isEqualTo("forbidden");

            Files.writeString(file, first.replace("\"tls\"", "\"tsl\""));
            JsonObject refused = signalled(node, "config.refused");
            assertThat(refused.getString("detail")).contains("tsl: is not known; did you mean tls?");
            assertThat(ann.say("lobby", "three", "m3").getString("reason")).isEqualTo("forbidden");

            Files.writeString(file, first);
            signalled(node, "config.reloaded");
            assertThat(ann.say("lobby", "four", "m4").getString("type")).isEqualTo("ack");
        }
    }

    /** Sends the signal, and returns the next event of this name. */
    private static JsonObject signalled(ForkedNode node, String event) throws Exception {
        Set<String> before = Set.copyOf(node.process().err().lines());
        Signal.HUP.to(node.process().pid());
        String line = node.process()
                .err()
                .await(each -> each.contains("\"" + event + "\"") && !before.contains(each), PATIENCE_SECONDS)
                .orElseThrow();
        return new JsonObject(line);
    }
}
