package dev.portcullis.edge.listener;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.RequestId;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.HttpRefusal;
import io.vertx.core.http.HttpServerRequest;

/** Logs the refused requests of the public listener, with the request id that the client receives. */
public final class HttpRefusalLog {
    private final Audit audit;
    private final ClientAddress proxies;

    public HttpRefusalLog(Audit audit, ClientAddress proxies) {
        this.audit = audit;
        this.proxies = proxies;
    }

    /** @return the request id */
    public String record(HttpServerRequest request, HttpRefusal why) {
        String requestId = RequestId.next();
        AuditEvent event = AuditEvent.of(EventName.HTTP_REFUSED)
                .requestId(requestId)
                .resource(String.valueOf(request.path())) // without the query, which may hold a token (CWE-532)
                .reason(why.id())
                .code(why.status());
        audit.event(
                proxies.of(request).map(address -> event.ip(address.toString())).orElse(event));
        return requestId;
    }
}
