package dev.portcullis.ratelimit.login;

import dev.portcullis.bus.Bus;
import dev.portcullis.bus.Question;
import dev.portcullis.bus.Stage;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The client of the login limits of the stage ratelimit. Asks each question once: an attempt may have counted although
 * its answer was lost. Its futures fail only with a {@code BusFailure}; then no password may be tried, and no result
 * told (CWE-636).
 */
public final class LoginLimiter {
    public static final Question<LoginAttempt, LoginVerdict> ADMIT = new Question<>(
            Stage.RATELIMIT,
            "admit-login",
            LoginAttempt.class,
            LoginVerdict.class,
            attempt -> attempt.subject().hashCode());
    public static final Question<PasswordCheck, LoginVerdict> SETTLE = new Question<>(
            Stage.RATELIMIT,
            "settle-login",
            PasswordCheck.class,
            LoginVerdict.class,
            check -> check.account().hashCode());

    public static final Question<LoginAttempt, RefundedAttempt> GIVE_BACK = new Question<>(
            Stage.RATELIMIT,
            "give-back-login",
            LoginAttempt.class,
            RefundedAttempt.class,
            attempt -> attempt.subject().hashCode());

    public static final Question<KnownClient, ClientKnown> KNOW_ONLY = new Question<>(
            Stage.RATELIMIT,
            "know-only-client",
            KnownClient.class,
            ClientKnown.class,
            client -> client.account().hashCode());

    private static final Future<LoginVerdict> ADMITTED = Future.succeededFuture(LoginVerdict.ADMITTED);

    private final Bus bus;
    private final Supplier<LoginConfig> config;

    public LoginLimiter(Bus bus, Supplier<LoginConfig> config) {
        this.bus = bus;
        this.config = config;
    }

    /** Asked before a password is checked. */
    public Future<LoginVerdict> admit(LoginAttempt attempt) {
        return config.get().enabled() ? bus.ask(ADMIT, attempt) : ADMITTED;
    }

    /**
     * Asked after an attempt at which nothing was checked: otherwise a server too busy to check passwords would lock out
     * users who bring the right one (CWE-645). Never asked after anything was compared, or may have been.
     *
     * @param attempt as it was {@link LoginAttempt#admitted}
     */
    public Future<RefundedAttempt> giveBack(LoginAttempt attempt) {
        return config.get().enabled() ? bus.ask(GIVE_BACK, attempt) : Future.succeededFuture(new RefundedAttempt());
    }

    /**
     * Asked before a client learns whether its password was right. A failure counts. Of many attempts at one time, only
     * as many as are allowed learn something (CWE-367): once the account has its failures, even the right password is
     * refused.
     */
    public Future<LoginVerdict> settle(PasswordCheck check) {
        return config.get().enabled() ? bus.ask(SETTLE, check) : ADMITTED;
    }

    /**
     * Told once a user has proved who they are again: by a link of a mail, a change of the password, or as the first to
     * register with an e-mail address.
     */
    public Future<ClientKnown> knowOnly(KnownClient client) {
        return config.get().enabled() ? bus.ask(KNOW_ONLY, client) : Future.succeededFuture(new ClientKnown());
    }

    /**
     * The only client that an account is to know from now on: others may be of somebody who had the account, or the e-mail address,
     * before.
     *
     * @param account the key of the account
     * @param address the keys of the client's address
     * @param device the token of its device
     */
    public record KnownClient(String account, List<String> address, Optional<String> device) {
        public KnownClient {
            address = List.copyOf(address);
        }

        @Override
        public String toString() { // with the token a stranger is taken for the user (CWE-532)
            return "KnownClient";
        }
    }

    /** An attempt that was admitted, and at which nothing was checked, no longer counts. */
    public record RefundedAttempt() {}

    /** The reply to {@link KnownClient}. */
    public record ClientKnown() {}
}
