package dev.portcullis.edge.handshake;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.auth.AuthConfig;
import dev.portcullis.auth.AuthConfig.RejectWith;
import dev.portcullis.auth.certificate.CertificateRule;
import dev.portcullis.auth.session.CredentialSource;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.edge.connection.ConnectionLimiter;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.connection.FrameOutcome.CloseNotice;
import dev.portcullis.edge.connection.RemoteClient;
import dev.portcullis.edge.session.RefusedTokens;
import dev.portcullis.edge.session.SessionOpener;
import dev.portcullis.edge.session.SessionOutcome;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.Verdict;
import dev.portcullis.ratelimit.RateLimiter;
import dev.portcullis.ratelimit.reputation.AddressGate;
import dev.portcullis.resilience.MonotonicClock;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Runs the checks of a handshake, cheapest first: a handshake that fails one is not allocated, counted or penalised by
 * a later one. A valid token counts against its user, not its address, so that an office behind one address can
 * connect.
 */
public final class Handshake {
    private final HandshakeRules rules;
    private final AddressGate addresses;
    private final RateLimiter limiter;
    private final GivenBackAttempts givenBack;
    private final RefusedOpenings refusedOpenings;
    private final ConnectionLimiter connectionLimiter;
    private final SessionOpener sessions;
    private final RefusedTokens refusedTokens;
    private final AuthConfig auth;
    private final CertificateRule certificates;

    public Handshake(
            HandshakeRules rules,
            AddressGate addresses,
            RateLimiter limiter,
            GivenBackAttempts givenBack,
            RefusedOpenings refusedOpenings,
            ConnectionLimiter connectionLimiter,
            SessionOpener sessions,
            RefusedTokens refusedTokens,
            AuthConfig auth) {
        this.rules = rules;
        this.addresses = addresses;
        this.limiter = limiter;
        this.givenBack = givenBack;
        this.refusedOpenings = refusedOpenings;
        this.connectionLimiter = connectionLimiter;
        this.sessions = sessions;
        this.refusedTokens = refusedTokens;
        this.auth = auth;
        this.certificates = auth.certificateRule();
    }

    /** Fails only if a stage is unavailable. */
    Future<HandshakeOutcome> check(UpgradeRequest request) {
        return refusalAtOnce(request)
                .map(refusal -> succeededFuture(HandshakeOutcome.refused(refusal)))
                .orElseGet(() -> request.credential()
                        .fold(
                                () -> request.certificate()
                                        .filter(shown -> certificates.isCredential(Optional.of(shown)))
                                        .map(shown -> openSession(request, client -> sessions.open(shown, client)))
                                        .orElseGet(() -> checkAnonymous(request)),
                                token -> openSession(request, client -> sessions.open(token, client, Optional.empty())),
                                () -> denied(request, TokenDefect.SEVERAL)));
    }

    /** The refusal by what needs no question. */
    Optional<HandshakeRefusal> refusalAtOnce(UpgradeRequest request) {
        return rules.judge(request)
                .or(() -> request.ip().filter(addresses::isClosed).map(closed -> HandshakeRefusal.BANNED));
    }

    /**
     * The checks for a client that will authenticate on its connection: until then it counts as anonymous, unless it proves here
     * already whose it will be.
     *
     * @param proof asked where the checks before are passed
     */
    Future<HandshakeOutcome> checkUnauthenticated(
            UpgradeRequest request, boolean upgrade, Supplier<Future<Optional<UserId>>> proof) {
        return (upgrade ? rules.judge(request) : rules.judgePolling(request))
                .or(() -> request.ip().filter(addresses::isClosed).map(closed -> HandshakeRefusal.BANNED))
                .map(refusal -> succeededFuture(HandshakeOutcome.refused(refusal)))
                .orElseGet(() -> proof.get()
                        .compose(user -> user.flatMap(known -> ofUser(request, known))
                                .map(Future::succeededFuture)
                                .orElseGet(() -> openUnproved(request))));
    }

    /** Empty where the user has many already that have not connected: then it counts as one of anybody. */
    private Optional<HandshakeOutcome> ofUser(UpgradeRequest request, UserId user) {
        return connectionLimiter
                .open(request.keys(), user)
                .map(slot -> new HandshakeOutcome.AwaitingAuth(request.client(slot)));
    }

    private Future<HandshakeOutcome> openUnproved(UpgradeRequest request) {
        return countUnauthenticated(
                        request,
                        () -> succeededFuture(
                                request.hasSeveralTokens()
                                        ? HandshakeOutcome.unauthorized(TokenDefect.SEVERAL)
                                        : acquireSlot(request, true, HandshakeOutcome.AwaitingAuth::new)))
                .map(outcome ->
                        outcome instanceof HandshakeOutcome.Refused refused ? onTrial(request, refused) : outcome);
    }

    /** A client that can't have proved yet who it is does not pay for what others of its address did before. */
    private HandshakeOutcome onTrial(UpgradeRequest request, HandshakeOutcome.Refused refused) {
        return refused.refusal().isForOthers()
                        && refusedOpenings.goOn(request.keys().get(0), MonotonicClock.millis())
                ? connectionLimiter
                        .tryOut(request.keys())
                        .fold(slot -> new HandshakeOutcome.AwaitingAuth(request.client(slot)), full -> refused)
                : refused;
    }

    /** The attempt of this client was that of a user, if it made one. */
    void giveBack(RemoteClient client) {
        if (client.slot().isAttempt()) {
            givenBack.giveBack(client.slot().addressKey(), MonotonicClock.millis());
        }
    }

    /** The refusal of a request that belongs to an open connection. */
    Optional<HandshakeRefusal> refusalOfOpen(UpgradeRequest request, boolean upgrade) {
        return rules.judgeOpen(request, upgrade)
                .or(() -> request.ip().filter(addresses::isClosed).map(closed -> HandshakeRefusal.BANNED));
    }

    /** The refusal of a request for a connection that is not on this node, though it may be on another. */
    Optional<HandshakeRefusal> refusalOfUnknown() {
        return rules.judgeUnknown();
    }

    private Future<HandshakeOutcome> checkAnonymous(UpgradeRequest request) {
        return auth.accepts(CredentialSource.MESSAGE)
                ? countUnauthenticated(
                        request, () -> succeededFuture(acquireSlot(request, true, HandshakeOutcome.AwaitingAuth::new)))
                : denied(request, TokenDefect.ABSENT);
    }

    private Future<HandshakeOutcome> openSession(
            UpgradeRequest request, Function<RemoteClient, Future<SessionOutcome>> opener) {
        return connectionLimiter
                .acquire(request.keys(), false)
                .fold(
                        slot -> succeededFuture()
                                .compose(any -> opener.apply(request.client(slot)))
                                .compose(opening -> opening.fold(
                                        opened -> succeededFuture(opened(request, slot, opened)),
                                        denied -> denied(request, slot, denied),
                                        refused -> succeededFuture(refused(request, slot, refused)),
                                        addressFull -> succeededFuture(addressFull(slot))))
                                .onFailure(failure -> slot.release())
                                .recover(failure -> unavailable(request)),
                        full -> succeededFuture(full(full)));
    }

    private HandshakeOutcome opened(UpgradeRequest request, ConnectionLimiter.Slot slot, SessionOutcome.Opened opened) {
        Session session = opened.registration().session();
        if (slot.admit(session.sender().userId())) {
            return new HandshakeOutcome.Accepted(request.client(slot), opened);
        }
        sessions.end(session);
        return addressFull(slot);
    }

    private static HandshakeOutcome addressFull(ConnectionLimiter.Slot slot) {
        slot.release();
        return full(ConnectionLimiter.Full.ADDRESS);
    }

    /** The user is told of it on the connection, unless there are too many of these. */
    private static HandshakeOutcome refused(
            UpgradeRequest request, ConnectionLimiter.Slot slot, FrameOutcome.Close refused) {
        if (slot.ending()) {
            return new HandshakeOutcome.RejectedAfterUpgrade(request.client(slot), refused);
        }
        slot.release();
        return full(ConnectionLimiter.Full.NODE);
    }

    /**
     * Nothing is known of the client, so the attempt counts against its address. Otherwise a token of an unknown key would be a
     * way around the limit for as long as the server of its issuer does not answer (CWE-770).
     */
    private Future<HandshakeOutcome> unavailable(UpgradeRequest request) {
        return countAttempt(request, () -> HandshakeOutcome.refused(HandshakeRefusal.UNAVAILABLE));
    }

    private Future<HandshakeOutcome> denied(
            UpgradeRequest request, ConnectionLimiter.Slot slot, CloseNotice.AuthFailed denied) {
        slot.release();
        return denied(request, denied);
    }

    private Future<HandshakeOutcome> denied(UpgradeRequest request, TokenDefect defect) {
        return denied(request, CloseNotice.AuthFailed.of(defect, Optional.empty()));
    }

    /** An invalid token counts against its address, and so does a missing one. A forged one also counts as a guess. */
    private Future<HandshakeOutcome> denied(UpgradeRequest request, CloseNotice.AuthFailed denied) {
        return countUnauthenticated(
                request,
                () -> refusedTokens
                        .count(request.keys(), denied.guess())
                        .map(guesses -> guesses.<HandshakeOutcome>map(retryAfterMs -> new HandshakeOutcome.Refused(
                                        HandshakeRefusal.STUFFING, retryAfterMs, Optional.of(denied.defect())))
                                .orElseGet(() -> answerTo(request, denied))));
    }

    private HandshakeOutcome answerTo(UpgradeRequest request, CloseNotice.AuthFailed denied) {
        return auth.rejectWith() == RejectWith.HTTP
                ? HandshakeOutcome.unauthorized(denied.defect())
                : acquireSlot(
                        request,
                        true,
                        client -> new HandshakeOutcome.RejectedAfterUpgrade(
                                client, new FrameOutcome.Close(CloseCode.UNAUTHORIZED, denied)));
    }

    /** Where the address refuses clients without a valid token, the attempt is not counted. */
    private Future<HandshakeOutcome> countUnauthenticated(
            UpgradeRequest request, Supplier<Future<HandshakeOutcome>> then) {
        return request.ip()
                .map(addresses::refusalOfUnauthenticated)
                .orElseGet(() -> succeededFuture(Optional.empty()))
                .compose(refusal -> refusal.map(
                                why -> succeededFuture(HandshakeOutcome.refused(HandshakeRefusal.of(why))))
                        .orElseGet(() -> afterCounting(request, then)));
    }

    private Future<HandshakeOutcome> countAttempt(UpgradeRequest request, Supplier<HandshakeOutcome> then) {
        return afterCounting(request, () -> succeededFuture(then.get()));
    }

    private Future<HandshakeOutcome> afterCounting(UpgradeRequest request, Supplier<Future<HandshakeOutcome>> then) {
        Future<Verdict> counted = givenBack.take(request.keys().get(0), MonotonicClock.millis())
                ? succeededFuture(Verdict.GRANTED)
                : limiter.admitAddress(request.keys());
        return counted.compose(verdict -> verdict.fold(then, why -> succeededFuture(attemptRefused(why))));
    }

    /** If attempts cannot be counted, the client is not to blame: the handshake is unavailable. */
    private static HandshakeOutcome attemptRefused(Rejection why) {
        return why.fold(
                limited -> new HandshakeOutcome.Refused(
                        HandshakeRefusal.ATTEMPTS, limited.retryAfterMs(), Optional.empty()),
                failed -> HandshakeOutcome.refused(HandshakeRefusal.UNAVAILABLE));
    }

    private HandshakeOutcome acquireSlot(
            UpgradeRequest request, boolean anonymous, Function<RemoteClient, HandshakeOutcome> then) {
        return connectionLimiter
                .acquire(request.keys(), anonymous)
                .fold(slot -> then.apply(request.client(slot)), Handshake::full);
    }

    private static HandshakeOutcome full(ConnectionLimiter.Full limit) {
        return HandshakeOutcome.refused(
                switch (limit) {
                    case NODE -> HandshakeRefusal.NODE_FULL;
                    case ADDRESS -> HandshakeRefusal.ADDRESS_FULL;
                });
    }
}
