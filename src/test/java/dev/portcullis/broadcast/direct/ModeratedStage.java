package dev.portcullis.broadcast.direct;

import static dev.portcullis.kit.Await.done;

import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.audit.metrics.MetricsRegistry;
import dev.portcullis.broadcast.PublishResult;
import dev.portcullis.broadcast.moderation.Moderation;
import dev.portcullis.broadcast.moderation.ModerationAnswer;
import dev.portcullis.broadcast.moderation.ModerationConfig;
import dev.portcullis.broadcast.moderation.PatientModeration;
import dev.portcullis.http.outgoing.OutgoingMetrics;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.streams.BlockListStore;
import dev.portcullis.streams.StallingStreams;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A moderation service that answers as a test says, and a stage that asks it. The two appends are two steps as in Redis. */
@ExtendWith(VertxExtension.class)
abstract class ModeratedStage {
    static final UserId ANN = new UserId("ann");
    static final UserId BEN = new UserId("ben");
    static final String ALLOW = "{\"action\": \"allow\"}";
    static final String REFUSE = "{\"action\": \"refuse\", \"reason\": \"spam\"}";
    static final String CLEAN = "{\"action\": \"replace\", \"content\": \"clean\"}";
    static final PublishResult SPAM = new PublishResult.Refused(
            new Rejection.Failed(Reason.RESTRICTED, List.of(new Violation("/content", "moderation:spam"))));

    @TempDir
    Path folder;

    final List<JsonObject> asked = new CopyOnWriteArrayList<>();
    volatile String script = ALLOW;
    StallingStreams streams;
    private final List<Moderation> opened = new ArrayList<>();
    private final MetricsRegistry registry = new MetricsRegistry();
    private Vertx vertx;
    private EmbeddedStore store;
    private EmbeddedStreamStore embedded;
    private int port;

    @BeforeEach
    void start(Vertx fresh) throws Exception {
        vertx = fresh;
        store = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        embedded = done(EmbeddedStreamStore.open(store, System::currentTimeMillis));
        streams = new StallingStreams(embedded);
        port = done(vertx.createHttpServer()
                        .requestHandler(request -> request.body().onSuccess(body -> {
                            asked.add(new JsonObject(body));
                            request.response().end(script);
                        }))
                        .listen(0, "127.0.0.1"))
                .actualPort();
    }

    @AfterEach
    void stop() throws Exception {
        streams.release();
        opened.forEach(Moderation::close);
        done(vertx.close());
        store.close();
        registry.close();
    }

    final DirectStage open(Map<String, Object> settings) throws Exception {
        Map<String, Object> hook = new HashMap<>(Map.of("url", "http://127.0.0.1:" + port + "/check"));
        hook.putAll(settings);
        Moderation moderation = new Moderation(
                vertx,
                PatientModeration.of(ModerationConfig.read(DirectStage.section(hook), CircuitBreaker.Config.STANDARD)
                        .orElseThrow()),
                OutgoingMetrics.uncounted(),
                new Metrics(registry.registry())
                        .counters(Metric.MODERATED, ModerationAnswer.Kind.class, ModerationAnswer.Kind::id),
                System::currentTimeMillis);
        opened.add(moderation);
        return DirectStage.open(
                vertx,
                new DirectStage.Stores(
                        streams,
                        embedded.inboxes(),
                        new BlockListStore(new EmbeddedRowStore(store, System::currentTimeMillis))),
                new StreamWindow(1_000, 86_400_000),
                Optional.of(moderation));
    }
}
