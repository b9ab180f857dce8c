package dev.portcullis.edge.api;

import dev.portcullis.audit.EventName;
import dev.portcullis.config.Json;
import dev.portcullis.edge.api.GrantOutcome.Denied;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.protocol.UserId;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.Optional;

/** How calls about the own account are answered and refused. */
record OwnAccountAnswers(ApiAudit audit) {
    private static final int UNAUTHORIZED = HttpRefusal.WRONG_CREDENTIALS.status();

    void send(ApiRequest request, int status, Map<String, Object> body) {
        var unused = request.send(status, HttpResponses.JSON, Buffer.buffer(Json.write(body)));
    }

    void refuse(ApiRequest request, UserId user, Denied denied) {
        if (denied.retryAfterMs() > 0) {
            HttpResponses.retryAfter(request.http().response(), denied.retryAfterMs());
        }
        EventName event = denied.why().status() == UNAUTHORIZED ? EventName.AUTH_LOGIN_FAILURE : EventName.HTTP_REFUSED;
        request.refuse(
                denied.why(),
                denied.violations(),
                audit.refused(event, request.http(), denied.why(), Optional.of(user), denied.detail()));
    }
}
