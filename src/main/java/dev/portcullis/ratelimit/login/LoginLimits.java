package dev.portcullis.ratelimit.login;

import dev.portcullis.bus.Bus;
import dev.portcullis.ratelimit.login.LoginVerdict.Limit;
import dev.portcullis.ratelimit.login.LoginVerdict.Refused;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Answers the questions of {@link LoginLimiter}. */
public final class LoginLimits {
    private final LoginCounterStore store;
    private final Supplier<LoginConfig> config;

    public LoginLimits(LoginCounterStore store, Supplier<LoginConfig> config) {
        this.store = store;
        this.config = config;
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
                .compose(wait ->
                        wait > 0 ? Future.succeededFuture(new Refused(Limit.ACCOUNT, wait)) : countAddress(attempt));
    }

    private Future<LoginVerdict> countAddress(LoginAttempt attempt) {
        return attempt.address().isEmpty()
                ? Future.succeededFuture(LoginVerdict.ADMITTED)
                : store.count(ofAddress(attempt.address())).map(verdict(Limit.ADDRESS));
    }

    Future<LoginVerdict> settle(PasswordCheck check) {
        LoginWindow window = ofAccount(check.account());
        Future<Long> wait = check.failed() ? store.count(List.of(window)) : store.look(window);
        return wait.map(verdict(Limit.ACCOUNT));
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

    private static Function<Long, LoginVerdict> verdict(Limit limit) {
        return wait -> wait > 0 ? new Refused(limit, wait) : LoginVerdict.ADMITTED;
    }
}
