package dev.portcullis.edge.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.DevToken;
import dev.portcullis.kit.JdkPeer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client sees of {@code token_refresh} and of the end of its token, over real sockets. */
abstract class TokenRefreshContract extends TokenRefreshAcrossNodes {
    @Test
    void refresh_before_the_end_prevents_4007() {
        DevToken first = user().lasting(Duration.ofSeconds(9));
        try (JdkPeer peer = enter(first)) {
            refresh(peer, first.lasting(LONG));
            Await.pass(Duration.ofSeconds(10));
            assertThat(peer.isOpen()).isTrue();
            assertThat(healthOf(peer).getString("status")).isEqualTo("ok");
        }
    }

    @Test
    void shorter_token_ends_the_session_at_its_end() {
        DevToken first = user();
        try (JdkPeer peer = enter(first)) {
            DevToken shorter = first.lasting(Duration.ofSeconds(8));
            refresh(peer, shorter);
            assertThat(peer.ended()).isEqualTo(4007);
            assertThat(System.currentTimeMillis() - end(shorter)).isBetween(0L, 20_000L);
        }
    }

    @Test
    void token_of_another_user_or_issuer_ends_the_session() {
        assertRefused("invalid_token", first -> DevToken.of("somebody").signed());
        assertRefused("invalid_token", first -> first.with("iss", "elsewhere").signed());
        assertRefused("invalid_token", first -> "a.b.c");
        assertRefused("invalid_token", first -> "");
        assertRefused("invalid_token", first -> "x".repeat(5_000));
        assertRefused( // by more than the clock of a store may be behind
                "expired_token", first -> first.lasting(Duration.ofMinutes(-1)).signed());
    }

    @Test
    void malformed_refresh_changes_nothing() {
        try (JdkPeer peer = enter(user())) {
            JsonObject error =
                    peer.ask(new JsonObject().put("type", "token_refresh").put("id", "r1"));
            assertThat(error.getString("reason")).isEqualTo("validation_failed");
            assertThat(healthOf(peer).getString("status")).isEqualTo("ok");
        }
    }

    @Test
    void room_that_the_new_token_grants_can_be_joined() {
        DevToken first = user();
        try (JdkPeer peer = enter(first)) {
            peer.send(new JsonObject()
                    .put("type", "join")
                    .put("roomId", "secret-9")
                    .put("id", "j1"));
            assertThat(peer.next("error").getString("reason")).isEqualTo("not_member");
            refresh(peer, first.rooms("secret-*"));
            assertThat(peer.join("secret-9").getString("type")).isEqualTo("joined");
        }
    }

    @Test
    void refresh_with_equal_rights_asks_for_no_room_again() {
        DevToken first = user().rooms("secret-1");
        try (JdkPeer peer = enter(first)) {
            peer.join("secret-1");
            for (int i = 0; i < 20; i++) {
                assertThat(refresh(peer, first.with("jti", "j" + i)).getString("type"))
                        .isEqualTo("token_refreshed");
            }
            assertThat(peer.say("secret-1", "still here", "m1").getString("type"))
                    .isEqualTo("ack");
            assertThat(peer.hasHeard("left")).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {10_000, 30_000, 60_500})
    void end_of_the_token_is_announced_once(long lifeMs) {
        DevToken token = user().lasting(Duration.ofMillis(lifeMs));
        try (JdkPeer peer = enter(token)) {
            JsonObject notice = peer.next("token_expiring");
            assertThat(notice.getLong("expiresAt")).isEqualTo(end(token));
            assertThat(end(token) - System.currentTimeMillis()).isLessThanOrEqualTo(60_000);
            Await.pass(Duration.ofMillis(500));
            assertThat(peer.hasHeard("token_expiring")).isFalse();
        }
    }

    @Test
    void end_of_a_token_that_lasts_is_not_announced_yet_and_that_of_each_new_one_is() {
        DevToken first = user().lasting(Duration.ofSeconds(90));
        try (JdkPeer peer = enter(first)) {
            Await.pass(Duration.ofMillis(300));
            assertThat(peer.hasHeard("token_expiring")).isFalse();
            DevToken second = first.lasting(Duration.ofSeconds(30));
            refresh(peer, second);
            assertThat(peer.next("token_expiring").getLong("expiresAt")).isEqualTo(end(second));
            DevToken third = first.lasting(Duration.ofSeconds(40));
            refresh(peer, third);
            assertThat(peer.next("token_expiring").getLong("expiresAt")).isEqualTo(end(third));
        }
    }

    /** Either the session goes on, or it ends with 4007: never a client that was told of one and got the other. */
    @Test
    void refresh_in_the_moment_of_the_end_succeeds_or_comes_too_late() {
        for (int round = 0; round < 20; round++) {
            DevToken first = user().lasting(Duration.ofMillis(700));
            try (JdkPeer peer = JdkPeer.admitted(node.ws(), first.signed())) {
                assertThat(Await.until(() -> !peer.isOpen() || peer.hasHeard("auth_success")))
                        .isTrue();
                if (!peer.hasHeard("auth_success")) {
                    continue; // on a busy machine it ends before it is seen, or before its session is open
                }
                Await.pass(Duration.ofMillis(Math.max(0, end(first) - System.currentTimeMillis() - 20)
                        + ThreadLocalRandom.current().nextInt(60)));
                if (!peer.isOpen()) {
                    assertThat(peer.ended()).isEqualTo(4007);
                    continue;
                }
                peer.raw()
                        .sendText(refreshFrame(first.lasting(LONG)).encode(), true)
                        .exceptionally(closed -> peer.raw())
                        .join();
                assertThat(Await.until(() -> !peer.isOpen() || peer.hasHeard("token_refreshed")))
                        .isTrue();
                if (peer.hasHeard("token_refreshed")) {
                    assertThat(healthOf(peer).getString("status")).isEqualTo("ok");
                } else {
                    assertThat(peer.ended()).isEqualTo(4007);
                }
            }
        }
    }

    private interface Change {
        String token(DevToken first);
    }

    private void assertRefused(String reason, Change change) {
        DevToken first = user();
        try (JdkPeer peer = enter(first)) {
            peer.send(new JsonObject()
                    .put("type", "token_refresh")
                    .put("id", "r1")
                    .put("token", change.token(first)));
            JsonObject failure = peer.next("auth_failure");
            assertThat(failure.getString("reason")).isEqualTo(reason);
            assertThat(failure.getString("id")).isEqualTo("r1");
            assertThat(peer.ended()).isEqualTo(4003);
        }
    }
}
