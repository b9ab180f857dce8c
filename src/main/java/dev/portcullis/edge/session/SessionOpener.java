package dev.portcullis.edge.session;

import static io.vertx.core.Future.failedFuture;
import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.session.Credentials;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionEnder;
import dev.portcullis.auth.session.SessionOpening;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.auth.token.TokenDefect;
import dev.portcullis.broadcast.direct.DirectMessages;
import dev.portcullis.broadcast.direct.DirectMessages.InboxOwner;
import dev.portcullis.bus.BusFailure;
import dev.portcullis.bus.BusFailure.Kind;
import dev.portcullis.bus.Stage;
import dev.portcullis.edge.connection.ConnectionLimiter;
import dev.portcullis.edge.connection.ConnectionSession.Registration;
import dev.portcullis.edge.connection.CsrfTokens;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.connection.FrameOutcome.CloseNotice;
import dev.portcullis.edge.connection.RemoteClient;
import dev.portcullis.edge.session.SessionOutcome.InboxStart;
import dev.portcullis.http.ClientCertificate;
import dev.portcullis.http.CsrfConfig;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.protocol.UserId;
import dev.portcullis.protocol.codec.ServerFrame;
import dev.portcullis.resilience.MonotonicClock;
import dev.portcullis.streams.InboxStore.Delivery;
import dev.portcullis.streams.delivery.KnownHead;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Opens a session for a token from any source, and prepares the greeting. A failed future means that a stage is
 * unavailable.
 */
public final class SessionOpener {
    private final Authenticator authenticator;
    private final DirectMessages messages;
    private final Greeting greeting;
    private final SessionEnder sessionEnder;
    private final CutoffFreshness freshness;
    private final Predicate<UserId> banned;
    private final CsrfConfig csrf;
    private final RandomGenerator random = new SecureRandom();
    private final long maxWaitMs;
    private final Supplier<SessionOwner> owner;

    /**
     * @param banned whether a user may not come in
     * @param maxWaitMs how long a new session may wait until its lane is read again
     */
    public SessionOpener(
            Authenticator authenticator,
            DirectMessages messages,
            Greeting greeting,
            SessionEnder sessionEnder,
            CutoffFreshness freshness,
            Predicate<UserId> banned,
            CsrfConfig csrf,
            long maxWaitMs,
            Supplier<SessionOwner> owner) {
        this.authenticator = authenticator;
        this.messages = messages;
        this.greeting = greeting;
        this.sessionEnder = sessionEnder;
        this.freshness = freshness;
        this.banned = banned;
        this.csrf = csrf;
        this.maxWaitMs = maxWaitMs;
        this.owner = owner;
    }

    public Future<SessionOutcome> open(PresentedToken presented, RemoteClient client, Optional<String> id) {
        return open(presented, client, id, Optional.empty());
    }

    /** @param resume the position in its user's inbox up to which the client has everything */
    public Future<SessionOutcome> open(
            PresentedToken presented, RemoteClient client, Optional<String> id, Optional<Position> resume) {
        return open(client.slot(), credentials(presented, client), new Connecting(presented.byCookie(), id, resume));
    }

    /** Opens a session for a client that shows a certificate and no token. */
    public Future<SessionOutcome> open(ClientCertificate certificate, RemoteClient client) {
        return open(
                client.slot(),
                Credentials.certificate(certificate, client.address(), owner.get(), client.userAgent()),
                new Connecting(false, Optional.empty(), Optional.empty()));
    }

    /** The frame in which a client asks for a session, as far as it is more than a token. */
    private record Connecting(boolean byCookie, Optional<String> id, Optional<Position> resume) {}

    /** A session that no connection can have may end another one of its user, so the place comes first. */
    private Future<SessionOutcome> open(ConnectionLimiter.Slot slot, Credentials credentials, Connecting client) {
        if (sessionEnder.isFull()) {
            return failedFuture(new BusFailure(Kind.OVERLOADED, Stage.AUTH));
        }
        return slot.isAssured()
                ? open(credentials, client)
                : authenticator
                        .verify(credentials)
                        .compose(verification -> verification.fold(
                                claims -> slot.admit(claims.userId())
                                        ? open(credentials, client)
                                        : succeededFuture(new SessionOutcome.AddressFull(claims.userId())),
                                defect -> succeededFuture(denied(defect, client))));
    }

    private Future<SessionOutcome> open(Credentials credentials, Connecting client) {
        return authenticator
                .open(credentials)
                .compose(opening -> opening.fold(new SessionOpening.Cases<>(
                        opened -> prepareGreeting(opened, client),
                        defect -> succeededFuture(denied(defect, client)),
                        capped -> succeededFuture(refused(CloseCode.TOO_MANY_SESSIONS, capped.user())),
                        limited -> succeededFuture(handshakesLimited(limited, client.id())),
                        probing -> failedFuture(new IllegalStateException("the stage client probes")))));
    }

    /** Ends the session of a closed connection. */
    public void end(Session session) {
        sessionEnder.end(session);
    }

    /**
     * The session is registered. The client is greeted once all is known that was cut off before: a banned user is not greeted,
     * however new the token is. What is cut off later is found by the reads of the lane, without which no frame passes.
     */
    private Future<SessionOutcome> prepareGreeting(SessionOpening.Opened opened, Connecting client) {
        Session session = opened.session();
        Registration registration = new Registration(session, System.nanoTime());
        Optional<Delivery> told = opened.inbox()
                .filter(any -> client.resume().isEmpty()); // a position of the client counts as acknowledged
        Optional<KnownHead> known = told.flatMap(inbox -> opened.lane().map(lane -> new KnownHead(inbox.head(), lane)));
        Future<Delivery> inbox = told.map(Future::succeededFuture)
                .orElseGet(() ->
                        messages.open(new InboxOwner(session.sender().userId(), session.family()), client.resume()));
        return cutoffsKnown(opened)
                .compose(any -> inbox)
                .map(delivery -> banned.test(session.sender().userId())
                        ? banned(session)
                        : opened(
                                registration,
                                greeting.of(session, delivery, client.id()),
                                new InboxStart(begin(delivery, client.resume()), known),
                                client.byCookie()))
                .onFailure(failure -> end(session));
    }

    private Future<Void> cutoffsKnown(SessionOpening.Opened opened) {
        return opened.cutoffs()
                .map(newest -> freshness.whenKnown(newest, maxWaitMs))
                .orElseGet(() -> freshness.whenReread(opened.session().lane(), maxWaitMs));
    }

    /** A gap is told with the greeting, so what follows begins behind it. */
    private static Position begin(Delivery delivery, Optional<Position> resume) {
        return resume.filter(any -> delivery.gap() == 0).orElseGet(delivery::since);
    }

    private Credentials credentials(PresentedToken presented, RemoteClient client) {
        return new Credentials(
                presented.token(),
                client.address(),
                owner.get(),
                client.userAgent(),
                Optional.of(presented.source()),
                presented.csrfToken(),
                client.certificate());
    }

    private SessionOutcome opened(
            Registration registration, ServerFrame.AuthSuccess greeted, InboxStart inbox, boolean byCookie) {
        if (!csrf.isRequired(byCookie)) {
            return new SessionOutcome.Opened(registration, greeted, inbox, Optional.empty());
        }
        CsrfTokens tokens = new CsrfTokens(csrf, random, MonotonicClock.millis());
        return new SessionOutcome.Opened(
                registration, greeted.withCsrfToken(tokens.current()), inbox, Optional.of(tokens));
    }

    private SessionOutcome banned(Session session) {
        end(session);
        return refused(CloseCode.BANNED, session.sender().userId());
    }

    private static SessionOutcome refused(CloseCode code, UserId user) {
        return new SessionOutcome.Refused(FrameOutcome.Close.with(code, Optional.of(user)));
    }

    private static SessionOutcome denied(TokenDefect defect, Connecting client) {
        return new SessionOutcome.Denied(new CloseNotice.AuthFailed(defect, client.id(), client.byCookie()));
    }

    private static SessionOutcome handshakesLimited(SessionOpening.HandshakesLimited limited, Optional<String> id) {
        Rejection why = Rejection.limited(Scope.USER, Window.MINUTE, limited.retryAfterMs());
        return new SessionOutcome.Refused(new FrameOutcome.Close(
                CloseCode.NO_CAPACITY, new CloseNotice.Rejected(why, id), Optional.of(limited.user())));
    }
}
