package dev.portcullis.edge.api;

import dev.portcullis.audit.EventName;
import dev.portcullis.auth.Authenticator;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.protocol.UserId;
import java.util.Map;

/** The call {@code /api/demo/token}, for a first try. Where the demo login is off, there is nothing under this path. */
public final class DemoLoginApi {
    private final Authenticator authenticator;
    private final ApiCalls calls;

    public DemoLoginApi(Authenticator authenticator, ApiCalls calls) {
        this.authenticator = authenticator;
        this.calls = calls;
    }

    public RouterBuilder bind(RouterBuilder router, boolean enabled) {
        return router.bind("logInForDemo", enabled, calls.ofAnyone(this::logIn));
    }

    private void logIn(ApiCall call) {
        UserId user = new UserId(call.body().text("name"));
        if (UserId.isReserved(user.value())) {
            call.refuse(EventName.HTTP_REFUSED, Denied.of(HttpRefusal.CONFLICT, "reserved"));
            return;
        }
        call.then(authenticator.logInForDemo(user), token -> {
            call.done(EventName.AUTH_LOGIN_SUCCESS, user);
            call.send(Map.of("token", token));
        });
    }
}
