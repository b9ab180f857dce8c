package dev.portcullis.auth.account;

import dev.portcullis.config.crypto.Sha256;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.rows.ReadSet;
import dev.portcullis.store.rows.RowForm;
import dev.portcullis.store.rows.RowKey;
import dev.portcullis.store.rows.RowStep;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.store.rows.Rows;
import dev.portcullis.store.rows.WriteSet;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Keeps accounts: a row in the lane of its user, and a claim for each of its names in the lane of the name. A failed future
 * means that the store failed, and that the step may or may not be done.
 *
 * <p>The names are claimed first, then the row is written. A claim without a row counts for {@link #CLAIM_MS}, and the
 * row can't be written in the last third of that time. So a name is neither lost to a crash between the steps, nor given
 * to a second account.
 */
public final class AccountStore {
    private static final String EMAILS = "ae";
    private static final String USERNAMES = "an";
    static final RowForm<AccountState> STATE = RowForm.of(AccountState.class);

    private static final RowForm<Claim> CLAIM = RowForm.of(Claim.class);
    static final long CLAIM_MS = 30_000;

    /**
     * A change that a store makes later than this after it was decided is not made. Its client was told of a failure meanwhile: a
     * refresh would then take a token out of use, and its grace were over before the client could repeat it.
     */
    static final long CHANGE_MS = 5_000;

    private final RowStore rows;
    private final long claimMs;
    private final long changeMs;

    public enum Creation {
        CREATED,
        EMAIL_TAKEN,
        USERNAME_TAKEN
    }

    /** A step's result, and what the account is afterwards; empty if nothing changes. */
    public record Change<T>(T result, Optional<AccountState> next) {
        static <T> Change<T> to(AccountState next, T result) {
            return new Change<>(result, Optional.of(next));
        }

        static <T> Change<T> none(T result) {
            return new Change<>(result, Optional.empty());
        }
    }

    public AccountStore(RowStore rows) {
        this(rows, CLAIM_MS, CHANGE_MS);
    }

    /** Takes other times, for tests. */
    AccountStore(RowStore rows, long claimMs, long changeMs) {
        this.rows = rows;
        this.claimMs = claimMs;
        this.changeMs = changeMs;
    }

    /**
     * Creates an account. If several with the same e-mail address or username are created at the same time, exactly one is
     * created.
     */
    public Future<Creation> create(AccountState state) {
        Account account = state.account();
        Name email = Name.of(account.email());
        Name username = Name.of(account.username());
        return claim(email, account.id())
                .compose(held -> held.isEmpty()
                        ? Future.succeededFuture(Creation.EMAIL_TAKEN)
                        : claim(username, account.id())
                                .compose(
                                        other -> other.isEmpty()
                                                ? release(email, account.id()).map(Creation.USERNAME_TAKEN)
                                                : write(state, Math.min(held.get(), other.get())),
                                        failure -> release(email, account.id())
                                                .transform(any -> Future.failedFuture(failure))));
    }

    /** The user who may have this address. Only the account itself tells whether it exists. */
    public Future<Optional<UserId>> userOf(EmailAddress email) {
        return userOf(email.hash());
    }

    /** @param email the hash of the address */
    Future<Optional<UserId>> userOf(String email) {
        RowKey row = RowKey.of(EMAILS, email);
        return rows.read(Lanes.of(email), ReadSet.of(row))
                .map(found -> found.get(row).map(CLAIM::decode).map(Claim::user));
    }

    public Future<Optional<AccountState>> find(UserId user) {
        RowKey row = rowOf(user);
        return rows.read(laneOf(user), ReadSet.of(row))
                .map(found -> found.get(row).map(STATE::decode));
    }

    /**
     * Changes an account in one atomic step; empty if it does not exist. Fails without a change if the store is too late.
     *
     * @param step may be called more than once, and only the last call counts: it must have no effects
     */
    public <T> Future<Optional<T>> update(UserId user, Function<AccountState, Change<T>> step) {
        RowKey row = rowOf(user);
        return rows.change(laneOf(user), ReadSet.of(row), found -> {
            Optional<Change<T>> change = found.get(row).map(STATE::decode).map(step);
            WriteSet writes = change.flatMap(Change::next)
                    .map(next -> WriteSet.of(row, STATE.encode(next)))
                    .orElse(WriteSet.NONE);
            return new RowStep.Done<>(change.map(Change::result), writes, found.now() + changeMs);
        });
    }

    /**
     * Deletes an account, whose names are free then. False if there is none. The row goes first: a name that is not released
     * then counts as one whose account was never written.
     */
    public Future<Boolean> delete(UserId user) {
        RowKey row = rowOf(user);
        return rows.change(laneOf(user), ReadSet.of(row), found -> {
                    Optional<AccountState> present = found.get(row).map(STATE::decode);
                    return RowStep.done(present, present.isPresent() ? WriteSet.NONE.remove(row) : WriteSet.NONE);
                })
                .compose(deleted -> deleted.map(AccountState::account)
                        .map(account -> release(account).map(true))
                        .orElseGet(() -> Future.succeededFuture(false)));
    }

    /** Fails without a change if the claims are about to run out. */
    private Future<Creation> write(AccountState state, long claimedAt) {
        Account account = state.account();
        RowKey row = rowOf(account.id());
        long notAfter = claimedAt + claimMs * 2 / 3;
        return rows.change(
                        laneOf(account.id()),
                        ReadSet.of(row),
                        found -> found.get(row).isPresent()
                                ? RowStep.done(false)
                                : new RowStep.Done<>(true, WriteSet.of(row, STATE.encode(state)), notAfter))
                .recover(failure -> failure instanceof StoreFailure known && known.isNotApplied()
                        ? Future.succeededFuture(false)
                        : Future.failedFuture(failure))
                .compose(written -> written
                        ? Future.succeededFuture(Creation.CREATED)
                        : release(account)
                                .transform(any ->
                                        Future.failedFuture(new StoreFailure("an account was not created in time"))));
    }

    /** When the user claimed the name; empty if it is taken. */
    private Future<Optional<Long>> claim(Name name, UserId user) {
        return claim(name, user, Optional.empty()).compose(held -> {
            if (held.claim.user.equals(user)) {
                return Future.succeededFuture(Optional.of(held.claim.at));
            }
            if (held.ageMs < claimMs) {
                return Future.succeededFuture(Optional.empty());
            }
            return find(held.claim.user)
                    .compose(owner -> owner.filter(name.isOf).isPresent()
                            ? Future.succeededFuture(Optional.empty())
                            : claim(name, user, Optional.of(held.claim))
                                    .map(again -> Optional.of(again.claim)
                                            .filter(claim -> claim.user.equals(user))
                                            .map(Claim::at)));
        });
    }

    /**
     * Claims a name. A user who has it already keeps it as it is.
     *
     * @param abandoned a claim of another user that is replaced, since no account came of it
     */
    private Future<Held> claim(Name name, UserId user, Optional<Claim> abandoned) {
        return rows.change(name.lane, ReadSet.of(name.row), found -> {
            Optional<Claim> present = claim(found, name);
            if (present.isPresent() && !present.equals(abandoned)) {
                return RowStep.done(new Held(present.get(), Math.max(0, found.now() - present.get().at)));
            }
            Claim own = new Claim(user, found.now());
            return RowStep.done(new Held(own, 0), WriteSet.of(name.row, CLAIM.encode(own)));
        });
    }

    private Future<Void> release(Account account) {
        return Future.all(
                        release(Name.of(account.email()), account.id()),
                        release(Name.of(account.username()), account.id()))
                .mapEmpty();
    }

    /** The claim of another user stays. */
    private Future<Boolean> release(Name name, UserId user) {
        return rows.change(name.lane, ReadSet.of(name.row), found -> {
            boolean own =
                    claim(found, name).filter(claim -> claim.user.equals(user)).isPresent();
            return RowStep.done(own, own ? WriteSet.NONE.remove(name.row) : WriteSet.NONE);
        });
    }

    private static Optional<Claim> claim(Rows found, Name name) {
        return found.get(name.row).map(CLAIM::decode);
    }

    static int laneOf(UserId user) {
        return StreamName.inbox(user).lane();
    }

    static RowKey rowOf(UserId user) {
        return RowKey.of("a", user.value());
    }

    /** A name that one account may have. Its row is that of its hash, since Redis's slow log and monitor show keys. */
    record Name(int lane, RowKey row, Predicate<AccountState> isOf) {
        static Name of(EmailAddress email) {
            return of(EMAILS, email.hash(), state -> state.account().email().equals(email));
        }

        static Name of(Username username) {
            return of(
                    USERNAMES,
                    Sha256.base64Url(username.key()),
                    state -> state.account().username().key().equals(username.key()));
        }

        private static Name of(String table, String hash, Predicate<AccountState> isOf) {
            return new Name(Lanes.of(hash), RowKey.of(table, hash), isOf);
        }
    }

    /** The claim in force. */
    private record Held(Claim claim, long ageMs) {}

    /** @param at milliseconds by the store's clock */
    private record Claim(UserId user, long at) {}
}
