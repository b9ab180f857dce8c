package dev.portcullis.ratelimit.login;

import dev.portcullis.protocol.LowerCaseId;
import dev.portcullis.protocol.WireName;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Whether a client may try a password, or learn whether it was right. */
public sealed interface LoginVerdict {
    LoginVerdict ADMITTED = new Admitted(LoginHistory.NO_FAILURES);

    <R> R fold(Function<Admitted, R> admitted, BiFunction<Limit, Long, R> refused);

    /** Which limit is reached. */
    enum Limit implements LowerCaseId {
        /** Logins and registrations of the address. */
        ADDRESS,
        /** Wrong passwords of the account. */
        ACCOUNT,
        /** Accounts that logins of the address fail for. */
        STUFFING
    }

    /** The relation of a client to an account before the password is checked. */
    enum LoginHistory {
        /** The account has logged in from this address. */
        KNOWN_ADDRESS,
        /** The account has logged in with this device. */
        KNOWN_DEVICE,
        /** It has done neither, and no stranger has failed to log in to it lately; it may not exist. */
        NO_FAILURES,
        /** It has done neither, and strangers have failed. */
        FAILURES
    }

    /** Whether an account has logged in lately with a device or at an address that it knows. */
    enum Times {
        /** No other login in the time in which logins count: a client that logs in repeatedly can't compete with it. */
        FIRST,
        FURTHER
    }

    /**
     * It may.
     *
     * @param times empty where the account knows neither device nor address
     */
    @WireName("Admitted")
    record Admitted(LoginHistory history, Optional<Times> times) implements LoginVerdict {
        Admitted(LoginHistory history) {
            this(history, Optional.empty());
        }

        @Override
        public <R> R fold(Function<Admitted, R> admitted, BiFunction<Limit, Long, R> refused) {
            return admitted.apply(this);
        }
    }

    /**
     * It may not.
     *
     * @param retryAfterMs after this time one attempt is admitted, unless others are made meanwhile, and none before
     */
    @WireName("Refused")
    record Refused(Limit limit, long retryAfterMs) implements LoginVerdict {
        @Override
        public <R> R fold(Function<Admitted, R> admitted, BiFunction<Limit, Long, R> refused) {
            return refused.apply(limit, retryAfterMs);
        }
    }
}
