package dev.portcullis.app.node.live;

import dev.portcullis.admin.ReloadRefusal;
import dev.portcullis.admin.ReloadRefusal.Why;
import dev.portcullis.app.config.ConfigSource;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.live.LiveSettings.Prepared;
import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.logging.LogContext;
import dev.portcullis.config.Loaded.Valid;
import dev.portcullis.config.Problem;
import dev.portcullis.config.Setting;
import dev.portcullis.config.SettingChange;
import dev.portcullis.http.TlsConfig;
import dev.portcullis.protocol.Result;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration again while the node runs, and puts all that has changed in force at one moment, at which no frame is
 * under way; or nothing of it. One reload at a time.
 */
public final class ConfigReload {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigReload.class);

    /** Frames that are held wait as long; a frame that a slow service holds up longer is not worth that. */
    private static final long HOLD_MS = 2_000;

    private static final int HOLDS = 5;
    private static final long PAUSE_MS = 500;
    private static final int SHOWN = 100;

    private final Vertx vertx;
    private final ConfigSource source;
    private final LiveSettings live;
    private final Edge edge;
    private final Audit audit;
    private final AtomicBoolean busy = new AtomicBoolean();
    private volatile List<Setting> settings;

    /**
     * What a reload needs of the edge of this node.
     *
     * @param serve puts a certificate in force for the handshakes from now on, or fails and keeps the one before
     * @param holdFrames lets no frame begin, and completes when none is under way
     */
    public record Edge(
            Function<TlsConfig, Future<?>> serve, Supplier<Future<?>> holdFrames, Supplier<Future<?>> liftFrames) {
        /** A node without an edge has no frames. */
        public static final Edge NONE =
                new Edge(tls -> Future.succeededFuture(), Future::succeededFuture, Future::succeededFuture);
    }

    public ConfigReload(Vertx vertx, ConfigSource source, LiveSettings live, Edge edge, Audit audit) {
        this.vertx = vertx;
        this.source = source;
        this.live = live;
        this.edge = edge;
        this.audit = audit;
        this.settings = source.settings();
    }

    /** Never fails. The keys that have another value now, or why nothing has changed. */
    public Future<Result<List<SettingChange>, ReloadRefusal>> run() {
        if (!busy.compareAndSet(false, true)) {
            return refused(ReloadRefusal.of(Why.BUSY, "", "another reload is under way", "wait for its end"));
        }
        return read().compose(read -> read.fold(this::apply, ConfigReload::<List<SettingChange>>refused))
                .recover(failure -> unusable("", "the reload broke off", failure))
                .onComplete(any -> busy.set(false))
                .onSuccess(this::record);
    }

    /** A configuration that is valid, and can take the place of the one in force. */
    private record Candidate(Valid<NodeConfig> read, List<SettingChange> changes) {}

    private Future<Result<Candidate, ReloadRefusal>> read() {
        return vertx.executeBlocking(() -> source.again().get())
                .map(loaded -> loaded.fold(
                        this::judge, invalid -> Result.refused(new ReloadRefusal(Why.INVALID, invalid.problems()))));
    }

    private Result<Candidate, ReloadRefusal> judge(Valid<NodeConfig> read) {
        List<SettingChange> changes = SettingChange.between(settings, read.settings());
        List<Problem> restart = ReloadPolicy.needRestart(live.config(), read.value(), changes);
        if (!restart.isEmpty()) {
            return Result.refused(new ReloadRefusal(Why.NEEDS_RESTART, restart));
        }
        return ReloadPolicy.changesWhatNodesShare(live.config(), read.value())
                ? Result.refused(ReloadRefusal.of(
                        Why.SHARED,
                        "",
                        "changes what all nodes of the cluster share",
                        "reload all of them: POST /admin/reload?cluster=true"))
                : Result.done(new Candidate(read, changes));
    }

    private Future<Result<List<SettingChange>, ReloadRefusal>> apply(Candidate candidate) {
        return live.prepare(candidate.read().value())
                .compose(
                        prepared -> serve(candidate, prepared),
                        failure -> unusable("auth.issuers", "has a key that can't be used", failure));
    }

    /** A certificate is taken again where its path is the same: its file may hold another one. */
    private Future<Result<List<SettingChange>, ReloadRefusal>> serve(Candidate candidate, Prepared prepared) {
        TlsConfig before = live.config().tls();
        TlsConfig next = candidate.read().value().tls();
        Future<?> served = next.certificate().isPresent() ? edge.serve().apply(next) : Future.succeededFuture();
        return served.transform((any, failure) -> {
            if (failure != null) {
                prepared.release();
                return unusable("tls.certificate", "can't be used", failure);
            }
            return swap(candidate, prepared, HOLDS).compose(swapped -> {
                if (swapped) {
                    return Future.succeededFuture(Result.done(candidate.changes()));
                }
                prepared.release();
                return (next.certificate().isPresent() ? edge.serve().apply(before) : Future.succeededFuture())
                        .transform((put, lost) -> refused(ReloadRefusal.of(
                                Why.BUSY,
                                "",
                                "some frames took longer than " + HOLD_MS + " ms to be answered",
                                "try again")));
            });
        });
    }

    private Future<Boolean> swap(Candidate candidate, Prepared prepared, int holds) {
        if (candidate.changes().isEmpty()) {
            apply(candidate, prepared);
            return Future.succeededFuture(true);
        }
        return edge.holdFrames()
                .get()
                .timeout(HOLD_MS, TimeUnit.MILLISECONDS)
                .onSuccess(quiet -> apply(candidate, prepared))
                .transform((quiet, failure) -> edge.liftFrames().get().transform((any, lost) -> {
                    if (failure == null || holds == 1) {
                        return Future.succeededFuture(failure == null);
                    }
                    return vertx.timer(PAUSE_MS, TimeUnit.MILLISECONDS)
                            .compose(pause -> swap(candidate, prepared, holds - 1));
                }));
    }

    private void apply(Candidate candidate, Prepared prepared) {
        prepared.apply();
        settings = candidate.read().settings();
        if (candidate.changes().stream().anyMatch(change -> change.isIn("log.level"))) {
            LogContext.apply(candidate.read().value().log());
        }
    }

    private void record(Result<List<SettingChange>, ReloadRefusal> result) {
        result.<Runnable>fold(changes -> () -> reloaded(changes), why -> () -> refusal(why))
                .run();
    }

    private void reloaded(List<SettingChange> changes) {
        changes.stream()
                .limit(SHOWN)
                .forEach(change -> audit.event(AuditEvent.of(EventName.CONFIG_CHANGED)
                        .resource(change.path())
                        .setting(change.before() + " -> " + change.after())));
        audit.event(AuditEvent.of(EventName.CONFIG_RELOADED)
                .setting(changes.stream().map(SettingChange::path).collect(Collectors.joining(", "))));
    }

    private void refusal(ReloadRefusal why) {
        audit.event(AuditEvent.of(EventName.CONFIG_REFUSED)
                .reason(why.why().id())
                .setting(why.problems().stream().map(Problem::toString).collect(Collectors.joining(" | "))));
    }

    private static <T> Future<Result<T, ReloadRefusal>> unusable(String key, String what, Throwable failure) {
        LOG.atWarn()
                .addKeyValue("event", "node.update.refused")
                .setCause(failure)
                .log("what the configuration names can't be used");
        return refused(ReloadRefusal.of(Why.UNUSABLE, key, what, "the log has the reason"));
    }

    private static <T> Future<Result<T, ReloadRefusal>> refused(ReloadRefusal why) {
        return Future.succeededFuture(Result.refused(why));
    }
}
