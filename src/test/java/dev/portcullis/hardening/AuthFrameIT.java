package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.RawPeer.Ending;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.Upgrade;
import dev.portcullis.protocol.Role;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection without a token has to authenticate with its first frame, within a timeout. */
class AuthFrameIT {
    private static TestNode node;

    private final List<RawPeer> peers = new ArrayList<>();

    @BeforeAll
    static void open() {
        node = TestNode.generous("auth.messageTimeoutMs=60000");
    }

    @AfterAll
    static void close() {
        node.close();
    }

    @AfterEach
    void part() {
        peers.forEach(RawPeer::close);
    }

    @Test
    void first_frame_with_a_valid_token_authenticates_the_connection() {
        RawPeer peer = connectAnonymously(node);
        peer.text(auth(node.token("ann")).put("id", "hello").encode());
        JsonObject greeting = peer.next("auth_success");
        assertThat(greeting.getString("userId")).isEqualTo("ann");
        assertThat(greeting.getString("id")).isEqualTo("hello");
        peer.text("{\"type\":\"ping\",\"id\":\"p\"}");
        assertThat(peer.next("pong").getString("id")).isEqualTo("p");
    }

    @Test
    void frames_sent_before_auth_success_are_answered_after_it() {
        RawPeer peer = connectAnonymously(node);
        peer.text(auth(node.token("eager")).encode());
        for (int i = 0; i < 40; i++) {
            peer.text("{\"type\":\"ping\",\"id\":\"p" + i + "\"}");
        }
        peer.next("auth_success");
        for (int i = 0; i < 40; i++) {
            assertThat(peer.next("pong").getString("id")).isEqualTo("p" + i);
        }
    }

    @Test
    void second_auth_frame_is_a_conflict_and_changes_nothing() {
        try (JdkPeer peer = JdkPeer.open(node.ws(), List.of("portcullis.v1"), Map.of())) {
            peer.send(auth(node.token("first")));
            peer.next("auth_success");
            peer.send(auth(node.token("second")).put("id", "again"));
            JsonObject error = peer.next("error");
            assertThat(error.getString("reason")).isEqualTo("conflict");
            assertThat(error.getString("id")).isEqualTo("again");
            peer.join("lobby");
            peer.chat("lobby", "who am I?", "who");
            assertThat(peer.next("chat").getString("userId")).isEqualTo("first");
        }
    }

    @Test
    void connection_without_an_auth_frame_is_closed_4001_after_the_timeout() {
        try (TestNode hasty = TestNode.generous("auth.messageTimeoutMs=10000")) {
            RawPeer silent = connectAnonymously(hasty);
            RawPeer known = connectAnonymously(hasty);
            known.text(auth(hasty.token("quick")).encode());
            Ending ending = silent.ending();
            assertThat(ending.code()).isEqualTo(4001);
            assertThat(ending.words()).isEmpty();
            known.next("auth_success");
            known.text("{\"type\":\"ping\"}");
            known.next("pong");
            part();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"ping\"}",
                "{\"type\":\"chat\",\"roomId\":\"lobby\",\"content\":\"hi\"}",
                "{\"type\":\"token_refresh\",\"token\":\"x\"}",
                "{\"type\":\"no_such\"}",
                "{\"token\":\"x\"}",
                "{}",
                "[]",
                "hello",
                ""
            })
    void first_frame_of_another_type_is_closed_4002(String first) {
        RawPeer peer = connectAnonymously(node);
        peer.text(first);
        Ending ending = peer.ending();
        assertThat(ending.code()).isEqualTo(4002);
        assertThat(ending.words()).isEmpty();
        part();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"auth\",\"id\":\"a\"}",
                "{\"type\":\"auth\",\"id\":\"a\",\"token\":7}",
                "{\"type\":\"auth\",\"id\":\"a\",\"token\":\"\"}",
                "{\"type\":\"auth\",\"id\":\"a\",\"token\":\"no.good.token\"}",
                "{\"type\":\"auth\",\"id\":\"a\",\"token\":\"no.good.token\",\"more\":1}",
                "{\"type\":\"auth\",\"id\":\"a\",\"token\":\"TOO-LONG\"}"
            })
    void malformed_auth_frame_is_refused_as_invalid_token(String first) {
        RawPeer peer = connectAnonymously(node);
        peer.text(first.replace("TOO-LONG", "x".repeat(4_097)));
        assertRefused(peer, "invalid_token");
        part();
    }

    @Test
    void expired_token_is_refused_as_expired_token() {
        RawPeer peer = connectAnonymously(node);
        peer.text(auth(node.token("late", Role.MEMBER, Duration.ofSeconds(-1)))
                .put("id", "a")
                .encode());
        assertRefused(peer, "expired_token");
    }

    @Test
    void frame_over_16_kib_before_authentication_is_too_large() {
        String large = auth("x".repeat(16_384)).encode();
        RawPeer whole = connectAnonymously(node);
        whole.text(large);
        assertTooLarge(whole);
        RawPeer pieces = connectAnonymously(node);
        pieces.frame(0x01, large.substring(0, 10_000).getBytes(StandardCharsets.UTF_8));
        pieces.frame(0x80, large.substring(10_000).getBytes(StandardCharsets.UTF_8));
        assertTooLarge(pieces);
    }

    @Test
    void frame_over_16_kib_after_authentication_is_read() {
        RawPeer peer = connectAnonymously(node);
        peer.text(auth(node.token("writer")).encode());
        peer.next("auth_success");
        peer.text("{\"type\":\"ping\",\"id\":\"" + "x".repeat(20_000) + "\"}");
        assertThat(peer.next("error").getString("reason")).isEqualTo("validation_failed");
    }

    @Test
    void unauthenticated_connections_over_a_tenth_of_the_limit_are_refused_with_503() {
        try (TestNode small = TestNode.generous("limits.connectionsPerNode=10", "auth.messageTimeoutMs=60000")) {
            RawPeer first = connectAnonymously(small);
            RawPeer second = to(small);
            RawPeer.Reply reply = Upgrade.of().from(second);
            assertThat(reply.status()).isEqualTo(503);
            assertThat(Integer.parseInt(reply.header("Retry-After"))).isPositive();
            assertThat(second.isCutOff()).isTrue();
            for (int i = 0; i < 8; i++) {
                assertThat(Upgrade.of()
                                .withToken(small.token("user-" + i))
                                .from(to(small))
                                .status())
                        .isEqualTo(101);
            }
            first.text(auth(small.token("named")).encode());
            first.next("auth_success");
            connectAnonymously(small);
            assertThat(Upgrade.of()
                            .withToken(small.token("one-more"))
                            .from(to(small))
                            .status())
                    .as("the node is full")
                    .isEqualTo(503);
            part();
        }
    }

    @Test
    void slot_of_an_unauthenticated_connection_is_released_at_its_close() {
        try (TestNode small = TestNode.generous("limits.connectionsPerNode=10")) {
            for (int i = 0; i < 3; i++) {
                assertThat(Await.until(() -> {
                            RawPeer peer = to(small);
                            boolean in = Upgrade.of().from(peer).status() == 101;
                            peer.close();
                            return in;
                        }))
                        .isTrue();
            }
        }
    }

    private static void assertRefused(RawPeer peer, String reason) {
        Ending ending = peer.ending();
        assertThat(ending.words())
                .containsExactly(new JsonObject()
                        .put("type", "auth_failure")
                        .put("id", "a")
                        .put("reason", reason));
        assertThat(ending.code()).isEqualTo(4003);
    }

    private static void assertTooLarge(RawPeer peer) {
        Ending ending = peer.ending();
        assertThat(ending.lastWord().getString("reason")).isEqualTo("message_too_large");
        assertThat(ending.code()).isEqualTo(1009);
    }

    private static JsonObject auth(String token) {
        return new JsonObject().put("type", "auth").put("token", token);
    }

    private RawPeer connectAnonymously(TestNode some) {
        RawPeer peer = to(some);
        assertThat(Upgrade.of("Sec-WebSocket-Protocol: portcullis.v1")
                        .from(peer)
                        .status())
                .isEqualTo(101);
        return peer;
    }

    private RawPeer to(TestNode some) {
        RawPeer peer = RawPeer.to(some.port());
        peers.add(peer);
        return peer;
    }
}
