package dev.portcullis.edge.api;

import dev.portcullis.audit.EventName;
import dev.portcullis.auth.account.Accounts;
import dev.portcullis.auth.account.Accounts.BeginFactor;
import dev.portcullis.auth.account.Accounts.ConfirmFactor;
import dev.portcullis.auth.account.Accounts.FactorBegun;
import dev.portcullis.auth.account.Accounts.FactorConfirmed;
import dev.portcullis.auth.account.Accounts.RemoveFactor;
import dev.portcullis.http.contract.InputSchema.Fields;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.protocol.CallAction;
import java.util.LinkedHashMap;
import java.util.Map;

/** The calls about the second factor of the own account. */
public final class FactorApi {

    private final Accounts accounts;
    private final PasswordCalls passwords;
    private final ApiCalls calls;

    public FactorApi(Accounts accounts, PasswordCalls passwords, ApiCalls calls) {
        this.accounts = accounts;
        this.passwords = passwords;
        this.calls = calls;
    }

    public RouterBuilder bind(RouterBuilder router, boolean enabled) {
        return router.bind("getFactor", enabled, calls.as(CallAction.OWN_ACCOUNT, this::show))
                .bind("beginFactor", enabled, calls.ofUser(this::begin))
                .bind("confirmFactor", enabled, calls.ofUser(this::confirm))
                .bind("removeFactor", enabled, calls.ofUser(this::remove));
    }

    private void show(ApiCall call) {
        call.ifFound(accounts.factor(call.user()), status -> {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("enabled", status.enabled());
            body.put("recoveryCodes", status.recoveryCodes());
            call.send(body);
        });
    }

    private void begin(ApiCall call) {
        BeginFactor asked = new BeginFactor(call.user(), call.body().text("password"));
        call.confirmed(
                passwords.counted(call.claims(), () -> accounts.beginFactor(asked), FactorBegun::refusal), begun -> {
                    Map<String, Object> body = new LinkedHashMap<>();
                    body.put("secret", begun.factor().orElseThrow().secret());
                    body.put("uri", begun.factor().orElseThrow().uri());
                    call.send(body);
                });
    }

    /** A code is tried as a password is: a stolen token must not guess the one that the user is about to enter. */
    private void confirm(ApiCall call) {
        ConfirmFactor asked = new ConfirmFactor(call.user(), call.body().text("code"));
        call.confirmed(
                passwords.counted(call.claims(), () -> accounts.confirmFactor(asked), FactorConfirmed::refusal),
                confirmed -> {
                    call.done(EventName.AUTH_FACTOR_ADDED);
                    call.send(Map.of("recoveryCodes", confirmed.recoveryCodes()));
                });
    }

    private void remove(ApiCall call) {
        Fields body = call.body();
        RemoveFactor asked = new RemoveFactor(call.user(), body.text("password"), body.text("code"));
        call.confirmed(
                passwords.counted(call.claims(), () -> accounts.removeFactor(asked), refusal -> refusal), any -> {
                    call.done(EventName.AUTH_FACTOR_REMOVED);
                    call.send();
                });
    }
}
