package dev.portcullis.app.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.audit.metrics.MetricsRegistry;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.kit.Await;
import dev.portcullis.streams.lane.LaneStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class ClusterReactionsTest {
    private Vertx vertx;
    private final MetricsRegistry metrics = new MetricsRegistry();
    private final ExpiryRecorder lanes = new ExpiryRecorder();

    @BeforeEach
    void open(Vertx fresh) {
        vertx = fresh;
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().await(30, TimeUnit.SECONDS);
        metrics.close();
    }

    @Test
    void lost_node_is_counted_and_its_leases_expire_after_the_grace_period() {
        Bus bus = new Bus(vertx, "here", new BusConfig(1_000, 100));
        ClusterReactions reactions = new ClusterReactions(bus, vertx, lanes, new Metrics(metrics.registry()), () -> {});
        long lost = System.nanoTime();
        reactions.nodeLost("there");
        assertThat(metrics.scrape()).contains("portcullis_nodes_lost_total 1.0");
        assertThat(Await.until(() -> lanes.nodes.contains("there"))).isTrue();
        assertThat(System.nanoTime() - lost).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(2_900));
        assertThat(lanes.nodes).containsExactly("there");
    }

    /** Records the nodes whose leases are expired. */
    private static final class ExpiryRecorder implements LaneStore {
        private final Queue<String> nodes = new ConcurrentLinkedQueue<>();

        @Override
        public Future<Void> expireStale(String node) {
            nodes.add(node);
            return Future.succeededFuture();
        }

        @Override
        public int lanesAtOnce() {
            return 16;
        }

        @Override
        public Future<List<LaneTick>> tick(LeaseHolder leaseHolder, List<LaneCursor> marks) {
            throw new AssertionError("no tick is expected");
        }

        @Override
        public Future<Void> release(LeaseHolder leaseHolder) {
            throw new AssertionError("no release is expected");
        }
    }
}
