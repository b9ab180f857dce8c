package dev.portcullis.edge.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.DevToken;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.TestServer;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** What other stages have to learn of a new token. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class TokenRefreshAcrossNodes {
    static final Duration LONG = Duration.ofMinutes(10);

    TestServer node;
    private int test;

    /** Whose connections may send 200 frames a minute, if it limits them. */
    abstract TestServer site();

    @BeforeAll
    void open() {
        node = site();
    }

    @AfterAll
    void close() {
        node.close();
    }

    @Test
    void refreshed_session_goes_on_until_the_end_of_the_new_token() {
        DevToken first = user().lasting(Duration.ofSeconds(70));
        try (JdkPeer peer = enter(first)) {
            DevToken second = first.with("jti", "second").lasting(LONG);
            JsonObject answer = refresh(peer, second);
            assertThat(answer.getString("type")).isEqualTo("token_refreshed");
            assertThat(answer.getLong("expiresAt")).isEqualTo(end(second));
            assertThat(healthOf(peer).getLong("sessionExpiresAt")).isEqualTo(end(second));
            assertThat(peer.join("lobby").getString("type")).isEqualTo("joined");
        }
    }

    @Test
    void room_that_the_new_token_does_not_grant_is_left() {
        DevToken first = user().rooms("secret-1", "secret-2");
        String spy = "spy-" + test;
        try (JdkPeer peer = enter(first);
                JdkPeer other = enter(DevToken.of(spy).rooms("secret-1", "secret-2"))) {
            for (String room : List.of("secret-1", "secret-2", "lobby")) {
                peer.join(room);
                other.join(room);
            }
            JsonObject answer = refresh(peer, first.rooms("secret-2"));
            assertThat(answer.getString("type")).isEqualTo("token_refreshed");
            JsonObject left = peer.next("left");
            assertThat(left.getString("roomId")).isEqualTo("secret-1");
            assertThat(left.containsKey("id")).isFalse();
            other.say("secret-1", "for us alone", "m1");
            other.say("secret-2", "for all", "m2");
            assertThat(peer.next("chat").getString("content")).isEqualTo("for all");
            assertThat(peer.say("secret-1", "let me in", "m3").getString("reason"))
                    .isEqualTo("not_member");
            assertThat(peer.say("lobby", "here", "m4").getString("type")).isEqualTo("ack");
            assertThat(peer.hasHeard("left")).isFalse();
        }
    }

    @Test
    void new_role_permits_what_the_former_one_did_not() {
        DevToken first = user();
        JsonObject remove = new JsonObject()
                .put("type", "remove_user")
                .put("roomId", "room-1")
                .put("userId", "another-user");
        try (JdkPeer peer = enter(first)) {
            assertThat(peer.ask(remove.copy().put("id", "r1")).getString("reason"))
                    .isEqualTo("forbidden");
            refresh(peer, first.role(Role.ADMIN));
            assertThat(peer.ask(remove.copy().put("id", "r2")).getString("type"))
                    .isEqualTo("ack");
            refresh(peer, first.role(Role.MEMBER));
            assertThat(peer.ask(remove.copy().put("id", "r3")).getString("reason"))
                    .isEqualTo("forbidden");
        }
    }

    @Test
    void new_role_has_the_limits_of_that_role() {
        DevToken first = user();
        try (JdkPeer peer = enter(first)) {
            ping(peer, 199);
            refresh(peer, first.role(Role.ADMIN));
            ping(peer, 100);
            assertThat(healthOf(peer).getString("type")).isEqualTo("health-check");
            assertThat(peer.hasHeard("rate_limited")).isFalse();
        }
    }

    /** Bars do not apply to an admin, so none was looked for when the room was joined. */
    @Test
    void barred_user_who_is_no_admin_any_more_leaves_the_room() {
        DevToken ben = user();
        String room = "lobby";
        try (JdkPeer root = enter(user().role(Role.ADMIN))) {
            root.join(room);
            assertThat(root.ask(new JsonObject()
                                    .put("type", "remove_user")
                                    .put("roomId", room)
                                    .put("userId", ben.claims().getString("sub"))
                                    .put("id", "r1"))
                            .getString("type"))
                    .isEqualTo("ack");
            try (JdkPeer peer = enter(ben.role(Role.ADMIN))) {
                assertThat(peer.join(room).getString("type")).isEqualTo("joined");
                peer.join("room-1");
                refresh(peer, ben.role(Role.MEMBER));
                assertThat(peer.next("left").getString("roomId")).isEqualTo(room);
                root.join("room-1");
                root.say("room-1", "one", "m-" + test);
                root.say(room, "two", "n-" + test);
                root.say("room-1", "three", "o-" + test);
                assertThat(peer.next("chat").getString("content")).isEqualTo("one");
                assertThat(peer.next("chat").getString("content")).isEqualTo("three");
            }
        }
    }

    DevToken user() {
        test++;
        return DevToken.of("user-" + test);
    }

    static long end(DevToken token) {
        return (long) Math.floor(token.claims().getDouble("exp") * 1_000);
    }

    JdkPeer enter(DevToken token) {
        JdkPeer peer = JdkPeer.admitted(node.ws(), token.signed());
        peer.next("auth_success");
        return peer;
    }

    static JsonObject refresh(JdkPeer peer, DevToken token) {
        return peer.ask(refreshFrame(token));
    }

    static JsonObject refreshFrame(DevToken token) {
        return new JsonObject()
                .put("type", "token_refresh")
                .put("id", "refresh")
                .put("token", token.signed());
    }

    static JsonObject healthOf(JdkPeer peer) {
        return peer.ask(new JsonObject().put("type", "health-check").put("id", "h" + System.nanoTime()));
    }

    private static void ping(JdkPeer peer, int times) {
        for (int i = 0; i < times; i++) {
            peer.send("{\"type\":\"ping\"}");
        }
        for (int i = 0; i < times; i++) {
            peer.next("pong");
        }
    }
}
