package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A role that may join rooms, and may not know who is there. */
class PresencePermissionIT {
    private static final String JOIN = "{\"type\": \"join\", \"roomId\": \"lobby\", \"presence\": true}";

    @Test
    void role_without_the_permission_is_not_told_who_is_there_by_any_frame() {
        try (TestNode node = TestNode.generous("permissions={\"member\": [\"join\", \"chat\"]}");
                ChatPeer ann = node.enter("ann");
                ChatPeer ben = node.enter("ben")) {
            ann.send(JOIN);
            assertThat(ann.next("joined").containsKey("members")).isFalse();
            ben.join("lobby");
            JsonObject refused = ann.ask(new JsonObject()
                    .put("type", "presence")
                    .put("roomId", "lobby")
                    .put("id", "p1"));
            assertThat(refused.getString("reason")).isEqualTo("forbidden");
            assertChangesAreDue(node);
            assertThat(ann.hasHeard("presence_change")).isFalse();
        }
    }

    /** Waits until one who may know was told of a change. */
    private static void assertChangesAreDue(TestNode node) {
        String token = node.token("root", Role.ADMIN, Duration.ofMinutes(10));
        try (ChatPeer admin = JdkPeer.admitted(node.ws(), token)) {
            admin.next("auth_success");
            admin.send(JOIN);
            assertThat(admin.next("joined").getJsonArray("members")).hasSize(3);
            admin.next("presence_change");
        }
    }
}
