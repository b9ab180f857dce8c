package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.store.embedded.EmbeddedStore;
import io.vertx.core.json.JsonObject;
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

    private static TestNode start(Path file) {
        return TestNode.start(EmbeddedStore::open, file, List.of("http.port=0", "admin.port=0", "drain.windowMs=0"));
    }
}
