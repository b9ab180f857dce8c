package dev.portcullis.ratelimit.login;

import dev.portcullis.bus.Bus;
import dev.portcullis.http.AddressRange;
import dev.portcullis.ratelimit.login.LoginLimiter.ClientKnown;
import dev.portcullis.ratelimit.login.LoginVerdict.Admitted;
import dev.portcullis.ratelimit.login.LoginVerdict.Limit;
import dev.portcullis.ratelimit.login.LoginVerdict.Refused;
import dev.portcullis.ratelimit.login.LoginVerdict.Times;
import dev.portcullis.ratelimit.observe.ObservedLimits;
import dev.portcullis.ratelimit.stuffing.ClientNetworks;
import dev.portcullis.ratelimit.stuffing.KnownClients;
import dev.portcullis.ratelimit.stuffing.StuffingLimits;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Answers the questions of {@link LoginLimiter}. The failures of an account count apart for strangers, for each device that it
 * has logged in with and each address that it has logged in from, and for its user who is logged in: so strangers can't keep the
 * user out (CWE-645), nor can those behind the same address.
 */
public final class LoginLimits {
    private final LoginCounterStore store;
    private final KnownClients known;
    private final StuffingLimits stuffing;
    private final Predicate<AddressRange> shared;
    private final Supplier<LoginConfig> config;
    private final ObservedLimits observed;

    public LoginLimits(
            LoginCounterStore store, LoginDefences defences, Supplier<LoginConfig> config, ObservedLimits observed) {
        this.store = store;
        this.known = defences.known();
        this.stuffing = defences.stuffing();
        this.shared = defences.shared();
        this.config = config;
        this.observed = observed;
    }

    /** @param instance of the stage */
    public Future<?> answer(Bus bus, int instance) {
        return Future.all(
                stuffing.answer(bus, instance),
                bus.answer(LoginLimiter.ADMIT, instance, this::admit),
                bus.answer(LoginLimiter.SETTLE, instance, this::settle),
                bus.answer(LoginLimiter.GIVE_BACK, instance, this::giveBack),
                bus.answer(LoginLimiter.KNOW_ONLY, instance, this::knowOnly));
    }

    public void sweep() {
        store.sweep();
        stuffing.sweep();
    }

    private Future<ClientKnown> knowOnly(KnownClient client) {
        return known.rememberOnly(client.account(), client.address(), client.device())
                .map(any -> new ClientKnown());
    }

    /**
     * An attempt that the account's limit refuses does not count for the address.
     *
     * @param attempt of a client that is not logged in
     */
    Future<LoginVerdict> admit(LoginAttempt attempt) {
        return attempt.account()
                .map(account ->
                        ofAccount(account, attempt.address(), tokenOf(attempt)).compose(this::look))
                .orElseGet(() -> withoutPassword(attempt))
                .compose(verdict -> verdict.fold(
                        admitted -> count(attempt, admitted.history()),
                        (limit, wait) -> Future.succeededFuture(verdict)));
    }

    private static Optional<String> tokenOf(LoginAttempt attempt) {
        return attempt.device().map(ClaimedDevice::token);
    }

    /** No password is guessed, so failures of the account refuse none. */
    private Future<LoginVerdict> withoutPassword(LoginAttempt attempt) {
        return attempt.device()
                .map(device -> known.knowsDevice(device.account(), Optional.of(device.token())))
                .orElseGet(() -> Future.succeededFuture(false))
                .map(isKnown -> isKnown ? new Admitted(LoginHistory.KNOWN_DEVICE) : LoginVerdict.ADMITTED);
    }

    private Future<LoginVerdict> look(LoginWindow window) {
        return switch (window.kind()) {
            case DEVICE -> store.look(window).map(wait -> ofFailures(wait, LoginHistory.KNOWN_DEVICE));
            case KNOWN -> store.look(window).map(wait -> ofFailures(wait, LoginHistory.KNOWN_ADDRESS));
            default ->
                store.look(window.withMax(1))
                        .compose(failed -> failed == 0
                                ? Future.succeededFuture(LoginVerdict.ADMITTED)
                                : store.look(window).map(wait -> ofFailures(wait, LoginHistory.FAILURES)));
        };
    }

    /**
     * An address that many share is only observed: otherwise five logins of one user keep all others out (CWE-645). It does not
     * count for its wider networks, whose other addresses may not be shared.
     */
    private Future<LoginVerdict> count(LoginAttempt attempt, LoginHistory history) {
        List<String> keys = attempt.address();
        String own = keys.get(0);
        return switch (history) {
            case KNOWN_DEVICE -> countOfDevice(attempt, own);
            case KNOWN_ADDRESS -> countAtKnownAddress(attempt, own);
            case NO_FAILURES, FAILURES ->
                isShared(own)
                        ? store.count(ofAddress(keys.subList(0, 1)))
                                .map(wait -> observed(own, wait, new Admitted(history)))
                        : countOrSecondStep(attempt, history, ofAddress(keys), LoginLimits::withOneMore)
                                .map(wait -> ofAttempts(attempt.subject(), wait, new Admitted(history)));
        };
    }

    /**
     * Counts for a device alone: the address and others who log in there have no part in it. A mail takes no login of the
     * device.
     */
    private Future<LoginVerdict> countOfDevice(LoginAttempt attempt, String address) {
        ClaimedDevice device = attempt.device().orElseThrow();
        if (attempt.account().isEmpty()) {
            return store.count(ofReset(device))
                    .map(wait -> ofAttempts(address, wait, new Admitted(LoginHistory.KNOWN_DEVICE)));
        }
        List<LoginWindow> windows = ofDevice(device);
        LoginWindow all = windows.get(1);
        return store.count(List.of(unlimited(windows.get(0)), all.withMax(1)))
                .compose(hadOne -> hadOne == 0
                        ? Future.succeededFuture(new Admitted(LoginHistory.KNOWN_DEVICE, Optional.of(Times.FIRST)))
                        : countKnown(
                                attempt, new Admitted(LoginHistory.KNOWN_DEVICE, Optional.of(Times.FURTHER)), windows));
    }

    /**
     * The first login of an account at a known address does not count for others there: otherwise a client with some accounts
     * of its own could use it up.
     */
    private Future<LoginVerdict> countAtKnownAddress(LoginAttempt attempt, String address) {
        List<LoginWindow> windows = ofKnown(attempt.account().orElseThrow(), address);
        return countKnown(attempt, new Admitted(LoginHistory.KNOWN_ADDRESS, Optional.of(Times.FIRST)), windows);
    }

    /**
     * Counts a client that its account knows apart: it takes nothing from strangers, nor they from it. The first login with a
     * device, or at an address, is admitted whatever other clients of the account, or at the address, have used up.
     *
     * @param asFirst how the first is admitted
     */
    private Future<LoginVerdict> countKnown(LoginAttempt attempt, Admitted asFirst, List<LoginWindow> windows) {
        String address = attempt.address().get(0);
        LoginHistory history = asFirst.history();
        return store.count(onlyFirst(windows))
                .compose(hadOne -> hadOne == 0
                        ? Future.succeededFuture(asFirst)
                        : countFurther(attempt, history, windows, isShared(address))
                                .map(wait ->
                                        ofAttempts(address, wait, new Admitted(history, Optional.of(Times.FURTHER)))));
    }

    /** Windows of one client and of all like it, in which only the first of the client fits. */
    private static List<LoginWindow> onlyFirst(List<LoginWindow> windows) {
        return List.of(windows.get(0).withMax(1), unlimited(windows.get(1)));
    }

    private Future<Long> countFurther(
            LoginAttempt attempt, LoginHistory history, List<LoginWindow> windows, boolean shared) {
        return shared
                ? store.count(windows.stream().map(LoginLimits::unlimited).toList())
                : countOrSecondStep(
                        attempt,
                        history,
                        windows,
                        all -> List.of(withOneMore(all).get(0), unlimited(all.get(1))));
    }

    /**
     * Where a right password of the account came from this client without its code, one more fits: the login is one, and would
     * not be possible at an address with one attempt left.
     */
    private Future<Long> countOrSecondStep(
            LoginAttempt attempt,
            LoginHistory history,
            List<LoginWindow> windows,
            UnaryOperator<List<LoginWindow>> ofSecondStep) {
        return store.count(windows)
                .compose(wait -> wait == 0 || attempt.account().isEmpty()
                        ? Future.succeededFuture(wait)
                        : store.look(codeMissing(attempt, history).withMax(1))
                                .compose(firstStep -> firstStep == 0
                                        ? Future.succeededFuture(wait)
                                        : store.count(ofSecondStep.apply(windows))));
    }

    private static List<LoginWindow> withOneMore(List<LoginWindow> windows) {
        return windows.stream().map(each -> each.withMax(each.max() + 1)).toList();
    }

    private static LoginWindow codeMissing(LoginAttempt attempt, LoginHistory history) {
        return history == LoginHistory.KNOWN_DEVICE
                ? codeMissing(attempt.device().orElseThrow())
                : LoginWindow.codeMissing(
                        attempt.account().orElseThrow(), attempt.address().get(0));
    }

    private static LoginWindow codeMissing(ClaimedDevice device) {
        return LoginWindow.codeMissingOfDevice(device.account(), device.token());
    }

    private static LoginWindow unlimited(LoginWindow window) {
        return window.withMax(Integer.MAX_VALUE);
    }

    /** The window of the address is the last: all of one address are in one lane then. */
    private List<LoginWindow> ofKnown(String account, String address) {
        LoginConfig current = config.get();
        return List.of(
                LoginWindow.knownLogin(account, address, current.attempts()),
                LoginWindow.knownLogins(address, current.attemptsOfNetwork()));
    }

    private List<LoginWindow> ofReset(ClaimedDevice device) {
        return List.of(LoginWindow.deviceReset(
                device.account(), device.token(), config.get().attempts()));
    }

    private List<LoginWindow> ofDevice(ClaimedDevice device) {
        LoginConfig current = config.get();
        return List.of(
                LoginWindow.deviceLogin(device.account(), device.token(), current.attempts()),
                LoginWindow.deviceLogins(device.account(), current.attemptsOfNetwork()));
    }

    private boolean isShared(String address) {
        return AddressRange.parse(address).filter(shared).isPresent();
    }

    /** Where a limit is only observed, an admitted attempt may not have counted, so there is nothing to give back. */
    Future<RefundedAttempt> giveBack(LoginAttempt attempt) {
        LoginConfig current = config.get();
        List<String> keys = attempt.address();
        if (keys.isEmpty()) {
            return current.observed().failures()
                    ? Future.succeededFuture(new RefundedAttempt())
                    : store.giveBack(ofOwner(attempt.account().orElseThrow(), attempt.login()))
                            .map(new RefundedAttempt());
        }
        boolean isKnown = attempt.known() || attempt.device().isPresent();
        return current.observed().attempts() || (!isKnown && isShared(keys.get(0)))
                ? Future.succeededFuture(new RefundedAttempt())
                : store.giveBack(countedIn(attempt)).map(new RefundedAttempt());
    }

    private List<LoginWindow> countedIn(LoginAttempt admitted) {
        List<String> keys = admitted.address();
        return admitted.device()
                .map(device -> admitted.account().isEmpty() ? ofReset(device) : ofDevice(device))
                .orElseGet(() ->
                        admitted.known() ? ofKnown(admitted.account().orElseThrow(), keys.get(0)) : ofAddress(keys));
    }

    Future<LoginVerdict> settle(PasswordCheck check) {
        return check.address().isEmpty() ? countOfOwner(check) : settleLogin(check);
    }

    /**
     * Each login of an account counts apart: otherwise a thief of one keeps the user from changing the password in another, also
     * once a new password has ended all that the thief had. All together are bounded too, since each try takes a turn of the
     * passwords.
     */
    private Future<LoginVerdict> countOfOwner(PasswordCheck check) {
        List<LoginWindow> windows = ofOwner(check.account(), check.login());
        return store.count(onlyFirst(windows))
                .compose(hadOne -> hadOne == 0 ? Future.succeededFuture(0L) : store.count(windows))
                .map(wait -> ofFailures(wait, LoginHistory.FAILURES));
    }

    private List<LoginWindow> ofOwner(String account, Optional<String> login) {
        LoginConfig current = config.get();
        return List.of(
                LoginWindow.owner(account, login, current.failures()),
                LoginWindow.owners(account, current.failuresOfUser()));
    }

    private Future<LoginVerdict> settleLogin(PasswordCheck check) {
        return ofAccount(check.account(), check.address(), check.device()).compose(window -> {
            Future<Long> wait = check.failed() ? store.count(List.of(window)) : store.look(window);
            return wait.map(each -> ofFailures(each, LoginHistory.FAILURES))
                    .compose(verdict -> verdict.fold(
                            any -> check.failed() ? failed(check, window) : succeeded(check, window),
                            (limit, waitMs) -> Future.succeededFuture(verdict)));
        });
    }

    /** A user who mistypes where the right password came from before tries no stolen one. */
    private Future<LoginVerdict> failed(PasswordCheck check, LoginWindow window) {
        Future<?> noted =
                check.codeMissing() ? store.count(List.of(codeMissing(check, window))) : Future.succeededFuture();
        return window.kind() == LoginWindow.Kind.ACCOUNT
                ? noted.compose(any -> stuffing.loginFailed(check.address(), check.account()))
                        .map(verdict -> verdict.fold(
                                () -> LoginVerdict.ADMITTED, waitMs -> new Refused(Limit.STUFFING, waitMs)))
                : noted.map(LoginVerdict.ADMITTED);
    }

    private Future<LoginVerdict> succeeded(PasswordCheck check, LoginWindow window) {
        return Future.join(
                        giveBackFirstStep(check, window),
                        known.remember(check.account(), check.address(), check.device()),
                        stuffing.loginSucceeded(check.address(), check.account()))
                .transform(any -> Future.succeededFuture(LoginVerdict.ADMITTED));
    }

    /**
     * Counts a login in two steps once: the first step, whose password was right, is given back. This waits for the second
     * step: otherwise guesses beyond the limit would tell which password is right (CWE-307).
     *
     * @param failures of the account, as the client was known before this login
     */
    private Future<?> giveBackFirstStep(PasswordCheck check, LoginWindow failures) {
        LoginAttempt attempt = LoginAttempt.toLogIn(check.account(), check.address(), check.device())
                .admitted(new Admitted(historyOf(failures)));
        return store.giveBack(List.of(codeMissing(check, failures)))
                .compose(counted -> counted
                        ? Future.join(
                                giveBack(attempt),
                                config.get().observed().failures()
                                        ? Future.succeededFuture()
                                        : store.giveBack(List.of(failures)))
                        : Future.succeededFuture());
    }

    private static LoginWindow codeMissing(PasswordCheck check, LoginWindow failures) {
        return failures.kind() == LoginWindow.Kind.DEVICE
                ? LoginWindow.codeMissingOfDevice(
                        check.account(), check.device().orElseThrow())
                : LoginWindow.codeMissing(check.account(), check.address().get(0));
    }

    /** The history, exact enough to know what an attempt counted for. */
    private static LoginHistory historyOf(LoginWindow failures) {
        return switch (failures.kind()) {
            case DEVICE -> LoginHistory.KNOWN_DEVICE;
            case KNOWN -> LoginHistory.KNOWN_ADDRESS;
            default -> LoginHistory.NO_FAILURES;
        };
    }

    private Future<LoginWindow> ofAccount(String account, List<String> address, Optional<String> device) {
        int failures = config.get().failures();
        return known.knowsDevice(account, device)
                .compose(isKnown -> isKnown
                        ? Future.succeededFuture(LoginWindow.device(account, device.orElseThrow(), failures))
                        : known.knowsAddress(account, address)
                                .map(isUsed -> isUsed
                                        ? LoginWindow.known(account, address.get(0), failures)
                                        : LoginWindow.account(account, failures)));
    }

    private List<LoginWindow> ofAddress(List<String> keys) {
        LoginConfig current = config.get();
        List<Integer> bounds = List.of(current.attempts(), current.attemptsOfSite(), current.attemptsOfNetwork());
        List<String> networks = ClientNetworks.of(keys);
        return IntStream.range(0, networks.size())
                .mapToObj(i -> LoginWindow.address(networks.get(i), bounds.get(i)))
                .toList();
    }

    private LoginVerdict ofAttempts(String address, long wait, Admitted admitted) {
        return config.get().observed().attempts() || wait == 0
                ? observed(address, wait, admitted)
                : new Refused(Limit.ADDRESS, wait);
    }

    private LoginVerdict observed(String address, long wait, Admitted admitted) {
        if (wait > 0) {
            observed.exceeded("login", address);
        }
        return admitted;
    }

    private LoginVerdict ofFailures(long wait, LoginHistory history) {
        if (wait > 0 && !config.get().observed().failures()) {
            return new Refused(Limit.ACCOUNT, wait);
        }
        if (wait > 0) {
            observed.exceeded("loginFailures");
        }
        return new Admitted(history);
    }
}
