package dev.portcullis.admin;

import dev.portcullis.admin.node.NodeLoads;
import dev.portcullis.admin.node.NodeStatistics;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.RequestId;
import dev.portcullis.config.Problem;
import dev.portcullis.config.SettingChange;
import dev.portcullis.http.HttpRefusal;
import io.vertx.core.http.HttpServerRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjLongConsumer;

/** Shows operators this node, has it read its configuration again, and stops it for them. */
final class NodeOperations {
    private static final int ACCEPTED = 202;

    private final NodeStatistics statistics;
    private final NodeLoads loads;
    private final NodeControl control;
    private final Health health;
    private final Map<String, Boolean> configured;
    private final ObjLongConsumer<HttpServerRequest> answerWithin;
    private boolean stopping;

    /**
     * @param configured calls that this node answers only if it is configured for them
     * @param answerWithin lets the answer to a request take so many milliseconds
     */
    NodeOperations(
            NodeStatistics statistics,
            NodeLoads loads,
            NodeControl control,
            Health health,
            Map<String, Boolean> configured,
            ObjLongConsumer<HttpServerRequest> answerWithin) {
        this.statistics = statistics;
        this.loads = loads;
        this.control = control;
        this.health = health;
        this.configured = Map.copyOf(configured);
        this.answerWithin = answerWithin;
    }

    void bind(OperatorCall.Routes routes) {
        routes.bind("getStats", this::statistics).bind("drain", this::drain).bind("reload", this::reload);
    }

    private void statistics(OperatorCall call) {
        long after = call.request().numberIn("after").orElse(0L);
        if (isOfCluster(call)) {
            statistics.report(after, loads).onSuccess(report -> send(call, report));
        } else {
            send(call, statistics.report(after));
        }
    }

    private void send(OperatorCall call, Map<String, Object> report) {
        Map<String, Object> fields = new LinkedHashMap<>(report);
        fields.put("health", health.last().fields());
        fields.put("configured", configured);
        call.send(fields);
    }

    private static boolean isOfCluster(OperatorCall call) {
        return call.request().textIn("cluster").filter("true"::equals).isPresent();
    }

    private void reload(OperatorCall call) {
        answerWithin.accept(
                call.request().http(),
                control.reloadMs()); // the operator is to have an answer, and not the end of the connection
        control.reload()
                .run(isOfCluster(call))
                .onSuccess(result -> result.<Runnable>fold(
                                changes -> () -> reloaded(call, changes), why -> () -> refused(call, why))
                        .run());
    }

    private static void reloaded(OperatorCall call, List<SettingChange> changes) {
        call.record(call.event(EventName.ADMIN_RELOADED));
        call.send(Map.of("changed", changes.stream().map(NodeOperations::fields).toList()));
    }

    private static Map<String, Object> fields(SettingChange change) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("key", change.path());
        fields.put("before", change.before());
        fields.put("after", change.after());
        return fields;
    }

    /** The operator is told each problem with its fix, as {@code config check} does. */
    private static void refused(OperatorCall call, ReloadRefusal why) {
        HttpRefusal refusal = switch (why.why()) {
            case INVALID, NEEDS_RESTART, SHARED -> HttpRefusal.CONFLICT;
            case UNUSABLE, BUSY -> HttpRefusal.UNAVAILABLE;
        };
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("reason", refusal.id());
        error.put("message", "Nothing of the configuration that was read is in force.");
        error.put("requestId", RequestId.next());
        error.put("why", why.why().id());
        error.put(
                "problems", why.problems().stream().map(NodeOperations::fields).toList());
        call.send(refusal.status(), Map.of("error", error));
    }

    private static Map<String, Object> fields(Problem problem) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("key", problem.path());
        fields.put("problem", problem.what());
        fields.put("fix", problem.fix());
        return fields;
    }

    /** The answer comes first: the listener ends with the node. A repeat of the call changes nothing. */
    private void drain(OperatorCall call) {
        boolean first = !stopping;
        stopping = true;
        if (first) {
            call.record(call.event(EventName.ADMIN_DRAINED));
        }
        call.request().send(ACCEPTED).onComplete(any -> {
            if (first) {
                control.stop().run();
            }
        });
    }
}
