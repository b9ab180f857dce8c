package dev.portcullis.auth.session;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The revocations of a cluster. A user's revocations are in the user's lane with the sessions, so that one script changes both.
 * They expire by themselves.
 */
public final class RedisRevocationStore implements RevocationStore {
    private static final long REDIS_CLOCK = 0;

    private final RedisStore redis;
    private final Script revokeScript;
    private final Script laneScript;
    private final Script checkScript;
    private final Supplier<RevocationLimits> limits;
    private final LongSupplier clock;

    public RedisRevocationStore(RedisStore redis, Supplier<RevocationLimits> limits) {
        this(redis, limits, () -> REDIS_CLOCK);
    }

    /** Takes another clock than the store's, for tests. */
    RedisRevocationStore(RedisStore redis, Supplier<RevocationLimits> limits, LongSupplier clock) {
        this.redis = redis;
        this.revokeScript = redis.script(RedisRevocationStore.class, "sessions", "revocations", "revoke_tokens");
        this.laneScript = redis.script(RedisRevocationStore.class, "sessions", "revoke_in_lane");
        this.checkScript = redis.script(RedisRevocationStore.class, "sessions", "revocations", "check_token");
        this.limits = limits;
        this.clock = clock;
    }

    @Override
    public Future<RevokedSessions> revoke(UserId user, TokenScope scope) {
        Script.Call call = revokeScript
                .call()
                .key(SessionKeys.sessions(user))
                .key(SessionKeys.revocations(user))
                .arg(clock.getAsLong())
                .arg(kind(scope))
                .arg(value(scope))
                .arg(limits.get().keepMs(scope))
                .arg(RedisSessionStore.ENDED_MS)
                .arg(limits.get().perUser());
        return redis.run(call).map(reply -> new RevokedSessions(SessionRow.decode(user, reply, 1), widened(reply)));
    }

    @Override
    public Future<Void> revokeInLane(int lane, TokenScope scope) {
        return redis.run(laneScript
                        .call()
                        .key(SessionKeys.revocations(lane))
                        .arg(clock.getAsLong())
                        .arg(kind(scope) + ":" + value(scope))
                        .arg(limits.get().keepInLaneMs(scope))
                        .arg(limits.get().withoutUser()))
                .compose(stored -> stored.toBoolean()
                        ? Future.succeededFuture()
                        : Future.failedFuture(new StoreFailure("too many revocations are remembered")));
    }

    @Override
    public Future<Boolean> isRevoked(UserId user, String tokenId, long issuedAt, Optional<String> sid) {
        return redis.run(checkScript
                        .call()
                        .key(SessionKeys.revocations(user))
                        .key(SessionKeys.revocations(Session.laneOf(user)))
                        .arg(clock.getAsLong())
                        .arg(tokenId)
                        .arg(issuedAt)
                        .arg(sid.orElse("")))
                .map(Response::toBoolean);
    }

    private static Optional<Long> widened(Response reply) {
        return Optional.of(reply.get(0).toLong()).filter(time -> time > 0);
    }

    private static String value(TokenScope scope) {
        return scope.fold(token -> token, family -> family, time -> Long.toString(time));
    }

    private static String kind(TokenScope scope) {
        return scope.fold(token -> "t", family -> "f", time -> "before");
    }
}
