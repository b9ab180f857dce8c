package dev.portcullis.cluster.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.history.HistoryChecker;
import dev.portcullis.cluster.history.Judgement;
import dev.portcullis.kit.TestNode;
import dev.portcullis.protocol.Role;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The crowd that is sent against clusters, on a node where nothing goes wrong, and where all are cut off. */
class WorkloadTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final long seed = Long.getLong("portcullis.seed", System.nanoTime());

    private record Of(TestNode node) implements Door {
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
            return node.token(user, role, Duration.ofMinutes(10), "crowd-*");
        }
    }

    @Test
    void what_a_crowd_meets_on_a_good_node_is_sound_and_not_little() {
        try (TestNode node = TestNode.generous();
                Workload workload = Workload.enter(List.of(new Of(node)), Workload.Plan.seeded(seed))) {
            assertThat(workload.talk(1_000, PATIENCE)).isTrue();
            assertThat(workload.settle(PATIENCE))
                    .as("portcullis.seed=%d: %s", seed, workload.whereabouts())
                    .isTrue();
            Judgement judgement = HistoryChecker.judge(workload.history());
            assertThat(judgement.isSound())
                    .as("portcullis.seed=%d: %s", seed, judgement)
                    .isTrue();
            assertThat(judgement.counts().acked()).isGreaterThanOrEqualTo(1_000);
            assertThat(judgement.counts().heard())
                    .isGreaterThan(3 * judgement.counts().acked());
            assertThat(workload.oddities()).isEmpty();
        }
    }

    @Test
    void who_is_cut_off_comes_back_and_resumes() {
        try (TestNode node = TestNode.generous("streams.resumeEntries=20");
                Workload workload = Workload.enter(List.of(new Of(node)), Workload.Plan.seeded(seed))) {
            for (int i = 0; i < 5; i++) {
                assertThat(workload.talk(200, PATIENCE)).isTrue();
                assertThat(workload.arrive(PATIENCE)).isTrue(); // else there is less to resume
                workload.cut(8);
            }
            assertThat(workload.settle(PATIENCE))
                    .as("portcullis.seed=%d: %s", seed, workload.whereabouts())
                    .isTrue();
            Judgement judgement = HistoryChecker.judge(workload.history());
            assertThat(judgement.isSound())
                    .as("portcullis.seed=%d: %s", seed, judgement)
                    .isTrue();
            assertThat(judgement.counts().resumed()).isGreaterThanOrEqualTo(40);
            assertThat(judgement.counts().replayed()).isPositive();
            assertThat(workload.oddities()).isEmpty();
        }
    }

    @Test
    void who_is_removed_is_out_and_the_others_talk_on() {
        try (TestNode node = TestNode.generous();
                Workload workload = Workload.enter(List.of(new Of(node)), Workload.Plan.seeded(seed))) {
            assertThat(workload.talk(500, PATIENCE)).isTrue();
            workload.removeSome();
            assertThat(workload.talk(500, PATIENCE)).isTrue();
            assertThat(workload.settle(PATIENCE))
                    .as("portcullis.seed=%d: %s", seed, workload.whereabouts())
                    .isTrue();
            Judgement judgement = HistoryChecker.judge(workload.history());
            assertThat(judgement.isSound())
                    .as("portcullis.seed=%d: %s", seed, judgement)
                    .isTrue();
            assertThat(judgement.counts().removed()).isEqualTo(4);
            assertThat(workload.oddities()).isEmpty();
        }
    }
}
