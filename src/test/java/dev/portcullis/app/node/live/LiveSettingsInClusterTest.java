package dev.portcullis.app.node.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.config.Configs;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.key.KeyRing;
import dev.portcullis.auth.key.KeysConfig;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.protocol.Result;
import dev.portcullis.resilience.WorkerPool;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nodes of a cluster compare what they must share when they join, and never again. */
@ExtendWith(VertxExtension.class)
class LiveSettingsInClusterTest {
    private WorkerPool workers;
    private KeyRing keys;
    private LiveSettings settings;

    @BeforeEach
    void open(Vertx vertx) throws Exception {
        workers = new WorkerPool(vertx, "worker", WorkerPool.Config.STANDARD, () -> {});
        keys = new KeyRing(vertx, workers, KeysConfig.STANDARD, Metrics.uncounted(), OutgoingMetrics.uncounted());
        settings = LiveSettings.open(keys, config()).await(30, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        keys.close();
        workers.close();
    }

    @Test
    void setting_that_all_nodes_share_does_not_change_and_neither_does_any_other() throws Exception {
        Result<NodeConfig, String> update = apply("permissions={\"member\": [\"join\"]}", "ratelimit.user.minute=61");

        assertThat(update.isDone()).isFalse();
        assertThat(settings.permissions().get()).isEqualTo(config().permissions());
        assertThat(settings.ratelimit().get()).isEqualTo(config().ratelimit());
    }

    @Test
    void setting_of_one_node_changes() throws Exception {
        assertThat(apply("ratelimit.user.minute=61").isDone()).isTrue();
        assertThat(settings.ratelimit().get())
                .isEqualTo(config("ratelimit.user.minute=61").ratelimit());
    }

    private Result<NodeConfig, String> apply(String... sets) throws Exception {
        return settings.apply(config(sets), any -> Future.succeededFuture()).await(30, TimeUnit.SECONDS);
    }

    private static NodeConfig config(String... sets) {
        List<String> all = new ArrayList<>(
                List.of("cluster={\"enabled\": true, \"members\": [\"127.0.0.1\"]}", "store.kind=redis"));
        all.addAll(List.of(sets));
        return ConfigFile.load(Configs.empty(), all, Map.of(), NodeConfigReader::read)
                .fold(valid -> valid.value(), invalid -> {
                    throw new AssertionError(invalid.problems().toString());
                });
    }
}
