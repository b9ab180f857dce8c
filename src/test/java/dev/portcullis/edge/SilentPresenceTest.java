package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.broadcast.presence.ScriptedOwner;
import dev.portcullis.kit.JdkPeer;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The owner of a room does not say who is there. The bus waits 30 s for its answer. */
class SilentPresenceTest {
    private GatedNode node;

    @BeforeEach
    void open() throws Exception {
        node = new GatedNode();
        ScriptedOwner.silent(node.bus).await(30, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    @Test
    void join_with_presence_is_answered_in_its_time_without_members() {
        JdkPeer ann = node.enter("ann");
        ann.send("{\"type\": \"join\", \"roomId\": \"lobby\", \"presence\": true, \"id\": \"j1\"}");
        JsonObject answer = ann.next(frame -> "j1".equals(frame.getString("id")), "answer to the join");
        assertThat(answer.getString("type")).as("%s", answer).isEqualTo("joined");
        assertThat(answer.containsKey("members")).isFalse();
    }
}
