package dev.portcullis.app.node.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.admin.ReloadRefusal;
import dev.portcullis.app.config.ConfigSource;
import dev.portcullis.app.config.Configs;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditConfig;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.key.KeyRing;
import dev.portcullis.auth.key.KeysConfig;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.config.Live;
import dev.portcullis.config.Loaded;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.kit.Await;
import dev.portcullis.kit.RecordedEvents;
import dev.portcullis.protocol.Result;
import dev.portcullis.ratelimit.RateLimitConfig;
import dev.portcullis.resilience.WorkerPool;
import dev.portcullis.store.rows.MemoryRowStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A node whose reload is led by another one, which may die between two steps. */
@ExtendWith(VertxExtension.class)
class NodeReloadTest {
    private static final String CHANGED = "ratelimit.user.minute=61";

    private final AtomicBoolean held = new AtomicBoolean();
    private final RecordedEvents events = new RecordedEvents();
    private final ReloadDecision decision = new ReloadDecision(new MemoryRowStore(System::currentTimeMillis));
    private WorkerPool workers;
    private KeyRing keys;
    private LiveSettings live;
    private NodeReload node;

    @BeforeEach
    void open(Vertx vertx) throws Exception {
        workers = new WorkerPool(vertx, "worker", WorkerPool.Config.STANDARD, () -> {});
        keys = new KeyRing(vertx, workers, KeysConfig.STANDARD, Metrics.uncounted(), OutgoingMetrics.uncounted());
        Loaded.Valid<NodeConfig> first = read().fold(valid -> valid, invalid -> {
            throw new AssertionError(invalid.problems().toString());
        });
        live = LiveSettings.open(keys, first.value()).await(30, TimeUnit.SECONDS);
        node = new NodeReload(
                vertx,
                "node",
                new ConfigSource(first, () -> read(CHANGED)),
                live,
                new NodeReload.Edge(
                        tls -> Future.succeededFuture(),
                        () -> {
                            held.set(true);
                            return Future.succeededFuture();
                        },
                        () -> {
                            held.set(false);
                            return Future.succeededFuture();
                        }),
                (shared, id) -> Future.succeededFuture(),
                decision,
                new Audit(new AuditConfig(10_000, 16), System::currentTimeMillis, events),
                200);
    }

    @AfterEach
    void close() throws Exception {
        keys.close();
        workers.close();
    }

    @Test
    void reload_that_takes_place_is_in_force_on_a_node_that_is_not_told() throws Exception {
        prepareAndHold("a");
        assertThat(Await.done(decision.take("a"))).isTrue();

        assertThat(Await.until(() -> minute() == 61 && !held.get())).isTrue();
        assertThat(Await.done(node.lift("a"))).as("there is none any more").isFalse();
        assertThat(events.all()).extracting(event -> event.get("event")).contains("config.reloaded");
    }

    @Test
    void reload_of_which_nothing_is_heard_any_more_is_dropped_and_does_not_take_place() throws Exception {
        prepareAndHold("a");

        assertThat(Await.until(() -> !held.get())).isTrue();
        assertThat(Await.done(decision.take("a"))).isFalse();
        assertThat(Await.done(node.apply("a"))).isFalse();
        assertThat(minute()).isEqualTo(60);
        assertThat(events.all()).isEmpty();
    }

    @Test
    void second_reload_is_refused_while_one_is_under_way_and_not_afterwards() throws Exception {
        assertThat(Await.done(node.prepare("a")).isDone()).isTrue();
        assertThat(Await.done(node.prepare("b")).<ReloadRefusal.Why>fold(any -> null, ReloadRefusal::why))
                .isEqualTo(ReloadRefusal.Why.BUSY);

        assertThat(Await.done(node.lift("a"))).isTrue();
        assertThat(Await.done(node.prepare("c")).isDone()).isTrue();
    }

    /** The node that leads gives up while this one still reads its file. */
    @Test
    void reload_that_is_lifted_while_it_is_prepared_leaves_nothing_behind() {
        Future<Result<ReloadPlan, ReloadRefusal>> preparing = node.prepare("a");
        assertThat(Await.done(node.lift("a"))).isFalse();

        Await.done(preparing);
        assertThat(Await.done(node.hold("a"))).isFalse();
        assertThat(Await.done(node.prepare("b")).isDone()).isTrue();
    }

    @Test
    void what_is_made_of_the_configuration_is_made_again_only_after_a_reload() throws Exception {
        Live<RateLimitConfig> made = live.made(NodeConfig::ratelimit);
        Live<Object> counted = live.made(any -> new Object());
        Object first = counted.get();
        assertThat(counted.get()).isSameAs(first);
        assertThat(Await.done(node.prepare("a")).isDone()).isTrue();
        assertThat(Await.done(node.hold("a"))).isTrue();
        assertThat(counted.get()).isSameAs(first);
        assertThat(Await.done(decision.take("a"))).isTrue();

        assertThat(Await.until(() -> minute() == 61)).isTrue();
        assertThat(counted.get()).isNotSameAs(first);
        assertThat(made.get()).isEqualTo(live.ratelimit().get());
    }

    private void prepareAndHold(String id) throws Exception {
        assertThat(Await.done(node.prepare(id)).isDone()).isTrue();
        assertThat(Await.done(node.hold(id))).isTrue();
        assertThat(held).isTrue();
    }

    private long minute() {
        return read(CHANGED)
                .fold(changed -> live.ratelimit().get().equals(changed.value().ratelimit()) ? 61 : 60, invalid -> 0);
    }

    private static Loaded<NodeConfig> read(String... sets) {
        return ConfigFile.load(Configs.empty(), List.of(sets), Map.of(), NodeConfigReader::read);
    }
}
