package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.store.embedded.EmbeddedStore;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node with {@code conf/dev.json}, unchanged except for its ports. */
class DevRestartIT {
    @TempDir
    Path clone;

    @Test
    void messages_of_a_development_node_survive_a_restart() throws Exception {
        Path file = Files.createDirectory(clone.resolve("conf")).resolve("dev.json");
        Files.copy(Path.of("conf/dev.json"), file);
        try (TestNode first = start(file);
                ChatPeer ann = first.enter("ann")) {
            ann.join("lobby");
            assertThat(ann.say("lobby", "see you", "m1").getString("type")).isEqualTo("ack");
        }
        assertThat(clone.resolve("data/dev")).isDirectory();
        try (TestNode second = start(file);
                ChatPeer ben = second.enter("ben")) {
            assertThat(ben.join("lobby").getLong("seq")).isEqualTo(1);
            ben.send(new JsonObject().put("type", "history").put("id", "h1").put("roomId", "lobby"));
            assertThat(ben.next("history").getJsonArray("messages"))
                    .singleElement()
                    .asString()
                    .contains("see you");
        }
    }

    /** A supervisor starts the process again each second, as long as another one has the port. */
    @Test
    void resume_after_starts_that_failed_is_exact() throws Exception {
        Path file = Files.createDirectory(clone.resolve("conf")).resolve("dev.json");
        Files.copy(Path.of("conf/dev.json"), file);
        JsonObject left;
        try (TestNode first = start(file);
                ChatPeer ann = first.enter("ann")) {
            ann.join("lobby");
            left = ann.say("lobby", "see you", "m1");
        }
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (int failed = 0; failed < 6; failed++) {
                assertThatThrownBy(() -> start(file, "http.port=" + taken.getLocalPort()))
                        .hasStackTraceContaining("in use");
            }
        }
        try (TestNode second = start(file);
                ChatPeer ben = second.enter("ben");
                ChatPeer eve = second.enter("eve")) {
            JsonObject since =
                    new JsonObject().put("epoch", left.getString("epoch")).put("seq", left.getLong("seq"));
            JsonObject resumed = ben.ask(new JsonObject()
                    .put("type", "join")
                    .put("id", "j")
                    .put("roomId", "lobby")
                    .put("since", since));
            assertThat(resumed.getBoolean("recovered")).isTrue();
            eve.join("lobby");
            assertThat(eve.say("lobby", "again", "m2").getString("type")).isEqualTo("ack");
            JsonObject next = ben.next("chat");
            assertThat(next.getLong("seq")).isEqualTo(2);
            assertThat(next.getString("epoch")).as("of the new run").isNotEqualTo(left.getString("epoch"));
        }
    }

    private static TestNode start(Path file) {
        return start(file, "http.port=0");
    }

    private static TestNode start(Path file, String port) {
        return TestNode.start(EmbeddedStore::open, file, List.of(port, "admin.port=0", "drain.windowMs=0"));
    }
}
