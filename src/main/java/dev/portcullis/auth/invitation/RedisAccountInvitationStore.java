package dev.portcullis.auth.invitation;

import dev.portcullis.store.Lanes;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Function;

/** Invitations in Redis, which forgets them by itself. */
public final class RedisAccountInvitationStore implements AccountInvitationStore {
    /** Each time that one step must be computed again, another one of this invitation was written. */
    private static final int MAX_TRIES = 20;

    /** The end of a row stays. */
    private static final long KEPT = 0;

    private final RedisStore redis;
    private final Script findScript;
    private final Script putScript;

    public RedisAccountInvitationStore(RedisStore redis) {
        this.redis = redis;
        this.findScript = redis.script(RedisAccountInvitationStore.class, "find_invitation");
        this.putScript = redis.script(RedisAccountInvitationStore.class, "put_invitation");
    }

    @Override
    public Future<Void> add(String hash, AccountInvitation invitation, long now) {
        return put(hash, "", invitation, invitation.expiresAt() - now)
                .compose(written -> written
                        ? Future.succeededFuture()
                        : Future.failedFuture(new StoreFailure("an invitation was not written")));
    }

    @Override
    public Future<Boolean> update(String hash, Function<AccountInvitation, Optional<AccountInvitation>> step) {
        return update(hash, step, MAX_TRIES);
    }

    private Future<Boolean> update(
            String hash, Function<AccountInvitation, Optional<AccountInvitation>> step, int tries) {
        return redis.run(findScript.call().key(keyOf(hash))).compose(found -> {
            String row = found == null ? "" : found.toString();
            Optional<AccountInvitation> next = found == null ? Optional.empty() : step.apply(AccountInvitation.of(row));
            if (next.isEmpty()) {
                return Future.succeededFuture(false);
            }
            return put(hash, row, next.get(), KEPT).compose(written -> {
                if (written) {
                    return Future.succeededFuture(true);
                }
                return tries > 1
                        ? update(hash, step, tries - 1)
                        : Future.failedFuture(new StoreFailure("an invitation changes too often"));
            });
        });
    }

    /**
     * @param expected the row that it replaces; empty for none
     * @param lifetimeMs a length, since the clock of a node may differ from that of Redis
     */
    private Future<Boolean> put(String hash, String expected, AccountInvitation next, long lifetimeMs) {
        return redis.run(putScript
                        .call()
                        .key(keyOf(hash))
                        .arg(expected)
                        .arg(next.row())
                        .arg(lifetimeMs))
                .map(reply -> reply.toInteger() == 1);
    }

    static String keyOf(String hash) {
        return RedisKeys.of(Lanes.of(hash), "ai", hash);
    }
}
