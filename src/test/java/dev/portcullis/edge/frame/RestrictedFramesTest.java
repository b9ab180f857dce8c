package dev.portcullis.edge.frame;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.edge.ScriptedEdge;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.ratelimit.ban.Ban;
import dev.portcullis.ratelimit.ban.BanTarget;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a session may still do when its score has reached a threshold. */
class RestrictedFramesTest {
    private static final long HALF_LIFE = 300_000;
    private static final String PROBE =
            "{\"type\":\"file_upload\",\"roomId\":\"lobby\",\"name\":\"' OR 1=1 --\",\"size\":1,\"mime\":\"text/plain\",\"id\":\"probe\"}";

    private ScriptedEdge edge;

    @BeforeEach
    void open() throws Exception {
        edge = new ScriptedEdge();
        edge.score(Map.of());
        PathWithoutStages.set(edge, "{\"enabled\": false}", () -> 0, 0);
    }

    @AfterEach
    void close() throws Exception {
        edge.close();
    }

    @Test
    void list_of_rooms_is_restricted_for_each_room() {
        try (JdkPeer peer = edge.enter()) {
            restrict(peer);
            peer.send("{\"type\":\"join\",\"id\":\"j\",\"rooms\":[{\"roomId\":\"a\"},{\"roomId\":\"b\"}]}");
            assertThat(List.of(peer.next("error"), peer.next("error")))
                    .allMatch(error -> "restricted".equals(error.getString("reason")))
                    .extracting(error -> error.getString("roomId"))
                    .containsExactly("a", "b");
        }
    }

    @Test
    void restricted_session_may_ping_and_is_free_again_when_its_score_has_decayed() {
        try (JdkPeer peer = edge.enter()) {
            restrict(peer);
            assertThat(healthCheck(peer)).isEqualTo("error");
            peer.send("{\"type\":\"ping\"}");
            peer.next("pong");
            edge.scoreClock.addAndGet(HALF_LIFE / 60);
            assertThat(healthCheck(peer)).isEqualTo("health-check");
        }
    }

    @Test
    void refusals_while_restricted_add_nothing() {
        try (JdkPeer peer = edge.enter()) {
            restrict(peer);
            for (int i = 0; i < 100; i++) {
                peer.send(i % 2 == 0 ? "{" : "{\"type\":\"health-check\"}");
                peer.next("error");
            }
            edge.scoreClock.addAndGet(HALF_LIFE / 60);
            assertThat(healthCheck(peer)).isEqualTo("health-check");
        }
        assertThat(edge.bans).isEmpty();
        assertThat(edge.counted("portcullis_anomaly_events_total"))
                .containsExactly("portcullis_anomaly_events_total{event=\"invalid_frame\"} 10.0");
    }

    @Test
    void client_that_goes_on_probing_is_answered_and_closed_and_its_user_banned() {
        try (JdkPeer peer = edge.enter();
                JdkPeer other = edge.enter()) {
            peer.send(PROBE);
            assertThat(peer.next("error").getString("reason")).isEqualTo("unsupported");
            peer.send(PROBE);
            assertThat(peer.next("error").getString("reason"))
                    .as("a signature alone refuses no frame")
                    .isEqualTo("unsupported");
            peer.send(PROBE);
            assertThat(peer.next("error").getString("reason")).isEqualTo("restricted");
            peer.send(PROBE);
            assertThat(peer.next("error").getString("reason")).isEqualTo("restricted");
            assertThat(peer.ended()).isEqualTo(1008);
            assertThat(edge.bans).singleElement().satisfies(ban -> {
                assertThat(ban.origin()).isEqualTo(Ban.Origin.RULE);
                assertThat(ban.target()).isInstanceOf(BanTarget.OfUser.class);
                assertThat(ban.until()).isEqualTo(900_000);
            });
            assertThat(healthCheck(other)).isEqualTo("health-check");
        }
        assertThat(edge.auditEvents())
                .filteredOn(event -> "ws.anomaly".equals(event.get("event")))
                .extracting(event -> event.get("reason") + " " + event.get("detail"))
                .containsExactly("signature sql/tautology_after_quote", "restricted signature", "hostile signature");
    }

    @Test
    void join_of_many_rooms_counts_once() {
        try (JdkPeer peer = edge.enter()) {
            edge.path((from, utf8) -> {
                edge.replies.write(from, FrameOutcome.refused(Rejection.of(Reason.FORBIDDEN)));
                return Future.succeededFuture(FrameOutcome.refused(Rejection.of(Reason.FORBIDDEN)));
            });
            peer.send("many");
            assertThat(List.of(peer.next("error"), peer.next("error")))
                    .allMatch(error -> "forbidden".equals(error.getString("reason")));
        }
        assertThat(edge.counted("portcullis_anomaly_events_total"))
                .containsExactly("portcullis_anomaly_events_total{event=\"forbidden\"} 1.0");
    }

    @Test
    void signatures_in_messages_are_only_observed() {
        try (JdkPeer peer = edge.enter()) {
            for (int i = 0; i < 10; i++) {
                peer.send("{\"type\":\"chat\",\"roomId\":\"lobby\",\"content\":\"' OR 1=1 --\"}");
                assertThat(peer.next("error").getString("reason")).isEqualTo("not_member");
            }
        }
        assertThat(edge.counted("portcullis_anomaly_events_total", "portcullis_attack_signatures_total{"))
                .containsExactly("portcullis_attack_signatures_total{class=\"sql\"} 10.0");
    }

    @Test
    void signatures_in_messages_count_where_the_operator_wants_it() {
        edge.score(Map.of("signatures", Map.of("content", "score", "fields", "off")));
        try (JdkPeer peer = edge.enter()) {
            peer.send(PROBE);
            peer.next("error");
            for (int i = 0; i < 2; i++) {
                peer.send("{\"type\":\"chat\",\"roomId\":\"lobby\",\"content\":\"' OR 1=1 --\"}");
                assertThat(peer.next("error").getString("reason")).isEqualTo("not_member");
            }
            assertThat(healthCheck(peer)).isEqualTo("error");
        }
    }

    /** The tenth invalid frame reaches 50. */
    private static void restrict(JdkPeer peer) {
        for (int i = 0; i < 10; i++) {
            peer.send("{");
            assertThat(peer.next("error").getString("reason")).isEqualTo("invalid_json");
        }
    }

    private static String healthCheck(JdkPeer peer) {
        peer.send("{\"type\":\"health-check\",\"id\":\"h\"}");
        return peer.next(frame -> "h".equals(frame.getString("id")), "h").getString("type");
    }
}
