package dev.portcullis.admin;

import dev.portcullis.admin.node.NodeControl;
import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.RequestId;
import dev.portcullis.config.Json;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.RouterBuilder;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Shows operators this node, and stops it for them. */
final class NodeOperations {
    private static final int OK = 200;
    private static final int ACCEPTED = 202;

    private final NodeControl node;
    private final Health health;
    private final Audit audit;
    private final Map<String, Boolean> configured;
    private boolean stopping;

    /** @param configured calls that this node answers only if it is configured for them */
    NodeOperations(NodeControl node, Health health, Audit audit, Map<String, Boolean> configured) {
        this.node = node;
        this.health = health;
        this.audit = audit;
        this.configured = Map.copyOf(configured);
    }

    RouterBuilder bind(RouterBuilder router) {
        return router.bind("getStats", this::statistics).bind("drain", this::drain);
    }

    private void statistics(ApiRequest request) {
        Map<String, Object> fields = new LinkedHashMap<>(
                node.statistics().report(request.numberIn("after").orElse(0L)));
        fields.put("health", health.last().fields());
        fields.put("configured", configured);
        var unused = request.send(OK, HttpResponses.JSON, Buffer.buffer(Json.write(fields)));
    }

    /** The answer comes first: the listener ends with the node. A repeat of the call changes nothing. */
    private void drain(ApiRequest request) {
        boolean first = !stopping;
        stopping = true;
        if (first) {
            audit.event(AuditEvent.of(EventName.ADMIN_DRAINED)
                    .requestId(RequestId.next())
                    .ip(request.http().remoteAddress().hostAddress())
                    .detail(request.caller(Operator.class).id()));
        }
        request.send(ACCEPTED).onComplete(any -> {
            if (first) {
                node.stop().run();
            }
        });
    }
}
