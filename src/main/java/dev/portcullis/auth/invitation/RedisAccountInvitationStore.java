package dev.portcullis.auth.invitation;

import dev.portcullis.resilience.ChunkedCalls;
import dev.portcullis.store.Lanes;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.store.redis.RedisKeys;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Invitations in Redis, which forgets them by itself. All are in one lane, so that they can be listed in order. */
public final class RedisAccountInvitationStore implements AccountInvitationStore {
    /** Each time that one step must be computed again, another one of this invitation was written. */
    private static final int MAX_TRIES = 20;

    /** The end of a row stays. */
    private static final long KEPT = 0;

    private static final int LANE = Lanes.of("account_invitations");
    private static final String PLACES = RedisKeys.of(LANE, "ai_places");
    private static final int LENGTH_OF_TIME = 16;

    private final RedisStore redis;
    private final Script findScript;
    private final Script putScript;
    private final Script removeScript;
    private final Script pageScript;

    public RedisAccountInvitationStore(RedisStore redis) {
        this.redis = redis;
        this.findScript = redis.script(RedisAccountInvitationStore.class, "find_invitation");
        this.putScript = redis.script(RedisAccountInvitationStore.class, "put_invitation");
        this.removeScript = redis.script(RedisAccountInvitationStore.class, "remove_invitation");
        this.pageScript = redis.script(RedisAccountInvitationStore.class, "page_invitations");
    }

    @Override
    public Future<Void> add(String hash, AccountInvitation invitation, long now) {
        return put(hash, "", invitation, invitation.expiresAt() - now, now)
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
            return put(hash, row, next.get(), KEPT, 0).compose(written -> {
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
     * @param now places of what was over by then are forgotten
     */
    private Future<Boolean> put(String hash, String expected, AccountInvitation next, long lifetimeMs, long now) {
        return redis.run(putScript
                        .call()
                        .key(keyOf(hash))
                        .key(PLACES)
                        .arg(expected)
                        .arg(next.row())
                        .arg(lifetimeMs)
                        .arg(AccountInvitationStore.place(hash, next))
                        .arg(AccountInvitationStore.place("", new AccountInvitation(0, now, Optional.empty()))))
                .map(reply -> reply.toInteger() == 1);
    }

    @Override
    public Future<Boolean> remove(String hash) {
        return redis.run(removeScript.call().key(keyOf(hash))).map(reply -> reply.toInteger() == 1);
    }

    @Override
    public Future<Page> page(String from, int limit, long now) {
        return redis.run(pageScript.call().key(PLACES).arg(from).arg(limit + 1)).compose(reply -> {
            List<String> places =
                    reply.stream().map(Response::toString).limit(limit).toList();
            String next = reply.size() > limit ? reply.get(limit).toString() : "";
            return ChunkedCalls.run(places, place -> find(place.substring(LENGTH_OF_TIME)))
                    .map(found -> new Page(present(found, now), next));
        });
    }

    private record Found(String hash, Optional<AccountInvitation> invitation) {}

    private Future<Found> find(String hash) {
        return redis.run(findScript.call().key(keyOf(hash)))
                .map(row -> new Found(
                        hash, Optional.ofNullable(row).map(Response::toString).map(AccountInvitation::of)));
    }

    private static Map<String, AccountInvitation> present(List<Found> found, long now) {
        Map<String, AccountInvitation> present = new LinkedHashMap<>();
        found.forEach(each -> each.invitation()
                .filter(invitation -> !invitation.isOver(now))
                .ifPresent(invitation -> present.put(each.hash(), invitation)));
        return present;
    }

    static String keyOf(String hash) {
        return RedisKeys.of(LANE, "ai", hash);
    }
}
