package dev.portcullis.ratelimit.login;

import dev.portcullis.bus.Bus;
import dev.portcullis.http.AddressRange;
import dev.portcullis.ratelimit.login.LoginAttempt.ClaimedDevice;
import dev.portcullis.ratelimit.login.LoginConfig.LoginLimit;
import dev.portcullis.ratelimit.login.LoginLimiter.ClientKnown;
import dev.portcullis.ratelimit.login.LoginLimiter.KnownClient;
import dev.portcullis.ratelimit.login.LoginLimiter.RefundedAttempt;
import dev.portcullis.ratelimit.login.LoginStep.Choice;
import dev.portcullis.ratelimit.login.LoginVerdict.Admitted;
import dev.portcullis.ratelimit.login.LoginVerdict.Limit;
import dev.portcullis.ratelimit.login.LoginVerdict.LoginHistory;
import dev.portcullis.ratelimit.login.LoginVerdict.Refused;
import dev.portcullis.ratelimit.login.LoginVerdict.Times;
import dev.portcullis.ratelimit.observe.ObservedLimits;
import dev.portcullis.ratelimit.stuffing.ClientNetworks;
import dev.portcullis.ratelimit.stuffing.KnownClients;
import dev.portcullis.ratelimit.stuffing.KnownClients.Familiarity;
import dev.portcullis.ratelimit.stuffing.StuffingLimits;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Answers the questions of {@link LoginLimiter}. The failures of an account count apart for strangers, for each device that it
 * has logged in with and each address that it has logged in from, and for its user who is logged in: so strangers can't keep the
 * user out (CWE-645), nor can those behind the same address.
 */
public final class LoginLimits {
    private final LoginCounters counters;
    private final KnownClients known;
    private final StuffingLimits stuffing;
    private final Predicate<AddressRange> shared;
    private final Supplier<LoginConfig> config;
    private final ObservedLimits observed;

    /**
     * The defences that the login limits ask besides their own counters.
     *
     * @param shared addresses that the operator says many users share
     */
    public record LoginDefences(KnownClients known, StuffingLimits stuffing, Predicate<AddressRange> shared) {}

    public LoginLimits(
            LoginCounters counters, LoginDefences defences, Supplier<LoginConfig> config, ObservedLimits observed) {
        this.counters = counters;
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
                        failuresOf(account, attempt.address(), tokenOf(attempt)).compose(this::checkFailures))
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
                .map(device -> known.find(device.account(), List.of(), Optional.of(device.token())))
                .orElseGet(() -> Future.succeededFuture(Familiarity.NONE))
                .map(found ->
                        found == Familiarity.DEVICE ? new Admitted(LoginHistory.KNOWN_DEVICE) : LoginVerdict.ADMITTED);
    }

    private Future<LoginVerdict> checkFailures(LoginWindow failures) {
        return counters.look(List.of(failures, failures.withMax(1)))
                .map(waits -> ofFailures(
                        waits.get(0),
                        historyOf(failures, waits.get(1) == 0 ? LoginHistory.NO_FAILURES : LoginHistory.FAILURES)));
    }

    private Future<LoginVerdict> count(LoginAttempt attempt, LoginHistory history) {
        List<Choice> choices = choicesOf(attempt, history);
        return counters.count(choices)
                .map(counted -> counted.fold(
                        Function.identity(),
                        wait -> ofAttempts(
                                attempt,
                                history,
                                wait,
                                choices.get(choices.size() - 1).admitted())));
    }

    /**
     * An address that many share is only observed: otherwise five logins of one user keep all others out (CWE-645). It does not
     * count for its wider networks, whose other addresses may not be shared.
     */
    private List<Choice> choicesOf(LoginAttempt attempt, LoginHistory history) {
        return switch (history) {
            case KNOWN_DEVICE -> choicesOfDevice(attempt, attempt.device().orElseThrow());
            case KNOWN_ADDRESS ->
                choicesOfKnown(
                        attempt,
                        new Admitted(history, Optional.of(Times.FIRST)),
                        ofKnown(attempt.account().orElseThrow(), attempt.address()));
            case NO_FAILURES, FAILURES -> {
                List<LoginWindow> windows = ofAddress(attempt.address());
                Admitted admitted = new Admitted(history);
                yield isShared(attempt)
                        ? List.of(new Choice(admitted, windows.subList(0, 1)))
                        : withSecondStep(
                                attempt,
                                new Choice(admitted, windows),
                                windows.stream().map(LoginLimits::withOneMore).toList());
            }
        };
    }

    /**
     * Counts for a device alone: the address and others who log in there have no part in it. A mail takes no login of the
     * device.
     */
    private List<Choice> choicesOfDevice(LoginAttempt attempt, ClaimedDevice device) {
        if (attempt.account().isEmpty()) {
            return List.of(new Choice(new Admitted(LoginHistory.KNOWN_DEVICE), ofReset(device)));
        }
        List<LoginWindow> windows = ofDevice(device);
        Choice firstOfAll = new Choice(
                new Admitted(LoginHistory.KNOWN_DEVICE, Optional.of(Times.FIRST)),
                List.of(windows.get(0).unlimited(), windows.get(1).withMax(1)));
        Admitted further = new Admitted(LoginHistory.KNOWN_DEVICE, Optional.of(Times.FURTHER));
        return Stream.concat(Stream.of(firstOfAll), choicesOfKnown(attempt, further, windows).stream())
                .toList();
    }

    /**
     * Counts a client that its account knows apart: it takes nothing from strangers, nor they from it. The first login with a
     * device, or at an address, is admitted whatever other clients of the account, or at the address, have used up: otherwise a
     * client with some accounts of its own could use it up.
     *
     * @param asFirst how the first is admitted
     * @param windows of the client, and of all like it
     */
    private List<Choice> choicesOfKnown(LoginAttempt attempt, Admitted asFirst, List<LoginWindow> windows) {
        Choice first = new Choice(asFirst, onlyFirst(windows));
        Admitted further = new Admitted(asFirst.history(), Optional.of(Times.FURTHER));
        List<Choice> others = isShared(attempt)
                ? List.of(new Choice(
                        further, windows.stream().map(LoginWindow::unlimited).toList()))
                : withSecondStep(
                        attempt,
                        new Choice(further, windows),
                        List.of(withOneMore(windows.get(0)), windows.get(1).unlimited()));
        return Stream.concat(Stream.of(first), others.stream()).toList();
    }

    /** Windows of one client and of all like it, in which only the first of the client fits. */
    private static List<LoginWindow> onlyFirst(List<LoginWindow> windows) {
        return List.of(windows.get(0).withMax(1), windows.get(1).unlimited());
    }

    /**
     * Where a right password of the account came from this client without its code, one more fits: the login is one, and would
     * not be possible at an address with one attempt left.
     */
    private static List<Choice> withSecondStep(LoginAttempt attempt, Choice choice, List<LoginWindow> ofSecondStep) {
        return attempt.account()
                .map(account -> List.of(
                        choice,
                        new Choice(
                                choice.admitted(),
                                ofSecondStep,
                                Optional.of(
                                        choice.admitted().history() == LoginHistory.KNOWN_DEVICE
                                                ? LoginWindow.codeMissing(
                                                        attempt.device().orElseThrow())
                                                : LoginWindow.codeMissing(account, attempt.address())))))
                .orElse(List.of(choice));
    }

    private static LoginWindow withOneMore(LoginWindow window) {
        return window.withMax(window.max() + 1);
    }

    private List<LoginWindow> ofKnown(String account, List<String> address) {
        LoginConfig current = config.get();
        return List.of(
                LoginWindow.knownLogin(account, address, current.attempts().max()),
                LoginWindow.knownLogins(address, current.attemptsOfNetwork()));
    }

    private List<LoginWindow> ofReset(ClaimedDevice device) {
        return List.of(LoginWindow.deviceReset(device, config.get().attempts().max()));
    }

    private List<LoginWindow> ofDevice(ClaimedDevice device) {
        LoginConfig current = config.get();
        return List.of(
                LoginWindow.deviceLogin(device, current.attempts().max()),
                LoginWindow.deviceLogins(device.account(), current.attemptsOfNetwork()));
    }

    private boolean isShared(LoginAttempt attempt) {
        return AddressRange.parse(attempt.address().get(0)).filter(shared).isPresent();
    }

    /** Where a limit is only observed, an admitted attempt may not have counted, so there is nothing to give back. */
    Future<RefundedAttempt> giveBack(LoginAttempt attempt) {
        LoginConfig current = config.get();
        if (attempt.address().isEmpty()) {
            return current.failures().observed()
                    ? Future.succeededFuture(new RefundedAttempt())
                    : counters.giveBack(ofOwner(attempt.account().orElseThrow(), attempt.login()))
                            .map(new RefundedAttempt());
        }
        boolean isKnown = attempt.known() || attempt.device().isPresent();
        return current.attempts().observed() || (!isKnown && isShared(attempt))
                ? Future.succeededFuture(new RefundedAttempt())
                : counters.giveBack(countedIn(attempt)).map(new RefundedAttempt());
    }

    private List<LoginWindow> countedIn(LoginAttempt admitted) {
        List<String> keys = admitted.address();
        return admitted.device()
                .map(device -> admitted.account().isEmpty() ? ofReset(device) : ofDevice(device))
                .orElseGet(() -> admitted.known() ? ofKnown(admitted.account().orElseThrow(), keys) : ofAddress(keys));
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
        return countFailure(List.of(onlyFirst(windows), windows));
    }

    private List<LoginWindow> ofOwner(String account, Optional<String> login) {
        LoginConfig current = config.get();
        return List.of(
                LoginWindow.owner(account, login, current.failures().max()),
                LoginWindow.owners(account, current.failuresOfUser()));
    }

    private Future<LoginVerdict> countFailure(List<List<LoginWindow>> choices) {
        Admitted admitted = new Admitted(LoginHistory.FAILURES);
        return counters.count(choices.stream()
                        .map(windows -> new Choice(admitted, windows))
                        .toList())
                .map(counted -> counted.fold(Function.identity(), wait -> ofFailures(wait, admitted.history())));
    }

    private Future<LoginVerdict> settleLogin(PasswordCheck check) {
        return failuresOf(check.account(), check.address(), check.device()).compose(failures -> {
            Future<LoginVerdict> verdict =
                    check.failed() ? countFailure(List.of(List.of(failures))) : checkFailures(failures);
            return verdict.compose(found -> found.fold(
                    any -> check.failed() ? failed(check, failures) : succeeded(check, failures),
                    (limit, waitMs) -> Future.succeededFuture(found)));
        });
    }

    /** A user who mistypes where the right password came from before tries no stolen one. */
    private Future<LoginVerdict> failed(PasswordCheck check, LoginWindow failures) {
        Future<?> noted = check.codeMissing()
                ? countFailure(List.of(List.of(codeMissing(check, failures))))
                : Future.succeededFuture();
        return failures.kind() == LoginWindow.Kind.ACCOUNT
                ? noted.compose(any -> stuffing.loginFailed(check.address(), check.account()))
                        .map(wait -> wait.<LoginVerdict>map(ms -> new Refused(Limit.STUFFING, ms))
                                .orElse(LoginVerdict.ADMITTED))
                : noted.map(LoginVerdict.ADMITTED);
    }

    private Future<LoginVerdict> succeeded(PasswordCheck check, LoginWindow failures) {
        return Future.join(
                        giveBackFirstStep(check, failures),
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
                .admitted(new Admitted(historyOf(failures, LoginHistory.NO_FAILURES)));
        return counters.giveBack(List.of(codeMissing(check, failures)))
                .compose(counted -> counted
                        ? Future.join(
                                giveBack(attempt),
                                config.get().failures().observed()
                                        ? Future.succeededFuture()
                                        : counters.giveBack(List.of(failures)))
                        : Future.succeededFuture());
    }

    private static LoginWindow codeMissing(PasswordCheck check, LoginWindow failures) {
        return failures.kind() == LoginWindow.Kind.DEVICE
                ? LoginWindow.codeMissing(
                        new ClaimedDevice(check.account(), check.device().orElseThrow()))
                : LoginWindow.codeMissing(check.account(), check.address());
    }

    /** @param unknown the history of a client that the account does not know */
    private static LoginHistory historyOf(LoginWindow failures, LoginHistory unknown) {
        return switch (failures.kind()) {
            case DEVICE -> LoginHistory.KNOWN_DEVICE;
            case KNOWN -> LoginHistory.KNOWN_ADDRESS;
            default -> unknown;
        };
    }

    /** The window in which failures of the account count for a client. */
    private Future<LoginWindow> failuresOf(String account, List<String> address, Optional<String> device) {
        int most = config.get().failures().max();
        return known.find(account, address, device).map(found -> switch (found) {
            case DEVICE -> LoginWindow.device(new ClaimedDevice(account, device.orElseThrow()), most);
            case ADDRESS -> LoginWindow.known(account, address.get(0), most);
            case NONE -> LoginWindow.account(account, most);
        });
    }

    private List<LoginWindow> ofAddress(List<String> keys) {
        LoginConfig current = config.get();
        List<Integer> bounds = List.of(current.attempts().max(), current.attemptsOfSite(), current.attemptsOfNetwork());
        List<String> networks = ClientNetworks.of(keys);
        return IntStream.range(0, networks.size())
                .mapToObj(i -> LoginWindow.address(keys, networks.get(i), bounds.get(i)))
                .toList();
    }

    /** @param admitted how the attempt is admitted where the limit only observes */
    private LoginVerdict ofAttempts(LoginAttempt attempt, LoginHistory history, long wait, Admitted admitted) {
        boolean isStranger = history == LoginHistory.NO_FAILURES || history == LoginHistory.FAILURES;
        boolean isShared = isShared(attempt);
        LoginLimit limit = config.get().attempts();
        if (!limit.observed() && !(isStranger && isShared)) {
            return new Refused(Limit.ADDRESS, wait);
        }
        observed.exceeded(
                limit.id(),
                isStranger && !isShared ? attempt.subject() : attempt.address().get(0));
        return admitted;
    }

    private LoginVerdict ofFailures(long wait, LoginHistory history) {
        LoginLimit limit = config.get().failures();
        if (wait > 0 && !limit.observed()) {
            return new Refused(Limit.ACCOUNT, wait);
        }
        if (wait > 0) {
            observed.exceeded(limit.id());
        }
        return new Admitted(history);
    }
}
