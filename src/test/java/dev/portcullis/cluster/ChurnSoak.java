package dev.portcullis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.cluster.kit.ForkedCluster;
import dev.portcullis.cluster.kit.ResourceLog;
import dev.portcullis.cluster.kit.Trial;
import dev.portcullis.cluster.workload.Visitors;
import dev.portcullis.cluster.workload.Workload;
import dev.portcullis.kit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Half of the load that the machine takes, by clients who come, resume, change rooms and go, for as long as asked:
 * {@code mvn verify -Psoak -Dit.test=ChurnSoak -Dportcullis.soakMinutes=30}. No message may be lost or come twice, and no node may
 * hold more at the end than in the middle. Users and rooms change all the time, so that nothing that is kept for one of them
 * stays unnoticed.
 */
class ChurnSoak {
    private static final Duration TIME = Duration.ofMinutes(Long.getLong("portcullis.soakMinutes", 30));
    private static final Duration SAMPLES = Duration.ofSeconds(30);
    private static final Duration ROUND = Duration.ofSeconds(20);
    private static final Duration WARM_UP = Duration.ofSeconds(15);
    private static final Duration BETWEEN_CUTS = Duration.ofMillis(100);
    private static final int WARM_UPS = 4;
    private static final int ACKS = 50;
    private static final int VISITORS = 40;
    private static final int ROOMS = 1_000;
    private static final long PATIENCE_MS = 20_000;

    private final Random random = new Random(Long.getLong("portcullis.seed", System.nanoTime()));

    @TempDir
    Path folder;

    @Test
    void nodes_hold_no_more_after_half_an_hour_of_churn_and_lose_nothing() throws Exception {
        try (ForkedCluster cluster = ForkedCluster.start(folder)) {
            Workload.Plan plan = halfOf(most(cluster));
            try (Visitors visitors =
                    Visitors.start(List.copyOf(cluster.edgeNodes()), VISITORS, ROOMS, random.nextLong())) {
                List<ResourceLog> logs = cluster.nodes().stream()
                        .map(node -> ResourceLog.start(node, SAMPLES))
                        .toList();
                try {
                    churn(cluster, plan);
                } finally {
                    logs.forEach(ResourceLog::close);
                }
                System.out.println(visitors.gone());

                assertThat(visitors.gone().visits()).isPositive();
                assertThat(logs).allMatch(log -> log.size() >= 3);
                assertThat(Stream.concat(
                                visitors.findings().stream(), logs.stream().flatMap(log -> log.findings().stream())))
                        .isEmpty();
            }
        }
    }

    private void churn(ForkedCluster cluster, Workload.Plan plan) throws Exception {
        long end = System.nanoTime() + TIME.toNanos();
        while (System.nanoTime() - end < 0) {
            new Trial("churn", plan, cluster.edgeNodes(), cluster.nodes()).run(ACKS, this::cutClients);
        }
    }

    private void cutClients(Workload workload) {
        long end = System.nanoTime() + ROUND.toNanos();
        while (System.nanoTime() - end < 0) {
            Await.pass(BETWEEN_CUTS);
            workload.disconnectOneOf(random);
        }
    }

    /** Messages a second that clients get acknowledged who write as fast as they can, once the code is compiled. */
    private double most(ForkedCluster cluster) {
        double most = 0;
        for (int i = 0; i < WARM_UPS; i++) {
            try (Workload workload = Workload.start(List.copyOf(cluster.edgeNodes()), plan(1))) {
                assertThat(workload.awaitJoined(Trial.PATIENCE)).isTrue();
                int before = workload.acked();
                Await.pass(WARM_UP);
                most = Math.max(most, (workload.acked() - before) / (double) WARM_UP.toSeconds());
            }
        }
        return most;
    }

    private Workload.Plan halfOf(double perSecond) {
        Workload.Plan plan = plan(1);
        long pauseMs = Math.round(2_000 * plan.users() * plan.devices() / perSecond);
        System.out.printf("%.0f messages a second at most, a message of each client every %d ms%n", perSecond, pauseMs);
        return plan(pauseMs);
    }

    private Workload.Plan plan(long pauseMs) {
        return Workload.Plan.seeded(random.nextLong()).withPause(pauseMs).withPatience(PATIENCE_MS);
    }
}
