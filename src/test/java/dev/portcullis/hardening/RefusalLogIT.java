package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.portcullis.audit.Audit;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.Gauges;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.TestNode;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Refusals are logged once with their request id, and unauthenticated attempts do not fill the log. */
class RefusalLogIT {
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void tap() {
        log.start();
        ((Logger) LoggerFactory.getLogger(Audit.class)).addAppender(log);
    }

    @AfterEach
    void untap() {
        ((Logger) LoggerFactory.getLogger(Audit.class)).detachAppender(log);
    }

    @Test
    void refused_request_is_logged_with_its_request_id() {
        try (TestNode node = TestNode.start()) {
            for (String request : List.of(
                    "GET /nothing/" + "secret%5F".repeat(7) + "?token=secret HTTP/1.1\r\nHost: x\r\n\r\n",
                    "DELETE /ws HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET /schemas/ping.json HTTP/1.1\r\n\r\n")) {
                try (RawPeer peer = RawPeer.to(node.port())) {
                    String requestId = new JsonObject(peer.request(request).body())
                            .getJsonObject("error")
                            .getString("requestId");
                    List<ILoggingEvent> lines = written("requestId", requestId);
                    assertThat(lines).hasSize(1);
                    assertThat(lines.get(0).getKeyValuePairs().toString())
                            .contains("http.refused")
                            .doesNotContain("secret");
                }
            }
        }
    }

    @Test
    void token_refused_over_http_is_logged_with_its_defect_once() {
        try (TestNode node = TestNode.generous("auth.rejectWith=http");
                RawPeer peer = RawPeer.to(node.port())) {
            assertThat(peer.upgrade("Authorization: Bearer no.good.token").status())
                    .isEqualTo(401);
            assertThat(written("event", "ws.handshake.refused"))
                    .singleElement()
                    .satisfies(line -> assertThat(line.getKeyValuePairs().toString())
                            .contains("reason=\"unauthorized\"", "detail=\"malformed\"")
                            .doesNotContain("good"));
        }
    }

    @Test
    void unauthenticated_connections_are_not_logged_one_by_one() {
        try (TestNode node = TestNode.generous("admin.apiKey=" + Gauges.KEY)) {
            for (int i = 0; i < 5; i++) {
                try (ChatPeer stranger = JdkPeer.withToken(node.ws(), "not.a.token")) {
                    assertThat(stranger.ended()).isEqualTo(1008);
                }
            }
            assertThat(Await.until(() -> Gauges.of(node).values().get("portcullis_connections") == null))
                    .isTrue();
            assertThat(written("event", "ws.disconnect")).isEmpty();
            assertThat(written("event", "ws.auth.failure")).isNotEmpty();
        }
    }

    @Test
    void banned_user_and_one_with_too_many_sessions_are_logged_with_their_ids() {
        try (TestNode node = TestNode.generous("bans.users=[\"mallory\"]", "sessions.max=1")) {
            assertThat(JdkPeer.withToken(node.ws(), node.token("mallory")).ended())
                    .isEqualTo(1008);
            try (ChatPeer first = node.enter("ann");
                    ChatPeer second = JdkPeer.withToken(node.ws(), node.token("ann"))) {
                assertThat(second.ended()).isEqualTo(4005);
                assertThat(first.isOpen()).isTrue();
            }
        }
        assertThat(written("event", "ws.auth.failure"))
                .extracting(line -> line.getKeyValuePairs().toString())
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).contains("reason=\"banned\"", "userId=\"mallory\""),
                        line -> assertThat(line).contains("reason=\"too_many_sessions\"", "userId=\"ann\""));
    }

    @Test
    void user_with_too_many_handshakes_is_logged_with_the_id_by_header_and_by_frame() {
        try (TestNode node = TestNode.generous("sessions.handshakesPerMinute=1")) {
            for (String user : List.of("ann", "bob")) {
                node.enter(user).close();
            }
            assertThat(JdkPeer.withToken(node.ws(), node.token("ann")).ended()).isEqualTo(1013);
            try (RawPeer peer = RawPeer.to(node.port())) {
                assertThat(peer.upgrade().status()).isEqualTo(101);
                peer.text("{\"type\":\"auth\",\"token\":\"" + node.token("bob") + "\"}");
                assertThat(peer.closeCode()).isEqualTo(1013);
            }
        }
        assertThat(written("event", "ws.ratelimit"))
                .extracting(line -> line.getKeyValuePairs().toString())
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line).contains("userId=\"ann\""),
                        line -> assertThat(line).contains("userId=\"bob\""));
    }

    @Test
    void handshakes_of_a_user_pass_where_their_limit_only_observes_or_all_are_off() {
        for (String set : List.of("ratelimit.modes={\"handshakes.user\": \"observe\"}", "ratelimit.enabled=false")) {
            try (TestNode node = TestNode.generous("sessions.handshakesPerMinute=1", set)) {
                for (int i = 0; i < 3; i++) {
                    node.enter("ann").close();
                }
            }
        }
        assertThat(written("detail", "handshakes.user")).hasSize(2);
    }

    private List<ILoggingEvent> written(String key, String value) {
        return List.copyOf(log.list).stream()
                .filter(line -> line.getKeyValuePairs().stream()
                        .anyMatch(pair -> pair.key.equals(key) && value.equals(pair.value)))
                .toList();
    }
}
