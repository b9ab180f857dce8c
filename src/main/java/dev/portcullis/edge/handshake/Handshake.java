package dev.portcullis.edge.handshake;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.AuthConfig.RejectWith;
import dev.portcullis.auth.CredentialSource;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.edge.connection.ConnectionLimiter;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.connection.FrameOutcome.CloseNotice;
import dev.portcullis.edge.connection.RemoteClient;
import dev.portcullis.edge.session.SessionOpener;
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
public final class Handshake {
    private final HandshakeRules rules;
    private final RateLimiter limiter;
    private final ConnectionLimiter connectionLimiter;
    private final SessionOpener sessions;
    private final AuthConfig auth;

    public Handshake(
            HandshakeRules rules,
            RateLimiter limiter,
            ConnectionLimiter connectionLimiter,
            SessionOpener sessions,
            AuthConfig auth) {
        this.rules = rules;
        this.limiter = limiter;
        this.connectionLimiter = connectionLimiter;
        this.sessions = sessions;
        this.auth = auth;
    }

    /** Fails only if nobody can say. */
    Future<HandshakeOutcome> judge(UpgradeRequest request) {
        return rules.judge(request)
                .map(row -> succeededFuture(HandshakeOutcome.refused(row)))
                .orElseGet(() -> request.credential()
                        .fold(
                                () -> nameless(request),
                                token -> withToken(request, token),
                                () -> denied(request, TokenDefect.SEVERAL)));
    }

    private Future<HandshakeOutcome> nameless(UpgradeRequest request) {
        return auth.accepts(CredentialSource.MESSAGE)
                ? counted(request, () -> placed(request, true, HandshakeOutcome.AwaitingAuth::new))
                : denied(request, TokenDefect.ABSENT);
    }

    private Future<HandshakeOutcome> withToken(UpgradeRequest request, String token) {
        return connectionLimiter
                .acquire(request.keys(), false)
                .fold(
                        slot -> succeededFuture()
                                .compose(any -> sessions.open(token, request.peer(slot), Optional.empty()))
                                .compose(opening -> opening.fold(
                                        opened -> succeededFuture(
                                                new HandshakeOutcome.Accepted(request.peer(slot), opened)),
                                        denied -> denied(request, slot, denied),
                                        limited -> succeededFuture(new HandshakeOutcome.RejectedAfterUpgrade(
                                                request.peer(slot), limited))))
                                .onFailure(broken -> slot.release()),
                        full -> succeededFuture(full(full)));
    }

    private Future<HandshakeOutcome> denied(
            UpgradeRequest request, ConnectionLimiter.Slot slot, CloseNotice.AuthFailed denied) {
        slot.release();
        return denied(request, denied);
    }

    private Future<HandshakeOutcome> denied(UpgradeRequest request, TokenDefect defect) {
        return denied(request, CloseNotice.AuthFailed.of(defect, Optional.empty()));
    }

    /** A token that is no good counts against its address, as none does. */
    private Future<HandshakeOutcome> denied(UpgradeRequest request, CloseNotice.AuthFailed denied) {
        return counted(
                request,
                () -> auth.rejectWith() == RejectWith.HTTP
                        ? HandshakeOutcome.unauthorized(denied.defect())
                        : placed(
                                request,
                                true,
                                client -> new HandshakeOutcome.RejectedAfterUpgrade(
                                        client, new FrameOutcome.Close(CloseCode.UNAUTHORIZED, denied))));
    }

    private Future<HandshakeOutcome> counted(UpgradeRequest request, Supplier<HandshakeOutcome> then) {
        return limiter.admitAddress(request.keys()).map(verdict -> verdict.fold(then, Handshake::notCounted));
    }

    /** Where nobody can count, it is not the fault of who knocks. */
    private static HandshakeOutcome notCounted(Rejection why) {
        return why.fold(
                limited -> new HandshakeOutcome.Refused(
                        HandshakeRefusal.ATTEMPTS, limited.retryAfterMs(), Optional.empty()),
                failed -> HandshakeOutcome.refused(HandshakeRefusal.UNAVAILABLE));
    }

    private HandshakeOutcome placed(
            UpgradeRequest request, boolean nameless, Function<RemoteClient, HandshakeOutcome> then) {
        return connectionLimiter
                .acquire(request.keys(), nameless)
                .fold(slot -> then.apply(request.peer(slot)), Handshake::full);
    }

    private static HandshakeOutcome full(ConnectionLimiter.Full what) {
        return HandshakeOutcome.refused(
                switch (what) {
                    case NODE -> HandshakeRefusal.NODE_FULL;
                    case ADDRESS -> HandshakeRefusal.ADDRESS_FULL;
                });
    }
}
