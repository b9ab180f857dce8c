package dev.portcullis.edge;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.AuthConfig.RejectWith;
import dev.portcullis.auth.TokenDefect;
import dev.portcullis.auth.Way;
import dev.portcullis.edge.Answer.CloseNotice;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.ratelimit.RateLimiter;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Orders the asks of a handshake, cheapest first: what fails one is neither allocated, counted nor punished by a later
 * one. A good token counts against its user, not its address, so that an office behind one address can come in.
 */
final class Gatehouse {
    private final HandshakeRules rules;
    private final RateLimiter limiter;
    private final Crowd crowd;
    private final Doorkeeper doorkeeper;
    private final AuthConfig auth;

    Gatehouse(HandshakeRules rules, RateLimiter limiter, Crowd crowd, Doorkeeper doorkeeper, AuthConfig auth) {
        this.rules = rules;
        this.limiter = limiter;
        this.crowd = crowd;
        this.doorkeeper = doorkeeper;
        this.auth = auth;
    }

    /** Fails only if nobody can say. */
    Future<Passage> judge(UpgradeRequest request) {
        return rules.judge(request)
                .map(row -> succeededFuture(Passage.refused(row)))
                .orElseGet(() -> request.presented()
                        .fold(
                                () -> nameless(request),
                                token -> withToken(request, token),
                                () -> denied(request, TokenDefect.SEVERAL)));
    }

    private Future<Passage> nameless(UpgradeRequest request) {
        return auth.accepts(Way.MESSAGE)
                ? counted(request, () -> placed(request, true, Passage.Awaited::new))
                : denied(request, TokenDefect.ABSENT);
    }

    private Future<Passage> withToken(UpgradeRequest request, String token) {
        return crowd.enter(request.keys(), false)
                .fold(
                        place -> succeededFuture()
                                .compose(any -> doorkeeper.receive(token, request.peer(place), Optional.empty()))
                                .compose(opening -> opening.fold(
                                        opened -> succeededFuture(new Passage.Welcome(request.peer(place), opened)),
                                        denied -> denied(request, place, denied),
                                        limited ->
                                                succeededFuture(new Passage.TurnedAway(request.peer(place), limited))))
                                .onFailure(broken -> place.leave()),
                        full -> succeededFuture(full(full)));
    }

    private Future<Passage> denied(UpgradeRequest request, Crowd.Place place, CloseNotice.AuthFailed denied) {
        place.leave();
        return denied(request, denied);
    }

    private Future<Passage> denied(UpgradeRequest request, TokenDefect defect) {
        return denied(request, CloseNotice.AuthFailed.of(defect, Optional.empty()));
    }

    /** A token that is no good counts against its address, as none does. */
    private Future<Passage> denied(UpgradeRequest request, CloseNotice.AuthFailed denied) {
        return counted(
                request,
                () -> auth.rejectWith() == RejectWith.HTTP
                        ? Passage.unauthorized(denied.defect())
                        : placed(
                                request,
                                true,
                                peer -> new Passage.TurnedAway(
                                        peer, new Answer.Ended(CloseCode.UNAUTHORIZED, denied))));
    }

    private Future<Passage> counted(UpgradeRequest request, Supplier<Passage> then) {
        return limiter.admitAddress(request.keys()).map(verdict -> verdict.fold(then, Gatehouse::notCounted));
    }

    /** Where nobody can count, it is not the fault of who knocks. */
    private static Passage notCounted(Rejection why) {
        return why.fold(
                limited -> new Passage.Refused(HandshakeRefusal.ATTEMPTS, limited.retryAfterMs(), Optional.empty()),
                failed -> Passage.refused(HandshakeRefusal.UNAVAILABLE));
    }

    private Passage placed(UpgradeRequest request, boolean nameless, Function<Peer, Passage> then) {
        return crowd.enter(request.keys(), nameless).fold(place -> then.apply(request.peer(place)), Gatehouse::full);
    }

    private static Passage full(Crowd.Full what) {
        return Passage.refused(
                switch (what) {
                    case NODE -> HandshakeRefusal.NODE_FULL;
                    case ADDRESS -> HandshakeRefusal.ADDRESS_FULL;
                });
    }
}
