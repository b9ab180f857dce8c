package dev.portcullis.ratelimit.login;

import dev.portcullis.bus.Bus;
import dev.portcullis.ratelimit.login.LoginVerdict.Limit;
import dev.portcullis.ratelimit.login.LoginVerdict.Refused;
import dev.portcullis.ratelimit.observe.ObservedLimits;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Answers the questions of {@link LoginLimiter}. */
public final class LoginLimits {
    private final LoginCounterStore store;
    private final Supplier<LoginConfig> config;
    private final ObservedLimits observed;

    public LoginLimits(LoginCounterStore store, Supplier<LoginConfig> config, ObservedLimits observed) {
        this.store = store;
        this.config = config;
        this.observed = observed;
    }

    /** @param instance of the stage */
    public Future<?> answer(Bus bus, int instance) {
        return Future.all(
                bus.answer(LoginLimiter.ADMIT, instance, this::admit),
                bus.answer(LoginLimiter.SETTLE, instance, this::settle));
    }

    public void sweep() {
        store.sweep();
    }

    /** An attempt that the account's limit refuses does not count for the address. */
    Future<LoginVerdict> admit(LoginAttempt attempt) {
        return attempt.account()
                .map(this::ofAccount)
                .map(store::look)
                .orElse(Future.succeededFuture(0L))
                .map(this::ofFailures)
                .compose(verdict ->
                        verdict.fold(() -> countAddress(attempt), (limit, wait) -> Future.succeededFuture(verdict)));
    }

    private Future<LoginVerdict> countAddress(LoginAttempt attempt) {
        return attempt.address().isEmpty()
                ? Future.succeededFuture(LoginVerdict.ADMITTED)
                : store.count(ofAddress(attempt.address())).map(wait -> ofAttempts(attempt.subject(), wait));
    }

    Future<LoginVerdict> settle(PasswordCheck check) {
        LoginWindow window = ofAccount(check.account());
        Future<Long> wait = check.failed() ? store.count(List.of(window)) : store.look(window);
        return wait.map(this::ofFailures);
    }

    private LoginWindow ofAccount(String account) {
        return LoginWindow.account(account, config.get().failures());
    }

    private List<LoginWindow> ofAddress(List<String> keys) {
        LoginConfig current = config.get();
        List<LoginWindow> windows = new ArrayList<>();
        windows.add(LoginWindow.address(keys.get(0), current.attempts()));
        keys.stream().skip(1).forEach(wide -> windows.add(LoginWindow.address(wide, current.attemptsOfNetwork())));
        return windows;
    }

    private LoginVerdict ofAttempts(String address, long wait) {
        if (wait > 0 && config.get().observed().attempts()) {
            observed.exceeded("login", address);
            return LoginVerdict.ADMITTED;
        }
        return verdict(Limit.ADDRESS, wait);
    }

    private LoginVerdict ofFailures(long wait) {
        if (wait > 0 && config.get().observed().failures()) {
            observed.exceeded("loginFailures");
            return LoginVerdict.ADMITTED;
        }
        return verdict(Limit.ACCOUNT, wait);
    }

    private static LoginVerdict verdict(Limit limit, long wait) {
        return wait > 0 ? new Refused(limit, wait) : LoginVerdict.ADMITTED;
    }
}
