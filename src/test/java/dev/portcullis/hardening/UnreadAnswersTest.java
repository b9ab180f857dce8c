package dev.portcullis.hardening;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.NonReadingPeer;
import dev.portcullis.kit.RawPeer;
import dev.portcullis.kit.TestNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Clients that ask and read no answer: none stays beyond its time, and what waits for them is little. */
class UnreadAnswersTest {
    private static final String SCHEMA = "GET /schemas/join.json HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String NOTHING = "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String READY = "GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** More than the kernel takes, if it may take what it likes. */
    private static final int MANY = 50_000;

    @Test
    void connection_ends_at_its_deadline_although_answers_wait() {
        try (TestNode node = TestNode.generous("http.handshakeMs=1000");
                NonReadingPeer deaf = NonReadingPeer.to(node.port(), SCHEMA, MANY)) {
            assertThat(Await.until(deaf::isCutOff, PATIENCE)).isTrue();
        }
    }

    @Test
    void connection_that_gives_way_to_a_newcomer_ends_although_answers_wait() {
        try (TestNode node = TestNode.generous(
                        "limits.pendingConnectionsPerIp=1", "limits.pendingGraceMs=0", "http.handshakeMs=60000");
                NonReadingPeer deaf = NonReadingPeer.to(node.port(), SCHEMA, MANY)) {
            Await.until(deaf::isCutOff, Duration.ofSeconds(3)); // until it is stuck; sooner it is cut off as well
            try (RawPeer newcomer = RawPeer.to(node.port())) {
                assertThat(Await.until(deaf::isCutOff)).isTrue();
                assertThat(newcomer.request(NOTHING).status()).isEqualTo(404);
            }
        }
    }

    @Test
    void operators_connection_ends_at_its_deadline_although_answers_wait() {
        try (TestNode node = TestNode.start("admin.requestMs=1000");
                NonReadingPeer deaf = NonReadingPeer.to(node.admin("/").getPort(), READY, MANY)) {
            assertThat(Await.until(deaf::isCutOff, PATIENCE)).isTrue();
        }
    }

    @Test
    void requests_are_not_served_before_the_answers_to_earlier_ones_are_taken() {
        int all = 100;
        int most = 80;
        try (TestNode node = TestNode.generous("http.requestsPerMinute=" + most, "http.handshakeMs=60000");
                NonReadingPeer deaf = NonReadingPeer.to(node.port(), SCHEMA, all)) {
            Await.until(deaf::isCutOff, Duration.ofSeconds(3));
            try (RawPeer other = RawPeer.to(node.port())) {
                assertThat(other.request(NOTHING).status())
                        .as("the address has requests left")
                        .isEqualTo(404);
            }
            assertThat(deaf.answers(most - 1)).as("nothing is lost").isEqualTo(most - 1);
        }
    }
}
