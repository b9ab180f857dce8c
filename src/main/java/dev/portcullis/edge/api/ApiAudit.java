package dev.portcullis.edge.api;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.RequestId;
import dev.portcullis.auth.refresh.LoginDevice;
import dev.portcullis.edge.anomaly.RequestText;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.IpAddress;
import dev.portcullis.protocol.UserId;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;

/** Writes the events of HTTP calls. Nothing of a body and no token gets into one (CWE-532). */
public final class ApiAudit {
    private final Audit audit;
    private final ClientAddress proxies;

    public ApiAudit(Audit audit, ClientAddress proxies) {
        this.audit = audit;
        this.proxies = proxies;
    }

    /** Empty for a socket without an IP address. */
    Optional<IpAddress> address(HttpServerRequest request) {
        return proxies.of(request);
    }

    /** The keys under which the address of a client counts, narrowest first. */
    List<String> keys(HttpServerRequest request) {
        return proxies.keysOf(request);
    }

    /** The device and address from which a login is begun or renewed. */
    Optional<LoginDevice> device(HttpServerRequest request) {
        return Optional.of(LoginDevice.of(
                proxies.of(request).map(IpAddress::toString),
                Optional.ofNullable(request.headers().get(HttpHeaders.USER_AGENT))));
    }

    public void done(EventName name, HttpServerRequest request, UserId user) {
        audit.event(of(name, request).user(user));
    }

    public void done(EventName name, HttpServerRequest request, UserId user, String detail, String resource) {
        audit.event(of(name, request).user(user).detail(detail).resource(resource));
    }

    /**
     * @param user where a verified token says so
     * @param detail the part of the cause that only operators see
     * @return the request id for the answer
     */
    public String refused(
            EventName name,
            HttpServerRequest request,
            HttpRefusal why,
            Optional<UserId> user,
            Optional<String> detail) {
        String requestId = RequestId.next();
        AuditEvent event = of(name, request)
                .requestId(requestId)
                .resource(RequestText.loggedPath(request))
                .reason(why.id())
                .code(why.status());
        AuditEvent ofUser = user.map(event::user).orElse(event);
        audit.event(detail.map(ofUser::detail).orElse(ofUser));
        return requestId;
    }

    private AuditEvent of(EventName name, HttpServerRequest request) {
        AuditEvent event = AuditEvent.of(name);
        return proxies.of(request).map(IpAddress::toString).map(event::ip).orElse(event);
    }
}
