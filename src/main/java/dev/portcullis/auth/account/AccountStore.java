package dev.portcullis.auth.account;

import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Function;

/**
 * Keeps accounts. A failed future means that the store failed, and that the step may or may not be done.
 */
public interface AccountStore {
    /** What became of a new account. */
    enum Creation {
        CREATED,
        EMAIL_TAKEN,
        USERNAME_TAKEN
    }

    /** A step's result, and what the account is afterwards; empty if nothing changes. */
    record Change<T>(T result, Optional<AccountState> next) {
        static <T> Change<T> to(AccountState next, T result) {
            return new Change<>(result, Optional.of(next));
        }

        static <T> Change<T> none(T result) {
            return new Change<>(result, Optional.empty());
        }
    }

    /** Of accounts with the same e-mail address or username that are created at the same time, exactly one is created. */
    Future<Creation> create(AccountState state);

    /** The user who may have this address. Only the account itself tells whether it exists. */
    Future<Optional<UserId>> userOf(EmailAddress email);

    Future<Optional<AccountState>> find(UserId user);

    /**
     * Changes an account in one atomic step; empty if it does not exist.
     *
     * @param step may be called more than once, and only the last call counts: it must have no effects
     */
    <T> Future<Optional<T>> update(UserId user, Function<AccountState, Change<T>> step);

    /** Deletes an account, whose names are free then. False if there is none. */
    Future<Boolean> delete(UserId user);
}
