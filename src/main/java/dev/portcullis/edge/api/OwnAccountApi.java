package dev.portcullis.edge.api;

import dev.portcullis.audit.EventName;
import dev.portcullis.auth.account.Accounts;
import dev.portcullis.auth.account.LoginEntry;
import dev.portcullis.http.HttpRefusal;
import dev.portcullis.http.routing.RouterBuilder;
import dev.portcullis.protocol.CallAction;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Shows users their own logins, and ends the logins or the account for them. */
public final class OwnAccountApi {

    private final Accounts accounts;
    private final PasswordCalls passwords;
    private final ApiCalls calls;
    private final AccountDeletion deletion;
    private final AuthCookies cookies;
    private final LongSupplier clock;

    /** Deletes all that is kept of a user, in all stages. */
    public interface AccountDeletion {
        /** Whether {@link #begin} would begin now. Asked before the password is checked, which costs more. */
        boolean hasPlaceFor(UserId user);

        /** Whether a hold keeps something of the user, who can't be deleted then. */
        Future<Boolean> isHeld(UserId user);

        /**
         * Completes when nothing is left, and fails where a part may be left. Empty if too many others are being deleted: then
         * nothing was done.
         */
        Optional<Future<Void>> begin(UserId user);
    }

    /** @param erased empty where nothing is done, since a hold keeps something of the user */
    private record Begun(Optional<Future<Void>> erased) {}

    /** @param clock the one that all nodes share */
    public OwnAccountApi(
            Accounts accounts,
            PasswordCalls passwords,
            ApiCalls calls,
            AccountDeletion deletion,
            AuthCookies cookies,
            LongSupplier clock) {
        this.accounts = accounts;
        this.passwords = passwords;
        this.calls = calls;
        this.deletion = deletion;
        this.cookies = cookies;
        this.clock = clock;
    }

    public RouterBuilder bind(RouterBuilder router, boolean enabled) {
        return router.bind("listLogins", enabled, calls.as(CallAction.OWN_ACCOUNT, this::logins))
                .bind("endLogin", enabled, calls.as(CallAction.OWN_ACCOUNT, this::endLogin))
                .bind("deleteMe", enabled, calls.ofUser(this::delete));
    }

    private void logins(ApiCall call) {
        Optional<String> current = call.claims().family();
        call.ifFound(
                accounts.logins(call.user()),
                logins -> call.send(Map.of(
                        "logins",
                        logins.stream().map(each -> fields(each, current)).toList())));
    }

    private static Map<String, Object> fields(LoginEntry login, Optional<String> current) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", login.sid());
        fields.put("createdAt", login.createdAt());
        fields.put("renewedAt", login.renewedAt());
        fields.put("address", login.device().address());
        fields.put("userAgent", login.device().agent());
        fields.put("current", current.filter(login.sid()::equals).isPresent());
        return fields;
    }

    private void endLogin(ApiCall call) {
        String sid = call.request().text("loginId");
        call.then(accounts.logins(call.user()), found -> {
            if (mayEnd(found.orElse(List.of()), call.claims().family(), sid)) {
                endLogin(call, sid);
            } else {
                call.request().refuse(HttpRefusal.FORBIDDEN, List.of(new Violation("/loginId", "newer")));
            }
        });
    }

    /** A login that is not found passes here: the attempt to end it answers that. */
    private boolean mayEnd(List<LoginEntry> logins, Optional<String> own, String sid) {
        Optional<LoginEntry> ending =
                logins.stream().filter(login -> login.sid().equals(sid)).findFirst();
        return ending.isEmpty()
                || logins.stream()
                        .filter(login -> own.filter(login.sid()::equals).isPresent())
                        .anyMatch(login -> login.mayEnd(ending.get(), clock.getAsLong()));
    }

    private void endLogin(ApiCall call, String sid) {
        call.then(accounts.endLogin(call.user(), sid), found -> {
            if (!found) {
                call.notFound();
                return;
            }
            call.done(EventName.AUTH_LOGOUT, "own", sid);
            if (call.claims().family().filter(sid::equals).isPresent()
                    && !AuthCookies.areOfAnother(call.cookies(), sid)) {
                cookies.clear(call.response());
            }
            call.send();
        });
    }

    /** A stolen access token alone must not delete an account, so the password is asked for (CWE-306). */
    private void delete(ApiCall call) {
        UserId user = call.user();
        if (!deletion.hasPlaceFor(user)) {
            call.refuse(EventName.HTTP_REFUSED, Denied.deletions());
            return;
        }
        call.then(deletion.isHeld(user), held -> delete(call, held));
    }

    /** Who does not know the password does not learn of a hold either. */
    private void delete(ApiCall call, boolean held) {
        Supplier<Optional<Begun>> begin = () -> held
                ? Optional.of(new Begun(Optional.empty()))
                : deletion.begin(call.user()).map(erased -> new Begun(Optional.of(erased)));
        call.confirmed(
                passwords.confirmed(call.claims(), call.body().text("password"), begin, Denied.deletions()),
                begun -> begun.erased()
                        .ifPresentOrElse(
                                erased -> erase(call, erased),
                                () -> call.refuse(EventName.HTTP_REFUSED, Denied.of(HttpRefusal.CONFLICT, "held"))));
    }

    /** Logs these events so that an operator finds a deletion that broke off: its user can't log in to repeat it. */
    private void erase(ApiCall call, Future<Void> erased) {
        call.done(EventName.AUTH_DELETION_BEGUN);
        erased.onSuccess(any -> {
                    call.done(EventName.AUTH_DELETION_DONE);
                    if (!AuthCookies.areOfAnother(call.cookies(), call.user())) {
                        cookies.clear(call.response());
                    }
                    call.send();
                })
                .onFailure(failure -> {
                    call.done(EventName.AUTH_DELETION_FAILED);
                    call.unavailable(failure);
                });
    }
}
