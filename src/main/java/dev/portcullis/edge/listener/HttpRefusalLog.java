package dev.portcullis.edge.listener;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.EventName;
import dev.portcullis.audit.RequestId;
import dev.portcullis.edge.anomaly.AddressWatch;
import dev.portcullis.edge.anomaly.RequestText;
import dev.portcullis.http.ClientAddress;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.IpAddress;
import io.vertx.core.http.HttpServerRequest;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Logs the refused requests of the public listener, with the request id that the client receives, and searches them for
 * signatures of attacks.
 */
public record HttpRefusalLog(Audit audit, ClientAddress proxies, AddressWatch addresses) {
    /**
     * Refusals without a search for attacks: in a flood each must cost no more than its refusal, and the others come from a
     * setting or a fault of the client or the server.
     */
    private static final Set<HttpRefusal> NOT_SEARCHED = EnumSet.of(
            HttpRefusal.RATE_LIMITED,
            HttpRefusal.SECURE_CONNECTION_REQUIRED,
            HttpRefusal.INTERNAL,
            HttpRefusal.UNAVAILABLE);

    /** @return the request id */
    public String record(HttpServerRequest request, HttpRefusal why) {
        String requestId = RequestId.next();
        AuditEvent event = AuditEvent.of(EventName.HTTP_REFUSED)
                .requestId(requestId)
                .resource(RequestText.loggedPath(request))
                .reason(why.id())
                .code(why.status());
        Optional<IpAddress> address = proxies.of(request);
        audit.event(address.map(known -> event.ip(known.toString())).orElse(event));
        if (!NOT_SEARCHED.contains(why)) {
            address.ifPresent(known -> search(request, why, known));
        }
        return requestId;
    }

    /** A refusal of what may be an authenticated user's request counts for no address. */
    private void search(HttpServerRequest request, HttpRefusal why, IpAddress address) {
        RequestText text = new RequestText(request);
        boolean anonymous = why == HttpRefusal.INVALID_TOKEN || !text.bringsCredential();
        addresses.inspect(address, text, anonymous && !text.mayComeFromPage());
    }
}
