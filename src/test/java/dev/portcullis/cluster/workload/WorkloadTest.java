package dev.portcullis.cluster.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.history.CheckResult;
import dev.portcullis.cluster.history.HistoryChecker;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The workload of the cluster tests, on one node without faults. */
class WorkloadTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final long seed = Long.getLong("portcullis.seed", System.nanoTime());

    private record NodeEndpoint(TestNode node) implements Endpoint {
        @Override
        public String name() {
            return "node";
        }

        @Override
        public URI ws() {
            return node.ws();
        }

        @Override
        public String token(String user, Role role) {
            return node.token(user, role, Duration.ofMinutes(10), "load-*");
        }
    }

    @Test
    void history_of_an_undisturbed_node_is_sound_and_has_at_least_1000_acks() {
        try (TestNode node = TestNode.generous();
                Workload workload = Workload.start(List.of(new NodeEndpoint(node)), Workload.Plan.seeded(seed))) {
            assertThat(workload.awaitAcks(1_000, PATIENCE)).isTrue();
            assertThat(workload.awaitSettled(PATIENCE))
                    .as("portcullis.seed=%d: %s", seed, workload.clientStates())
                    .isTrue();
            CheckResult result = HistoryChecker.check(workload.history());
            assertThat(result.isSound())
                    .as("portcullis.seed=%d: %s", seed, result)
                    .isTrue();
            assertThat(result.counts().acked()).isGreaterThanOrEqualTo(1_000);
            assertThat(result.counts().delivered())
                    .isGreaterThan(3 * result.counts().acked());
            assertThat(workload.unexpectedFrames()).isEmpty();
        }
    }

    @Test
    void disconnected_clients_reconnect_and_resume() {
        try (TestNode node = TestNode.generous("streams.partBytes=2048");
                Workload workload = Workload.start(List.of(new NodeEndpoint(node)), Workload.Plan.seeded(seed))) {
            for (int i = 0; i < 5; i++) {
                assertThat(workload.awaitAcks(200, PATIENCE)).isTrue();
                assertThat(workload.awaitJoined(PATIENCE)).isTrue(); // so that there is something to resume
                workload.disconnect(8);
            }
            assertThat(workload.awaitSettled(PATIENCE))
                    .as("portcullis.seed=%d: %s", seed, workload.clientStates())
                    .isTrue();
            CheckResult result = HistoryChecker.check(workload.history());
            assertThat(result.isSound())
                    .as("portcullis.seed=%d: %s", seed, result)
                    .isTrue();
            assertThat(result.counts().resumed()).isGreaterThanOrEqualTo(40);
            assertThat(result.counts().replayed()).isPositive();
            assertThat(workload.unexpectedFrames()).isEmpty();
        }
    }

    /** Each client misses more than the window has: the archive has the rest, so that none is told that it missed something. */
    @Test
    void disconnected_clients_resume_over_the_border_of_the_window() {
        try (TestNode node = TestNode.generous(
                        "archive.kind=embedded", "streams.room.entries=10", "streams.partBytes=2048");
                Workload workload = Workload.start(List.of(new NodeEndpoint(node)), Workload.Plan.seeded(seed))) {
            for (int i = 0; i < 5; i++) {
                assertThat(workload.awaitAcks(300, PATIENCE)).isTrue();
                assertThat(workload.awaitJoined(PATIENCE)).isTrue();
                workload.disconnect(8);
            }
            assertThat(workload.awaitSettled(PATIENCE))
                    .as("portcullis.seed=%d: %s", seed, workload.clientStates())
                    .isTrue();
            CheckResult result = HistoryChecker.check(workload.history());
            assertThat(result.isSound())
                    .as("portcullis.seed=%d: %s", seed, result)
                    .isTrue();
            assertThat(result.counts().resumed()).isGreaterThanOrEqualTo(40);
            assertThat(result.counts().lost()).isZero();
            assertThat(workload.unexpectedFrames()).isEmpty();
        }
    }

    @Test
    void removed_member_stays_out_and_the_others_continue() {
        try (TestNode node = TestNode.generous();
                Workload workload = Workload.start(List.of(new NodeEndpoint(node)), Workload.Plan.seeded(seed))) {
            assertThat(workload.awaitAcks(500, PATIENCE)).isTrue();
            workload.removeMembers();
            assertThat(workload.awaitAcks(500, PATIENCE)).isTrue();
            assertThat(workload.awaitSettled(PATIENCE))
                    .as("portcullis.seed=%d: %s", seed, workload.clientStates())
                    .isTrue();
            CheckResult result = HistoryChecker.check(workload.history());
            assertThat(result.isSound())
                    .as("portcullis.seed=%d: %s", seed, result)
                    .isTrue();
            assertThat(result.counts().removed()).isEqualTo(4);
            assertThat(workload.unexpectedFrames()).isEmpty();
        }
    }
}
