package dev.portcullis.app.node.live;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.admin.ReloadRefusal;
import dev.portcullis.admin.ReloadRefusal.Why;
import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.config.Problem;
import dev.portcullis.config.SettingChange;
import dev.portcullis.protocol.Result;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Has nodes read their configuration again while they run, and puts all that has changed in force at one moment, at which no frame is
 * under way on any of them; or nothing of it.
 */
final class ConfigReload {
    private static final int HOLDS = 2;
    private static final long PAUSE_MS = 500;

    private final Vertx vertx;
    private final ReloadDecision decision;
    private final Audit audit;

    ConfigReload(Vertx vertx, ReloadDecision decision, Audit audit) {
        this.vertx = vertx;
        this.decision = decision;
        this.audit = audit;
    }

    /** A node that has checked its configuration. */
    private record Ready(ReloadSteps node, ReloadPlan plan) {}

    /**
     * Never fails. The keys that have another value now on the first node, or why nothing has changed.
     *
     * @param agreement why nodes with these plans do not fit
     */
    Future<Result<List<SettingChange>, ReloadRefusal>> run(
            String id, List<? extends ReloadSteps> nodes, Function<Map<String, ReloadPlan>, List<Problem>> agreement) {
        return prepare(id, nodes)
                .compose(prepared -> prepared.fold(
                        ready -> agreed(ready, agreement).fold(any -> swap(id, nodes, ready), why -> refused(why)),
                        ConfigReload::<List<SettingChange>>refused))
                .recover(failure -> refused(NodeReload.busy("a node did not answer: " + failure.getMessage())))
                .compose(result ->
                        onAll(nodes, node -> node.lift(id).otherwise(false)).map(any -> result))
                .onSuccess(result -> result.<Runnable>fold(any -> () -> {}, why -> () -> record(why))
                        .run());
    }

    private static Future<Result<List<Ready>, ReloadRefusal>> prepare(String id, List<? extends ReloadSteps> nodes) {
        return Future.join(nodes.stream()
                        .map(node -> node.prepare(id)
                                .map(result -> result.<Result<Ready, ReloadRefusal>>fold(
                                        plan -> Result.done(new Ready(node, plan)),
                                        why -> Result.refused(nodes.size() == 1 ? why : on(node, why)))))
                        .toList())
                .map(all -> {
                    List<Ready> ready = new ArrayList<>();
                    List<ReloadRefusal> refusals = new ArrayList<>();
                    all.<Result<Ready, ReloadRefusal>>list()
                            .forEach(each -> each.<Runnable>fold(
                                            one -> () -> ready.add(one), why -> () -> refusals.add(why))
                                    .run());
                    return refusals.isEmpty() ? Result.done(ready) : Result.refused(joined(refusals));
                });
    }

    private static ReloadRefusal on(ReloadSteps node, ReloadRefusal why) {
        return new ReloadRefusal(
                why.why(),
                why.problems().stream()
                        .map(each -> new Problem(each.path(), each.what() + ", on " + node.node(), each.fix()))
                        .toList());
    }

    private static ReloadRefusal joined(List<ReloadRefusal> all) {
        return new ReloadRefusal(
                all.get(0).why(),
                all.stream().flatMap(each -> each.problems().stream()).toList());
    }

    private static Result<Boolean, ReloadRefusal> agreed(
            List<Ready> ready, Function<Map<String, ReloadPlan>, List<Problem>> agreement) {
        List<Problem> problems = agreement.apply(
                ready.stream().collect(Collectors.toMap(each -> each.node().node(), Ready::plan)));
        return problems.isEmpty() ? Result.done(true) : Result.refused(new ReloadRefusal(Why.SHARED, problems));
    }

    private Future<Result<List<SettingChange>, ReloadRefusal>> swap(
            String id, List<? extends ReloadSteps> nodes, List<Ready> ready) {
        boolean same = ready.stream().allMatch(each -> each.plan().changes().isEmpty());
        return (same ? succeededFuture(true) : hold(id, nodes, HOLDS))
                .compose(quiet -> quiet && nodes.size() > 1 ? decision.take(id) : succeededFuture(quiet))
                .compose(taken -> taken
                        ? onAll(nodes, node -> node.apply(id).otherwise(false)) // one that is away asks the store
                                .map(any -> Result.done(ready.get(0).plan().changes()))
                        : refused(NodeReload.busy("some frames took too long to be answered")));
    }

    private Future<Boolean> hold(String id, List<? extends ReloadSteps> nodes, int holds) {
        return onAll(nodes, node -> node.hold(id)).compose(quiet -> {
            if (quiet || holds == 1) {
                return succeededFuture(quiet);
            }
            return onAll(nodes, node -> node.pause(id).otherwise(false))
                    .compose(any -> vertx.timer(PAUSE_MS, TimeUnit.MILLISECONDS))
                    .compose(any -> hold(id, nodes, holds - 1));
        });
    }

    /** Whether the step succeeded on all of them. */
    private static Future<Boolean> onAll(
            List<? extends ReloadSteps> nodes, Function<ReloadSteps, Future<Boolean>> step) {
        return Future.all(nodes.stream().map(step).toList())
                .map(all -> all.<Boolean>list().stream().allMatch(done -> done));
    }

    private void record(ReloadRefusal why) {
        audit.event(AuditEvent.of(EventName.CONFIG_REFUSED)
                .reason(why.why().id())
                .setting(why.problems().stream().map(Problem::toString).collect(Collectors.joining(" | "))));
    }

    private static <T> Future<Result<T, ReloadRefusal>> refused(ReloadRefusal why) {
        return succeededFuture(Result.refused(why));
    }
}
