package dev.portcullis.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.JdkPeer;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every connection that closes is counted under its close code, also one that got no close frame. */
class CloseCountsTest {
    private static final String CLOSES = "portcullis_connections_closed_total";

    private GatedNode node;

    @BeforeEach
    void open() throws Exception {
        node = new GatedNode();
    }

    @AfterEach
    void close() throws Exception {
        node.close();
    }

    @Test
    void connection_cut_off_as_unresponsive_is_closed_with_4000_and_counted() throws Exception {
        try (JdkPeer ann = node.enter("ann")) {
            node.cutOff(node.sessionsOf("ann").get(0), SessionEnded.Cause.UNRESPONSIVE);
            assertThat(ann.ended()).isEqualTo(4000);
        }
        assertCounted(CLOSES, "{code=\"4000\"} 1.0");
        assertCounted("portcullis_heartbeat_terminations_total", " 1.0");
    }

    @Test
    void connection_closed_by_the_client_counts_without_a_code() {
        node.enter("ann").close();
        assertCounted(CLOSES, "{code=\"none\"} 1.0");
    }

    private void assertCounted(String name, String line) {
        assertThat(Await.until(() -> !node.counted(name).isEmpty())).isTrue();
        assertThat(node.counted(name)).containsExactly(name + line);
    }
}
