package dev.portcullis.edge.api;

import dev.portcullis.audit.EventName;
import dev.portcullis.auth.account.Accounts;
import dev.portcullis.auth.account.Accounts.BeginFactor;
import dev.portcullis.auth.account.Accounts.ConfirmFactor;
import dev.portcullis.auth.account.Accounts.FactorBegun;
import dev.portcullis.auth.account.Accounts.FactorConfirmed;
import dev.portcullis.auth.account.Accounts.RemoveFactor;
import dev.portcullis.auth.token.TokenClaims;
import dev.portcullis.edge.api.GrantOutcome.Denied;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.contract.InputSchema.Fields;
import dev.portcullis.http.routing.ApiRequest;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.protocol.CallAction;
import dev.portcullis.protocol.Result;
import dev.portcullis.protocol.Sender;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/** The calls about the second factor of the own account. */
final class FactorApi {
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;

    private final Accounts accounts;
    private final PasswordCalls passwords;
    private final LimitedCalls calls;
    private final ApiAudit audit;
    private final OwnAccountAnswers answers;

    FactorApi(
            Accounts accounts, PasswordCalls passwords, LimitedCalls calls, ApiAudit audit, OwnAccountAnswers answers) {
        this.accounts = accounts;
        this.passwords = passwords;
        this.calls = calls;
        this.audit = audit;
        this.answers = answers;
    }

    RouterBuilder bind(RouterBuilder router, boolean enabled) {
        return router.bind("getFactor", enabled, calls.as(CallAction.OWN_ACCOUNT, this::show))
                .bind("beginFactor", enabled, this::begin)
                .bind("confirmFactor", enabled, this::confirm)
                .bind("removeFactor", enabled, this::remove);
    }

    private void show(ApiRequest request, Sender by) {
        accounts.factor(by.userId())
                .onSuccess(found -> found.ifPresentOrElse(
                        status -> {
                            Map<String, Object> body = new LinkedHashMap<>();
                            body.put("enabled", status.enabled());
                            body.put("recoveryCodes", status.recoveryCodes());
                            answers.send(request, OK, body);
                        },
                        () -> request.refuse(HttpRefusal.NOT_FOUND)))
                .onFailure(failure -> LimitedCalls.unavailable(request, failure));
    }

    private void begin(ApiRequest request) {
        BeginFactor asked = new BeginFactor(user(request), request.body().text("password"));
        answer(
                request,
                passwords.counted(caller(request), () -> accounts.beginFactor(asked), FactorBegun::refusal),
                begun -> {
                    Map<String, Object> body = new LinkedHashMap<>();
                    body.put("secret", begun.factor().orElseThrow().secret());
                    body.put("uri", begun.factor().orElseThrow().uri());
                    answers.send(request, OK, body);
                });
    }

    /** A code is tried as a password is: a stolen token must not guess the one that the user is about to enter. */
    private void confirm(ApiRequest request) {
        ConfirmFactor asked = new ConfirmFactor(user(request), request.body().text("code"));
        answer(
                request,
                passwords.counted(caller(request), () -> accounts.confirmFactor(asked), FactorConfirmed::refusal),
                confirmed -> {
                    audit.done(EventName.AUTH_FACTOR_ADDED, request.http(), asked.user());
                    answers.send(request, OK, Map.of("recoveryCodes", confirmed.recoveryCodes()));
                });
    }

    private void remove(ApiRequest request) {
        Fields body = request.body();
        RemoveFactor asked = new RemoveFactor(user(request), body.text("password"), body.text("code"));
        answer(
                request,
                passwords.counted(caller(request), () -> accounts.removeFactor(asked), refusal -> refusal),
                any -> {
                    audit.done(EventName.AUTH_FACTOR_REMOVED, request.http(), asked.user());
                    request.send(NO_CONTENT);
                });
    }

    private <T> void answer(ApiRequest request, Future<Result<T, Denied>> asked, Consumer<T> done) {
        asked.onSuccess(result -> result.fold(
                                answer -> (Runnable) () -> done.accept(answer),
                                why -> () -> answers.refuse(request, user(request), why))
                        .run())
                .onFailure(failure -> LimitedCalls.unavailable(request, failure));
    }

    private static UserId user(ApiRequest request) {
        return caller(request).userId();
    }

    private static TokenClaims caller(ApiRequest request) {
        return request.caller(ApiUser.class).claims();
    }
}
