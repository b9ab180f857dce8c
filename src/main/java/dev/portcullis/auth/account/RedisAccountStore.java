package dev.portcullis.auth.account;

import dev.portcullis.config.crypto.Sha256;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Accounts in Redis: a row in the lane of its user, and a claim for each of its names in the lane of the name. A step of
 * an account is computed here and written if the row is still the one that was read.
 *
 * <p>The names are claimed first, then the row is written. A claim without a row counts for {@link #CLAIM_MS}, and the
 * row can't be written in the last third of that time. So a name is neither lost to a crash between the steps, nor given
 * to a second account.
 */
public final class RedisAccountStore implements AccountStore {
    private static final long CLAIM_MS = 30_000;

    /** Each time that one step must be computed again, another one of this account was written. */
    private static final int MAX_TRIES = 200;

    private final RedisStore redis;
    private final long claimMs;
    private final Script findScript;
    private final Script putScript;
    private final Script claimScript;
    private final Script releaseScript;
    private final Script deleteScript;

    public RedisAccountStore(RedisStore redis) {
        this(redis, CLAIM_MS);
    }

    /** Takes another time for claims, for tests. */
    RedisAccountStore(RedisStore redis, long claimMs) {
        this.redis = redis;
        this.claimMs = claimMs;
        this.findScript = redis.script(RedisAccountStore.class, "find_account");
        this.putScript = redis.script(RedisAccountStore.class, "put_account");
        this.claimScript = redis.script(RedisAccountStore.class, "claim_name");
        this.releaseScript = redis.script(RedisAccountStore.class, "release_name");
        this.deleteScript = redis.script(RedisAccountStore.class, "delete_account");
    }

    @Override
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

    @Override
    public Future<Optional<UserId>> userOf(EmailAddress email) {
        return redis.run(findScript.call().key(Name.of(email).key))
                .map(claim -> Optional.ofNullable(claim).map(text -> Claim.parse(text.toString()).user));
    }

    @Override
    public Future<Optional<AccountState>> find(UserId user) {
        return row(user).map(AccountRow::decode);
    }

    @Override
    public <T> Future<Optional<T>> update(UserId user, Function<AccountState, Change<T>> step) {
        return update(user, step, MAX_TRIES);
    }

    /** The row goes first. A name that is not released then counts as one whose account was never written. */
    @Override
    public Future<Boolean> delete(UserId user) {
        return redis.run(deleteScript.call().key(keyOf(user)))
                .map(row ->
                        AccountRow.decode(row == null ? null : row.toBytes()).map(AccountState::account))
                .compose(deleted -> deleted.map(account -> Future.all(
                                        release(Name.of(account.email()), user),
                                        release(Name.of(account.username()), user))
                                .map(true))
                        .orElseGet(() -> Future.succeededFuture(false)));
    }

    private <T> Future<Optional<T>> update(UserId user, Function<AccountState, Change<T>> step, int tries) {
        return row(user).compose(row -> {
            Optional<Change<T>> change = AccountRow.decode(row).map(step);
            Optional<T> result = change.map(Change::result);
            Optional<AccountState> next = change.flatMap(Change::next);
            if (row == null || next.isEmpty()) {
                return Future.succeededFuture(result);
            }
            return put(user, row, next.get(), 0).compose(written -> {
                if (written) {
                    return Future.succeededFuture(result);
                }
                return tries > 1
                        ? update(user, step, tries - 1)
                        : Future.failedFuture(new StoreFailure("an account changes too often"));
            });
        });
    }

    /** Fails without a change if the claims are about to run out. */
    private Future<Creation> write(AccountState state, long claimedAt) {
        Account account = state.account();
        return put(account.id(), new byte[0], state, claimedAt + claimMs * 2 / 3)
                .compose(written -> {
                    if (written) {
                        return Future.succeededFuture(Creation.CREATED);
                    }
                    return Future.all(
                                    release(Name.of(account.email()), account.id()),
                                    release(Name.of(account.username()), account.id()))
                            .transform(
                                    any -> Future.failedFuture(new StoreFailure("an account was not created in time")));
                });
    }

    /** When the user claimed the name; empty if it is taken. */
    private Future<Optional<Long>> claim(Name name, UserId user) {
        return claim(name, user, "").compose(reply -> {
            Claim held = Claim.parse(reply.get(0).toString());
            if (held.user.equals(user)) {
                return Future.succeededFuture(Optional.of(held.at));
            }
            if (reply.get(1).toLong() < claimMs) {
                return Future.succeededFuture(Optional.empty());
            }
            return find(held.user)
                    .compose(owner -> owner.filter(name.isOf).isPresent()
                            ? Future.succeededFuture(Optional.empty())
                            : claim(name, user, held.text).map(again -> {
                                Claim taken = Claim.parse(again.get(0).toString());
                                return taken.user.equals(user) ? Optional.of(taken.at) : Optional.empty();
                            }));
        });
    }

    private Future<Response> claim(Name name, UserId user, String abandoned) {
        return redis.run(claimScript.call().key(name.key).arg(user.value()).arg(abandoned));
    }

    private Future<Void> release(Name name, UserId user) {
        return redis.run(releaseScript.call().key(name.key).arg(user.value())).mapEmpty();
    }

    private Future<byte @Nullable []> row(UserId user) {
        return redis.run(findScript.call().key(keyOf(user))).map(row -> row == null ? null : row.toBytes());
    }

    /** @param expected the row that it replaces; empty for none */
    private Future<Boolean> put(UserId user, byte[] expected, AccountState next, long notAfter) {
        return redis.run(putScript
                        .call()
                        .key(keyOf(user))
                        .arg(expected)
                        .arg(AccountRow.encode(next))
                        .arg(notAfter))
                .map(reply -> reply.toInteger() == 1);
    }

    static String keyOf(UserId user) {
        return RedisKeys.of(StreamName.inbox(user).lane(), "a", user.value());
    }

    /** A name that one account may have. Its key has the hash, since Redis's slow log and monitor show keys. */
    record Name(String key, Predicate<AccountState> isOf) {
        static Name of(EmailAddress email) {
            return new Name(
                    key("ae", email.value()), state -> state.account().email().equals(email));
        }

        static Name of(Username username) {
            return new Name(
                    key("an", username.key()),
                    state -> state.account().username().key().equals(username.key()));
        }

        private static String key(String kind, String name) {
            String hash = Sha256.base64Url(name);
            return RedisKeys.of(Lanes.of(hash), kind, hash);
        }
    }

    /** {@code 1 <user> <when>} */
    private record Claim(String text, UserId user, long at) {
        static Claim parse(String text) {
            String[] parts = text.split(" ", -1);
            if (parts.length != 3 || !parts[0].equals("1")) {
                throw new StoreFailure("a claim of a name can't be read");
            }
            return new Claim(text, new UserId(parts[1]), Long.parseLong(parts[2]));
        }
    }
}
