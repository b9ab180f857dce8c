package dev.portcullis.rooms.invitation;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Invitations in Redis: a row in the lane of its user. A step is computed here, and written if the row is still the one that
 * was read.
 */
public final class RedisInvitationStore implements InvitationStore {
    private static final byte[] NONE = {};

    /** Each time that one step must be computed again, another one of this user was written. */
    private static final int MAX_TRIES = 200;

    private final RedisStore redis;
    private final Script findScript;
    private final Script putScript;

    public RedisInvitationStore(RedisStore redis) {
        this.redis = redis;
        this.findScript = redis.script(RedisInvitationStore.class, "find_invitations");
        this.putScript = redis.script(RedisInvitationStore.class, "put_invitations");
    }

    @Override
    public Future<InvitationBook> find(UserId user) {
        return row(user).map(InvitationRow::decode);
    }

    @Override
    public <T> Future<T> update(UserId user, Function<InvitationBook, Change<T>> step) {
        return update(user, step, MAX_TRIES);
    }

    private <T> Future<T> update(UserId user, Function<InvitationBook, Change<T>> step, int tries) {
        return row(user).compose(row -> {
            InvitationBook book = InvitationRow.decode(row);
            Change<T> change = step.apply(book);
            if (change.next().equals(book)) {
                return Future.succeededFuture(change.result());
            }
            return put(user, row == null ? NONE : row, change.next()).compose(written -> {
                if (written) {
                    return Future.succeededFuture(change.result());
                }
                return tries > 1
                        ? update(user, step, tries - 1)
                        : Future.failedFuture(new StoreFailure("the invitations of a user change too often"));
            });
        });
    }

    private Future<byte @Nullable []> row(UserId user) {
        return redis.run(findScript.call().key(keyOf(user))).map(row -> row == null ? null : row.toBytes());
    }

    private Future<Boolean> put(UserId user, byte[] expected, InvitationBook next) {
        return redis.run(putScript
                        .call()
                        .key(keyOf(user))
                        .arg(expected)
                        .arg(next.equals(InvitationBook.EMPTY) ? NONE : InvitationRow.encode(next)))
                .map(reply -> reply.toInteger() == 1);
    }

    private static String keyOf(UserId user) {
        return RedisKeys.of(StreamName.inbox(user).lane(), "iv", user.value());
    }
}
