package dev.portcullis.auth.revocation;

import dev.portcullis.auth.session.RevocationStore;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionStore;
import dev.portcullis.auth.session.TokenScope;
import dev.portcullis.protocol.UserId;
import dev.portcullis.resilience.ChunkedCalls;
import dev.portcullis.store.Lanes;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.cutoff.Cutoff;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded;
import dev.portcullis.streams.cutoff.Cutoff.TokenRevoked;
import dev.portcullis.streams.cutoff.Cutoff.UserCutOff;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Revokes: first in the store, so that no session begins any more; then with a cut-off, so that every edge closes the
 * connections; last, the present sessions end, so that they take no place of their user's. A loss between these is healed: a
 * repeated revocation has the same cut-off, and the edges compare their sessions with the store, for which no session is live
 * whose token is revoked.
 */
public final class Revocations implements Revoker {
    /** Steps in flight for a revocation that concerns every lane. */
    private static final int LANES_AT_ONCE = 64;

    private final SessionStore sessions;
    private final RevocationStore store;
    private final SessionCutoffs cutoffs;

    public Revocations(SessionStore sessions, RevocationStore store, SessionCutoffs cutoffs) {
        this.sessions = sessions;
        this.store = store;
        this.cutoffs = cutoffs;
    }

    @Override
    public Future<Boolean> revoke(Revocation revocation) {
        return revocation.fold(new Revocation.Cases<>(
                token -> revoke(TokenRevoked.token(token.tokenId(), token.user()), TokenScope.token(token.tokenId())),
                family -> revoke(TokenRevoked.family(family.sid(), family.user()), TokenScope.family(family.sid())),
                user -> revoke(user.user(), TokenScope.issuedBefore(user.issuedBefore()), revokedBefore(user)),
                session -> end(session.sessionId())));
    }

    /**
     * Stores again what the edges hold of a lane whose store may have lost it (see {@code Authenticator.republish}): otherwise
     * a revoked token would open sessions after a fail-over. Bans are stored elsewhere.
     */
    public Future<Void> remember(int lane, List<Cutoff> cutoffs) {
        return Future.all(cutoffs.stream().map(each -> remember(lane, each)).toList())
                .mapEmpty();
    }

    private Future<?> remember(int lane, Cutoff cutoff) {
        return cutoff.fold(
                ended -> Future.succeededFuture(),
                token -> token.user().isPresent()
                        ? store.revoke(token.user().get(), scopeOf(token))
                        : store.revokeInLane(lane, scopeOf(token)),
                user -> user.cause() == UserCutOff.Cause.REVOKED && user.issuedBefore() != UserCutOff.ALL
                        ? store.revoke(user.user(), TokenScope.issuedBefore(user.issuedBefore()))
                        : Future.succeededFuture());
    }

    private static TokenScope scopeOf(TokenRevoked token) {
        return token.by() == TokenRevoked.By.TOKEN ? TokenScope.token(token.id()) : TokenScope.family(token.id());
    }

    private static UserCutOff revokedBefore(Revocation.OfUser user) {
        return new UserCutOff(user.user(), user.issuedBefore(), UserCutOff.Cause.REVOKED);
    }

    private Future<Boolean> revoke(TokenRevoked cutoff, TokenScope scope) {
        return cutoff.user()
                .map(user -> revoke(user, scope, cutoff))
                .orElseGet(() -> store.count(scope)
                        .compose(counted -> inEveryLane(lane -> store.revokeInLane(lane, scope)
                                .compose(stored -> cutoffs.publish(lane, cutoff, List.of()))))
                        .map(true));
    }

    private Future<Boolean> revoke(UserId user, TokenScope scope, Cutoff cutoff) {
        int lane = StreamName.inbox(user).lane();
        return store.revoke(user, scope)
                .compose(issuedBefore -> sessions.revokedOf(user)
                        .compose(revoked -> cutoffs.publish(lane, cutoff, revoked)
                                .compose(published -> widened(user, issuedBefore, revoked))
                                .compose(published -> end(revoked))))
                .map(true);
    }

    private Future<Void> widened(UserId user, Optional<Long> issuedBefore, Collection<Session> revoked) {
        return issuedBefore
                .map(time -> new UserCutOff(user, time, UserCutOff.Cause.REVOKED))
                .map(wide -> cutoffs.publish(wide.lane(), wide, revoked))
                .orElseGet(Future::succeededFuture);
    }

    private Future<Void> end(Collection<Session> revoked) {
        return Future.all(revoked.stream().map(this::end).toList()).mapEmpty();
    }

    private Future<Void> end(Session session) {
        return sessions.end(session.sender().userId(), session.id());
    }

    /** The cut-off comes first: without it a repetition would find no session, and its connection would stay open. */
    private Future<Boolean> end(String sessionId) {
        return sessions.find(sessionId)
                .compose(found -> found.map(session -> cutoffs.publish(List.of(session), SessionEnded.Cause.FORCED)
                                .compose(published -> end(session))
                                .map(true))
                        .orElseGet(() -> Future.succeededFuture(false)));
    }

    private static Future<Void> inEveryLane(Function<Integer, Future<Void>> step) {
        List<Integer> lanes = IntStream.range(0, Lanes.COUNT).boxed().toList();
        return ChunkedCalls.run(lanes, LANES_AT_ONCE, step).mapEmpty();
    }
}
