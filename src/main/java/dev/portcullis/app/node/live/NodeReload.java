package dev.portcullis.app.node.live;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.admin.ReloadRefusal;
import dev.portcullis.admin.ReloadRefusal.Why;
import dev.portcullis.app.config.ConfigSource;
import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.live.LiveSettings.Prepared;
import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.logging.LogContext;
import dev.portcullis.cluster.SharedSettings;
import dev.portcullis.config.Loaded.Valid;
import dev.portcullis.config.Problem;
import dev.portcullis.config.Setting;
import dev.portcullis.config.SettingChange;
import dev.portcullis.edge.connection.FrameDeadline;
import dev.portcullis.http.TlsConfig;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.record.WireForm;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of a reload on this node. One reload at a time. A node that is not told how one goes on asks the store what was
 * decided, so that no node is left behind with the old configuration, or with frames that wait.
 */
public final class NodeReload implements ReloadSteps {
    private static final Logger LOG = LoggerFactory.getLogger(NodeReload.class);

    /** Frames that are held wait as long at first, and then as long as the longest answer may take. */
    private static final long HOLD_MS = 2_000;

    private static final long LAST_HOLD_MS = FrameDeadline.ANSWER_MS;

    /** A file may be on a disk that does not answer. */
    private static final long READ_MS = 5_000;

    /** How long a node waits to be told the next step, and how long while its frames wait too. */
    private static final long TOLD_MS = 60_000;

    static final long HELD_MS = 5_000;

    private static final int SHOWN = 100;

    private final Vertx vertx;
    private final String node;
    private final ConfigSource source;
    private final LiveSettings live;
    private final Edge edge;
    private final BiFunction<SharedSettings, String, Future<?>> share;
    private final ReloadDecision decision;
    private final Audit audit;
    private final long heldMs;
    private volatile @Nullable SharedSettings shared;
    private List<Setting> settings;
    private Optional<String> preparing = Optional.empty();
    private Optional<Pending> pending = Optional.empty();

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
                new Edge(tls -> succeededFuture(), Future::succeededFuture, Future::succeededFuture);
    }

    /**
     * A configuration that was checked.
     *
     * @param holds how often frames were held for it
     * @param applied whether it is in force
     */
    private record Pending(String id, Candidate candidate, Prepared prepared, int holds, boolean applied) {
        Pending held() {
            return new Pending(id, candidate, prepared, holds + 1, applied);
        }

        Pending inForce() {
            return new Pending(id, candidate, prepared, holds, true);
        }
    }

    private record Candidate(Valid<NodeConfig> read, ReloadPlan plan) {}

    /**
     * @param share tells the nodes that join from now on what this one shares with the others
     * @param heldMs how long frames wait for the next step before this node asks the store
     */
    NodeReload(
            Vertx vertx,
            String node,
            ConfigSource source,
            LiveSettings live,
            Edge edge,
            BiFunction<SharedSettings, String, Future<?>> share,
            ReloadDecision decision,
            Audit audit,
            long heldMs) {
        this.vertx = vertx;
        this.node = node;
        this.source = source;
        this.live = live;
        this.edge = edge;
        this.share = share;
        this.decision = decision;
        this.audit = audit;
        this.heldMs = heldMs;
        this.settings = source.settings();
    }

    @Override
    public String node() {
        return node;
    }

    @Override
    public Future<Result<ReloadPlan, ReloadRefusal>> prepare(String id) {
        if (!begin(id)) {
            return refused(busy("another reload is under way"));
        }
        WorkerExecutor reader = vertx.createSharedWorkerExecutor("config-reload", 1);
        return reader.executeBlocking(this::read)
                .timeout(READ_MS, TimeUnit.MILLISECONDS)
                .eventually(reader::close) // one that is left open keeps all of a stopped node in memory
                .compose(read -> read.fold(candidate -> prepare(id, candidate), NodeReload::<ReloadPlan>refused))
                .recover(failure -> unusable("", "the reload broke off", failure))
                .onSuccess(result -> {
                    if (!result.isDone()) {
                        stopPreparing(id);
                    }
                });
    }

    /** Blocks: it reads files, and digests secrets slowly. */
    private Result<Candidate, ReloadRefusal> read() {
        return source.again()
                .get()
                .fold(this::judge, invalid -> Result.refused(new ReloadRefusal(Why.INVALID, invalid.problems())));
    }

    private Result<Candidate, ReloadRefusal> judge(Valid<NodeConfig> read) {
        List<SettingChange> changes = SettingChange.between(settings(), read.settings());
        List<Problem> restart = ReloadPolicy.needRestart(live.config(), read.value(), changes);
        return restart.isEmpty()
                ? Result.done(
                        new Candidate(read, new ReloadPlan(changes, sharedNow(), sharedBy(read.value(), changes))))
                : Result.refused(new ReloadRefusal(Why.NEEDS_RESTART, restart));
    }

    private SharedSettings sharedNow() {
        SharedSettings known = shared;
        if (known == null) {
            known = sharedBy(live.config());
            shared = known;
        }
        return known;
    }

    private SharedSettings sharedBy(NodeConfig next, List<SettingChange> changes) {
        return changes.isEmpty() ? sharedNow() : sharedBy(next);
    }

    /** A node in no cluster shares nothing. */
    private static SharedSettings sharedBy(NodeConfig config) {
        return config.cluster().enabled()
                ? NodeSharedSettings.of(config)
                : new SharedSettings(WireForm.VERSION, Map.of());
    }

    private Future<Result<ReloadPlan, ReloadRefusal>> prepare(String id, Candidate candidate) {
        return live.prepare(candidate.read().value())
                .compose(
                        prepared -> serve(id, candidate, prepared),
                        failure -> unusable("auth.issuers", "has a key that can't be used", failure));
    }

    /** A certificate is taken again where its path is the same: its file may hold another one. */
    private Future<Result<ReloadPlan, ReloadRefusal>> serve(String id, Candidate candidate, Prepared prepared) {
        return serve(candidate.read().value()).transform((any, failure) -> {
            if (failure != null) {
                prepared.release();
                return unusable("tls.certificate", "can't be used", failure);
            }
            if (!prepared(new Pending(id, candidate, prepared, 0, false))) {
                prepared.release();
                return serve(live.config()).transform((put, lost) -> refused(busy("the reload was given up")));
            }
            vertx.setTimer(TOLD_MS, timer -> askHowItGoesOn(id));
            return succeededFuture(Result.done(candidate.plan()));
        });
    }

    private Future<?> serve(NodeConfig config) {
        return config.tls().certificate().isPresent() ? edge.serve().apply(config.tls()) : succeededFuture();
    }

    @Override
    public Future<Boolean> hold(String id) {
        Optional<Pending> reload = countHold(id);
        if (reload.isEmpty()) {
            return succeededFuture(false);
        }
        int hold = reload.get().holds();
        vertx.setTimer(
                heldMs, timer -> of(id).filter(each -> each.holds() == hold).ifPresent(each -> askHowItGoesOn(id)));
        return edge.holdFrames()
                .get()
                .timeout(hold == 1 ? HOLD_MS : LAST_HOLD_MS, TimeUnit.MILLISECONDS)
                .map(true)
                .otherwise(false);
    }

    @Override
    public Future<Boolean> pause(String id) {
        return countHold(id).isEmpty()
                ? succeededFuture(false)
                : edge.liftFrames().get().map(true);
    }

    @Override
    public Future<Boolean> apply(String id) {
        return take(id).map(this::putInForce).orElseGet(() -> succeededFuture(false));
    }

    private Future<Boolean> putInForce(Pending reload) {
        NodeConfig next = reload.candidate().read().value();
        reload.prepared().apply();
        ReloadPlan plan = reload.candidate().plan();
        if (plan.changes().stream().anyMatch(change -> change.isIn("log.level"))) {
            LogContext.apply(next.log());
        }
        record(plan.changes());
        shared = plan.shared();
        return share.apply(plan.shared(), reload.id()).map(true).otherwise(true); // it is renewed each second
    }

    @Override
    public Future<Boolean> lift(String id) {
        Optional<Pending> ended = end(id);
        if (ended.isEmpty()) {
            return succeededFuture(false);
        }
        Pending reload = ended.get();
        if (!reload.applied()) {
            reload.prepared().release();
        }
        return (reload.applied() ? succeededFuture() : serve(live.config()))
                .transform((any, failure) -> edge.liftFrames().get())
                .map(true);
    }

    /** The node that leads the reload may have died. */
    private void askHowItGoesOn(String id) {
        if (of(id).isEmpty()) {
            return;
        }
        decision.drop(id)
                .compose(dropped -> dropped ? succeededFuture(false) : applyQuietly(id))
                .compose(any -> lift(id))
                .onFailure(unknown -> edge.liftFrames() // the store is away: frames are answered, and it is asked again
                        .get()
                        .onComplete(any -> vertx.setTimer(heldMs, timer -> askHowItGoesOn(id))));
    }

    private Future<Boolean> applyQuietly(String id) {
        return edge.holdFrames().get().timeout(HOLD_MS, TimeUnit.MILLISECONDS).transform((quiet, tooLong) -> apply(id));
    }

    private synchronized List<Setting> settings() {
        return settings;
    }

    /** Takes the turn before anything is read: of two reloads at once, the second changes nothing that it would have to undo. */
    private synchronized boolean begin(String id) {
        boolean free = pending.isEmpty() && preparing.isEmpty();
        preparing = free ? Optional.of(id) : preparing;
        return free;
    }

    private synchronized void stopPreparing(String id) {
        preparing = preparing.filter(each -> !each.equals(id));
    }

    /** False for a reload that was lifted while it was prepared. */
    private synchronized boolean prepared(Pending reload) {
        boolean wanted = preparing.equals(Optional.of(reload.id()));
        if (wanted) {
            preparing = Optional.empty();
            pending = Optional.of(reload);
        }
        return wanted;
    }

    private synchronized Optional<Pending> of(String id) {
        return pending.filter(reload -> reload.id().equals(id));
    }

    private synchronized Optional<Pending> countHold(String id) {
        Optional<Pending> reload = of(id).map(Pending::held);
        pending = reload.isPresent() ? reload : pending;
        return reload;
    }

    /** The reload of which nothing is in force yet, which counts as in force from now on. */
    private synchronized Optional<Pending> take(String id) {
        Optional<Pending> reload = of(id).filter(each -> !each.applied());
        reload.ifPresent(each -> {
            settings = each.candidate().read().settings();
            pending = Optional.of(each.inForce());
        });
        return reload;
    }

    private synchronized Optional<Pending> end(String id) {
        stopPreparing(id);
        Optional<Pending> reload = of(id);
        pending = reload.isPresent() ? Optional.empty() : pending;
        return reload;
    }

    private void record(List<SettingChange> changes) {
        changes.stream()
                .limit(SHOWN)
                .forEach(change -> audit.event(AuditEvent.of(EventName.CONFIG_CHANGED)
                        .resource(change.path())
                        .setting(change.before() + " -> " + change.after())));
        audit.event(AuditEvent.of(EventName.CONFIG_RELOADED)
                .setting(changes.stream().map(SettingChange::path).collect(Collectors.joining(", "))));
    }

    static ReloadRefusal busy(String what) {
        return ReloadRefusal.of(Why.BUSY, "", what, "try again");
    }

    private static <T> Future<Result<T, ReloadRefusal>> unusable(String key, String what, Throwable failure) {
        LOG.atWarn()
                .addKeyValue("event", "node.update.refused")
                .setCause(failure)
                .log("what the configuration names can't be used");
        return refused(ReloadRefusal.of(Why.UNUSABLE, key, what, "the log has the reason"));
    }

    private static <T> Future<Result<T, ReloadRefusal>> refused(ReloadRefusal why) {
        return succeededFuture(Result.refused(why));
    }
}
