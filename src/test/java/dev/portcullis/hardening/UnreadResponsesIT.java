package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.NonReadingPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.TestNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Clients that do not read responses are closed at their deadline, and few responses are queued for them. */
class UnreadResponsesIT {
    private static final String SCHEMA = "GET /schemas/join.json HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String NOTHING = "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String READY = "GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** More than the socket buffers hold. */
    private static final int MANY = 50_000;

    @Test
    void connection_with_unread_responses_ends_at_its_deadline() {
        try (TestNode node = TestNode.generous("http.handshakeMs=1000");
                NonReadingPeer peer = NonReadingPeer.to(node.port(), SCHEMA, MANY)) {
            assertThat(Await.until(peer::isCutOff, PATIENCE)).isTrue();
        }
    }

    @Test
    void connection_with_unread_responses_ends_when_it_is_evicted() {
        try (TestNode node = TestNode.generous("limits.pendingConnectionsPerIp=1", "http.handshakeMs=60000");
                NonReadingPeer peer = NonReadingPeer.to(node.port(), SCHEMA, MANY)) {
            Await.until(peer::isCutOff, Duration.ofSeconds(3)); // until the socket buffers are full
            try (RawPeer newcomer = RawPeer.to(node.port())) {
                assertThat(Await.until(peer::isCutOff)).isTrue();
                assertThat(newcomer.request(NOTHING).status()).isEqualTo(404);
            }
        }
    }

    @Test
    void admin_connection_with_unread_responses_ends_at_its_deadline() {
        try (TestNode node = TestNode.start("admin.requestMs=1000");
                NonReadingPeer peer = NonReadingPeer.to(node.admin("/").getPort(), READY, MANY)) {
            assertThat(Await.until(peer::isCutOff, PATIENCE)).isTrue();
        }
    }

    @Test
    void request_is_not_served_before_earlier_responses_are_written() {
        int all = 100;
        int most = 80;
        try (TestNode node = TestNode.generous("http.requestsPerMinute=" + most, "http.handshakeMs=60000");
                NonReadingPeer peer = NonReadingPeer.to(node.port(), SCHEMA, all)) {
            Await.until(peer::isCutOff, Duration.ofSeconds(3));
            try (RawPeer other = RawPeer.to(node.port())) {
                assertThat(other.request(NOTHING).status())
                        .as("the address is below its request limit")
                        .isEqualTo(404);
            }
            assertThat(peer.answers(most - 1)).as("all responses arrive").isEqualTo(most - 1);
        }
    }
}
