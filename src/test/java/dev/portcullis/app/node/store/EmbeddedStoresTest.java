package dev.portcullis.app.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.app.config.Configs;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.config.NodeConfigReader;
import dev.portcullis.app.node.live.LiveSettings;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.auth.key.KeyRing;
import dev.portcullis.auth.key.KeysConfig;
import dev.portcullis.config.ConfigFile;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Role;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.ratelimit.FrameAttempt;
import dev.portcullis.resilience.WorkerPool;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A machine whose clock was wrong for a while, and was set right. */
@ExtendWith(VertxExtension.class)
class EmbeddedStoresTest {
    private static final long DAY = TimeUnit.DAYS.toMillis(1);
    private static final long BLOCK_MS = 2_000;

    private Vertx vertx;
    private WorkerPool workers;
    private KeyRing keys;
    private final AtomicLong wall = new AtomicLong(System.currentTimeMillis());

    @TempDir
    Path folder;

    private EmbeddedStore engine;
    private Stores stores;

    @BeforeEach
    void open(Vertx fresh) throws Exception {
        vertx = fresh;
        workers = new WorkerPool(vertx, "worker", WorkerPool.Config.STANDARD, () -> {});
        keys = new KeyRing(vertx, workers, KeysConfig.STANDARD, Metrics.uncounted(), OutgoingMetrics.uncounted());
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        NodeConfig config = ConfigFile.load(Configs.empty(), List.of(), Map.of(), NodeConfigReader::read)
                .fold(valid -> valid.value(), invalid -> {
                    throw new AssertionError(invalid.problems().toString());
                });
        LiveSettings live = LiveSettings.open(keys, config).await(30, TimeUnit.SECONDS);
        stores = EmbeddedStores.open(engine, config, live, wall::get, entries -> {}, Optional.empty())
                .await(30, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        keys.close();
        workers.close();
        vertx.close().await(30, TimeUnit.SECONDS);
        engine.close();
    }

    /** Else they were shut out for as long as the clock was wrong, also over restarts (CWE-770). */
    @Test
    void user_who_was_blocked_meanwhile_waits_no_longer_than_the_block() throws Exception {
        wall.addAndGet(DAY);
        Verdict last = Verdict.GRANTED;
        for (int i = 0; i < 100 && last.equals(Verdict.GRANTED); i++) {
            last = admit();
        }
        wall.addAndGet(-DAY);
        for (Verdict refused : List.of(last, admit())) {
            long wait = refused.fold(() -> 0L, why -> why.fold(limited -> limited.retryAfterMs(), failed -> -1L));
            assertThat(wait).isBetween(0L, BLOCK_MS);
        }
    }

    private Verdict admit() throws Exception {
        FrameAttempt attempt = new FrameAttempt(
                new UserId("ann"),
                Role.MEMBER,
                FrameType.CHAT,
                10,
                0,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return stores.counters().admit(attempt).await(30, TimeUnit.SECONDS).verdict();
    }
}
