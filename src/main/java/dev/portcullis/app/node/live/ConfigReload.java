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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Has nodes read their configuration again while they run, and puts all that has changed in force at one moment, at which no frame is
 * under way on any of them; or nothing of it.
 */
final class ConfigReload {
    private static final int HOLDS = 2;
    private static final long PAUSE_MS = 500;

    /** More than a node takes for a step. It is asked no more then, and none of it comes in force. */
    static final long STEP_MS = 9_000;

    /** A node that does not answer lets frames pass by itself. */
    private static final long LIFT_MS = 2_000;

    /** The steps of a reload that needs its second hold: two to prepare, two holds, a pause, two at the store, one to apply. */
    private static final int STEPS = 8;

    /** All steps together, if each takes as long as it may. */
    static final long LONGEST_MS = STEPS * STEP_MS + PAUSE_MS + LIFT_MS;

    private final Vertx vertx;
    private final ReloadDecision decision;
    private final Audit audit;
    private final long stepMs;

    /** @param stepMs how long a node has for a step, so that there is an answer in bounded time */
    ConfigReload(Vertx vertx, ReloadDecision decision, Audit audit, long stepMs) {
        this.vertx = vertx;
        this.decision = decision;
        this.audit = audit;
        this.stepMs = stepMs;
    }

    /** A node that has checked its configuration. */
    private record Ready(ReloadSteps node, ReloadPlan plan) {}

    /**
     * Never fails, and always ends: a step that is not answered ends it. The keys that have another value now on the first node, or why
     * nothing has changed.
     *
     * @param nodes all that take part
     * @param agreement why nodes with these plans do not fit
     */
    Future<Result<List<SettingChange>, ReloadRefusal>> run(
            String id, List<? extends ReloadSteps> nodes, Function<Map<String, ReloadPlan>, List<Problem>> agreement) {
        return prepare(id, nodes)
                .compose(prepared -> prepared.fold(
                        ready -> agreed(ready, agreement).fold(any -> swap(id, nodes, ready), why -> refused(why)),
                        ConfigReload::<List<SettingChange>>refused))
                .recover(failure -> refused(NodeReload.busy(String.valueOf(failure.getMessage()))))
                .compose(result -> onAll(
                                nodes,
                                node -> node.lift(id)
                                        .timeout(LIFT_MS, TimeUnit.MILLISECONDS)
                                        .otherwise(false))
                        .map(any -> result))
                .onSuccess(result -> result.<Runnable>fold(any -> () -> {}, why -> () -> record(why))
                        .run());
    }

    /**
     * One node is asked before all others, by its name: of several reloads at once it lets one go on, which then finds the others
     * free. Only another reload there ends this one, so that the mistakes on all nodes are told together.
     */
    private Future<Result<List<Ready>, ReloadRefusal>> prepare(String id, List<? extends ReloadSteps> nodes) {
        List<? extends ReloadSteps> byName =
                nodes.stream().sorted(Comparator.comparing(ReloadSteps::node)).toList();
        boolean alone = nodes.size() == 1;
        return prepareEach(id, byName.subList(0, 1), alone)
                .compose(first -> first.get(0).<Boolean>fold(any -> false, why -> why.why() == Why.BUSY)
                        ? succeededFuture(first)
                        : prepareEach(id, byName.subList(1, byName.size()), alone)
                                .map(others -> Stream.of(first, others)
                                        .flatMap(List::stream)
                                        .toList()))
                .map(ConfigReload::gathered);
    }

    private Future<List<Result<Ready, ReloadRefusal>>> prepareEach(
            String id, List<? extends ReloadSteps> nodes, boolean alone) {
        return Future.all(nodes.stream()
                        .map(node -> answered(node, node.prepare(id))
                                .recover(failure -> refused(NodeReload.busy("does not answer")))
                                .map(result -> result.<Result<Ready, ReloadRefusal>>fold(
                                        plan -> Result.done(new Ready(node, plan)),
                                        why -> Result.refused(alone ? why : on(node, why)))))
                        .toList())
                .map(all -> all.<Result<Ready, ReloadRefusal>>list());
    }

    private static Result<List<Ready>, ReloadRefusal> gathered(List<Result<Ready, ReloadRefusal>> results) {
        List<Ready> ready = new ArrayList<>();
        List<ReloadRefusal> refusals = new ArrayList<>();
        results.forEach(each -> each.<Runnable>fold(one -> () -> ready.add(one), why -> () -> refusals.add(why))
                .run());
        return refusals.isEmpty() ? Result.done(ready) : Result.refused(joined(refusals));
    }

    private static ReloadRefusal on(ReloadSteps node, ReloadRefusal why) {
        return new ReloadRefusal(
                why.why(),
                why.problems().stream()
                        .map(each -> new Problem(each.path(), each.what() + ", on " + node.node(), each.fix()))
                        .toList());
    }

    /** What the operator has to change comes before what may only be tried again. */
    private static ReloadRefusal joined(List<ReloadRefusal> all) {
        return new ReloadRefusal(
                all.stream()
                        .map(ReloadRefusal::why)
                        .filter(why -> why != Why.BUSY)
                        .findFirst()
                        .orElse(Why.BUSY),
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
        List<SettingChange> changes = ready.stream()
                .filter(each -> each.node() == nodes.get(0))
                .flatMap(each -> each.plan().changes().stream())
                .toList();
        return (same ? succeededFuture(true) : hold(id, nodes, HOLDS))
                .compose(quiet -> quiet && nodes.size() > 1 ? take(id) : succeededFuture(quiet))
                .compose(taken -> taken
                        ? onAll(
                                        nodes,
                                        node -> answered(node, node.apply(id))
                                                .otherwise(false)) // one that is away asks the store
                                .map(any -> Result.done(changes))
                        : refused(NodeReload.busy("some frames took too long to be answered")));
    }

    /** Where the store did not say whether it has the decision, it is asked for the other one, which then does not stand. */
    private Future<Boolean> take(String id) {
        return decision.take(id)
                .timeout(stepMs, TimeUnit.MILLISECONDS)
                .recover(unknown ->
                        decision.drop(id).timeout(stepMs, TimeUnit.MILLISECONDS).map(dropped -> !dropped))
                .recover(failure -> Future.failedFuture("the store does not answer"))
                .compose(taken -> taken ? succeededFuture(true) : Future.failedFuture("a node waited for too long"));
    }

    private Future<Boolean> hold(String id, List<? extends ReloadSteps> nodes, int holds) {
        return onAll(nodes, node -> answered(node, node.hold(id))).compose(quiet -> {
            if (quiet || holds == 1) {
                return succeededFuture(quiet);
            }
            return onAll(nodes, node -> answered(node, node.pause(id)).otherwise(false))
                    .compose(any -> vertx.timer(PAUSE_MS, TimeUnit.MILLISECONDS))
                    .compose(any -> hold(id, nodes, holds - 1));
        });
    }

    /** Fails with a text that names the node if it has no answer in time. */
    private <T> Future<T> answered(ReloadSteps node, Future<T> step) {
        return step.timeout(stepMs, TimeUnit.MILLISECONDS)
                .recover(failure -> Future.failedFuture(node.node() + " does not answer"));
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
