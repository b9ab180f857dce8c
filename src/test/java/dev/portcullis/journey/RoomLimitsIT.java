package dev.portcullis.journey;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.TestServer;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Calls about rooms count for their user like frames, and with them. */
class RoomLimitsIT extends RoomCalls {
    private static final int CALLS = 4;

    @Override
    TestServer open() {
        return TestNode.generous(
                "ratelimit.actions={\"join\": " + CALLS + ", \"history\": 100000, \"remove_user\": 2}",
                "rooms.limits.ownedPerUser=2",
                "rooms.limits.membersPerRoom=2");
    }

    @Override
    String token(TestServer site, String user, Role role) {
        return ((TestNode) site).token(user, role, Duration.ofMinutes(10));
    }

    @Test
    void call_beyond_the_limit_is_answered_429_and_does_nothing() {
        String room = create("ann", "public");
        put("ann", room, "ben", "member", 204);
        for (int i = 2; i < CALLS; i++) {
            call("GET", "ann", "/" + room).body(200);
        }
        for (Answer refused : new Answer[] {
            call("GET", "ann", ""),
            call("PUT", "ann", member(room, "ben"), role("owner")),
            call("GET", "ann", "/absent")
        }) {
            assertThat(refused.refusal()).isEqualTo("429 rate_limited null");
            assertThat(Integer.parseInt(refused.retryAfter())).isBetween(1, 3_600);
        }
        JsonObject seen = call("GET", "ben", "/" + room).body(200);
        assertThat(seen.getJsonObject("room").getString("role")).isEqualTo("member");
    }

    @Test
    void frames_and_calls_of_a_user_count_together() {
        String room = create("ann", "public");
        try (ChatPeer ann = enter("ann");
                ChatPeer ben = enter("ben")) {
            ben.join(room);
            assertThat(call("DELETE", "ann", mute(room, "ben")).status()).isEqualTo(204);
            assertThat(call("DELETE", "ann", mute(room, "ben")).status()).isEqualTo(204);
            JsonObject refused = ann.ask(new JsonObject()
                    .put("type", "remove_user")
                    .put("roomId", room)
                    .put("userId", of("ben"))
                    .put("id", "r"));
            assertThat(refused.getString("type")).isEqualTo("rate_limited");
            assertThat(refused.getString("scope")).isEqualTo("action");
            assertThat(call("PUT", "ann", mute(room, "ben"), seconds(60)).status())
                    .isEqualTo(429);
            assertThat(ben.say(room, "neither removed nor muted", "1").getString("type"))
                    .isEqualTo("ack");
        }
    }

    @Test
    void limits_of_rooms_and_members_are_conflicts_that_name_their_rule() {
        String room = create("ann", "private");
        put("ann", room, "ben", "member", 204);
        assertThat(call("PUT", "ann", member(room, "cleo"), role("member")).refusal())
                .isEqualTo("409 conflict [{\"path\":\"\",\"rule\":\"full\"}]");
        create("ann", "private");
        JsonObject third = new JsonObject().put("name", "Tea").put("visibility", "private");
        assertThat(call("POST", "dan", "", third).status()).isEqualTo(201);
        assertThat(call("POST", "dan", "", third).status()).isEqualTo(201);
        assertThat(call("POST", "dan", "", third).refusal())
                .isEqualTo("409 conflict [{\"path\":\"\",\"rule\":\"too_many_rooms\"}]");
    }
}
