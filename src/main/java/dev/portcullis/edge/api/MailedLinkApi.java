package dev.portcullis.edge.api;

import dev.portcullis.audit.EventName;
import dev.portcullis.auth.account.GrantRefusal;
import dev.portcullis.auth.account.MailedLinks;
import dev.portcullis.auth.account.MailedLinks.LinkUsed;
import dev.portcullis.auth.account.MailedLinks.Resent;
import dev.portcullis.edge.listener.RequestBudget;
import dev.portcullis.http.HttpResponses;
import dev.portcullis.http.IpAddress;
import dev.portcullis.http.contract.InputSchema.Fields;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.protocol.CallAction;
import dev.portcullis.ratelimit.reputation.AddressGate;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** The calls by which users verify their e-mail address and replace a forgotten password. */
public final class MailedLinkApi {
    private static final int ACCEPTED = 202;

    private final MailedLinks links;
    private final PasswordCalls passwords;
    private final ApiCalls calls;
    private final AddressGate addresses;
    private final RequestBudget budget;
    private final AuthCookies cookies;

    public MailedLinkApi(
            MailedLinks links,
            PasswordCalls passwords,
            ApiCalls calls,
            AddressGate addresses,
            RequestBudget budget,
            AuthCookies cookies) {
        this.links = links;
        this.passwords = passwords;
        this.calls = calls;
        this.addresses = addresses;
        this.budget = budget;
        this.cookies = cookies;
    }

    public RouterBuilder bind(RouterBuilder router, boolean enabled) {
        return router.bind("verifyEmail", enabled, counted(this::verify, budget::attemptedLink))
                .bind("resendVerification", enabled, calls.as(CallAction.OWN_ACCOUNT, this::resend))
                .bind("askReset", enabled, counted(this::askReset, budget::attempted))
                .bind("confirmReset", enabled, counted(this::reset, budget::attemptedLink));
    }

    /** Without a token, such a request pays like an attempt to log in. */
    private Handler<ApiRequest> counted(Consumer<ApiCall> serve, ToLongFunction<HttpServerRequest> payment) {
        return calls.ofAnyone(call -> {
            long waitMs = payment.applyAsLong(call.http());
            if (waitMs > 0) {
                refuse(call, Denied.requests(waitMs));
            } else {
                serve.accept(call);
            }
        });
    }

    private void verify(ApiCall call) {
        call.then(
                links.verify(call.body().text("token")),
                used -> answer(call, used, EventName.AUTH_EMAIL_VERIFIED, () -> call.send()));
    }

    private void reset(ApiCall call) {
        Fields body = call.body();
        call.then(
                links.reset(body.text("token"), body.text("newPassword")),
                used -> call.then(
                        deviceOf(call, used),
                        device -> answer(
                                call,
                                used,
                                EventName.AUTH_PASSWORD_RESET,
                                () -> sendDevice(call, AccountBody.isFor(body), device))));
    }

    /** The token of the device that the account knows from now on; empty where the link was refused. */
    private Future<Optional<String>> deviceOf(ApiCall call, LinkUsed used) {
        return used.user()
                .filter(any -> used.refusal().isEmpty())
                .map(user -> passwords.knowOnly(call.addressKeys(), user))
                .orElseGet(() -> Future.succeededFuture(Optional.empty()));
    }

    private void sendDevice(ApiCall call, boolean inBody, Optional<String> device) {
        if (inBody) {
            call.send(AccountBody.ofDevice(device));
        } else {
            device.ifPresent(token -> cookies.setDevice(call.response(), token));
            call.send();
        }
    }

    private static void answer(ApiCall call, LinkUsed used, EventName event, Runnable done) {
        used.refusal().ifPresentOrElse(why -> refuse(call, Denied.of(why, PasswordCalls.NEW_PASSWORD)), () -> {
            call.done(event, used.user().orElseThrow());
            done.run();
        });
    }

    private void resend(ApiCall call) {
        String address = call.addressKeys().stream().findFirst().orElse("");
        call.then(
                links.resend(call.user(), address),
                resent ->
                        resent.refusal().ifPresentOrElse(why -> refuse(call, why, resent), () -> call.send(ACCEPTED)));
    }

    private static void refuse(ApiCall call, GrantRefusal why, Resent resent) {
        if (resent.waitMs() > 0) {
            HttpResponses.retryAfter(call.response(), resent.waitMs());
        }
        Denied denied = Denied.of(why, PasswordCalls.NEW_PASSWORD);
        call.refuse(denied.why(), denied.violations(), denied.detail());
    }

    private void askReset(ApiCall call) {
        String email = call.body().text("email");
        Optional<String> device = DeviceToken.of(call.body().textIn("deviceToken"), call.cookies());
        call.then(
                call.address()
                        .map(address -> askReset(address, email, device))
                        .orElseGet(() -> Future.succeededFuture(Optional.of(Denied.unavailable()))),
                denied -> denied.ifPresentOrElse(why -> refuse(call, why), () -> call.send(ACCEPTED)));
    }

    private Future<Optional<Denied>> askReset(IpAddress address, String email, Optional<String> device) {
        List<String> keys = address.keys().narrowestFirst();
        return addresses
                .refusalOfUnauthenticated(address)
                .compose(refusal -> passwords.askReset(
                        keys, email, device, refusal.map(Denied::of), () -> links.askReset(email, keys.get(0))));
    }

    private static void refuse(ApiCall call, Denied denied) {
        call.refuse(EventName.HTTP_REFUSED, denied);
    }
}
