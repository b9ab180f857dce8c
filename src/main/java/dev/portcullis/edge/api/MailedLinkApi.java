package dev.portcullis.edge.api;

import dev.portcullis.audit.EventName;
import dev.portcullis.auth.account.GrantRefusal;
import dev.portcullis.auth.account.MailedLinks;
import dev.portcullis.auth.account.MailedLinks.LinkUsed;
import dev.portcullis.auth.account.MailedLinks.Resent;
import dev.portcullis.config.Json;
import dev.portcullis.edge.api.GrantOutcome.Denied;
import dev.portcullis.edge.listener.RequestBudget;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.IpAddress;
import dev.portcullis.http.contract.InputSchema.Fields;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.protocol.CallAction;
import dev.portcullis.protocol.Sender;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** The calls by which users verify their e-mail address and replace a forgotten password. */
final class MailedLinkApi {
    private static final int OK = 200;
    private static final int ACCEPTED = 202;
    private static final int NO_CONTENT = 204;

    private final MailedLinks links;
    private final PasswordCalls passwords;
    private final LimitedCalls calls;
    private final ApiGates gates;
    private final RequestBudget budget;
    private final AuthCookies cookies;
    private final ApiAudit audit;

    MailedLinkApi(
            MailedLinks links,
            PasswordCalls passwords,
            LimitedCalls calls,
            ApiGates gates,
            RequestBudget budget,
            AuthCookies cookies,
            ApiAudit audit) {
        this.links = links;
        this.passwords = passwords;
        this.calls = calls;
        this.gates = gates;
        this.budget = budget;
        this.cookies = cookies;
        this.audit = audit;
    }

    RouterBuilder bind(RouterBuilder router, boolean enabled) {
        return router.bind("verifyEmail", enabled, counted(this::verify, budget::attemptedLink))
                .bind("resendVerification", enabled, calls.as(CallAction.OWN_ACCOUNT, this::resend))
                .bind("askReset", enabled, counted(this::askReset, budget::attempted))
                .bind("confirmReset", enabled, counted(this::reset, budget::attemptedLink));
    }

    /** Without a token, such a request pays like an attempt to log in. */
    private Handler<ApiRequest> counted(Handler<ApiRequest> call, ToLongFunction<HttpServerRequest> payment) {
        return request -> {
            long waitMs = payment.applyAsLong(request.http());
            if (waitMs > 0) {
                refuse(request, Denied.requests(waitMs));
            } else {
                call.handle(request);
            }
        };
    }

    private void verify(ApiRequest request) {
        links.verify(request.body().text("token"))
                .onSuccess(used -> answer(request, used, EventName.AUTH_EMAIL_VERIFIED, () -> request.send(NO_CONTENT)))
                .onFailure(failure -> LimitedCalls.unavailable(request, failure));
    }

    private void reset(ApiRequest request) {
        Fields body = request.body();
        links.reset(body.text("token"), body.text("newPassword"))
                .compose(used -> used.user()
                        .filter(any -> used.refusal().isEmpty())
                        .map(user -> passwords.knowOnly(audit.keys(request.http()), user))
                        .orElseGet(() -> Future.succeededFuture(Optional.empty()))
                        .onSuccess(device -> answer(
                                request,
                                used,
                                EventName.AUTH_PASSWORD_RESET,
                                () -> sendDevice(request, AccountBody.isFor(body), device))))
                .onFailure(failure -> LimitedCalls.unavailable(request, failure));
    }

    private void sendDevice(ApiRequest request, boolean inBody, Optional<String> device) {
        if (inBody) {
            var unused = request.send(OK, HttpResponses.JSON, Buffer.buffer(Json.write(AccountBody.ofDevice(device))));
        } else {
            device.ifPresent(token -> cookies.setDevice(request.http().response(), token));
            request.send(NO_CONTENT);
        }
    }

    private void answer(ApiRequest request, LinkUsed used, EventName event, Runnable done) {
        used.refusal().ifPresentOrElse(why -> refuse(request, Denied.of(why, PasswordCalls.NEW_PASSWORD)), () -> {
            audit.done(event, request.http(), used.user().orElseThrow());
            done.run();
        });
    }

    private void resend(ApiRequest request, Sender by) {
        links.resend(
                        by.userId(),
                        audit.keys(request.http()).stream().findFirst().orElse(""))
                .onSuccess(resent -> resent.refusal()
                        .ifPresentOrElse(why -> refuse(request, by, why, resent), () -> request.send(ACCEPTED)))
                .onFailure(failure -> LimitedCalls.unavailable(request, failure));
    }

    private void refuse(ApiRequest request, Sender by, GrantRefusal why, Resent resent) {
        if (resent.waitMs() > 0) {
            HttpResponses.retryAfter(request.http().response(), resent.waitMs());
        }
        Denied denied = Denied.of(why, PasswordCalls.NEW_PASSWORD);
        calls.refuse(request, by, denied.why(), denied.violations(), denied.detail());
    }

    private void askReset(ApiRequest request) {
        String email = request.body().text("email");
        Optional<String> device = DeviceToken.of(
                request.body().textIn("deviceToken"), request.http().headers().getAll(HttpHeaders.COOKIE));
        audit.address(request.http())
                .map(address -> askReset(address, email, device))
                .orElseGet(() -> Future.succeededFuture(Optional.of(Denied.unavailable())))
                .onSuccess(denied -> denied.ifPresentOrElse(why -> refuse(request, why), () -> request.send(ACCEPTED)))
                .onFailure(failure -> LimitedCalls.unavailable(request, failure));
    }

    private Future<Optional<Denied>> askReset(IpAddress address, String email, Optional<String> device) {
        List<String> keys = address.keys().narrowestFirst();
        return gates.addresses()
                .refusalOfUnauthenticated(address)
                .compose(refusal -> passwords.askReset(
                        keys, email, device, refusal.map(Denied::of), () -> links.askReset(email, keys.get(0))));
    }

    private void refuse(ApiRequest request, Denied denied) {
        if (denied.retryAfterMs() > 0) {
            HttpResponses.retryAfter(request.http().response(), denied.retryAfterMs());
        }
        request.refuse(
                denied.why(),
                denied.violations(),
                audit.refused(EventName.HTTP_REFUSED, request.http(), denied.why(), Optional.empty(), denied.detail()));
    }
}
