package dev.portcullis.edge.session;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.login.OpenSessionResult;
import dev.portcullis.auth.session.Credentials;
import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.edge.connection.Connection.Registration;
import dev.portcullis.edge.connection.CsrfTokens;
import dev.portcullis.edge.connection.FrameOutcome;
import dev.portcullis.edge.connection.FrameOutcome.CloseNotice;
import dev.portcullis.edge.connection.RemoteClient;
import dev.portcullis.http.ClientCertificate;
import dev.portcullis.http.CsrfConfig;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.protocol.ServerFrame;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Opens a session for a token from any source, and prepares the greeting. A failed future means that a stage is
 * unavailable.
 */
public final class SessionOpener {
    private final Authenticator authenticator;
    private final Broadcaster broadcaster;
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
            Broadcaster broadcaster,
            Greeting greeting,
            SessionEnder sessionEnder,
            CutoffFreshness freshness,
            Predicate<UserId> banned,
            CsrfConfig csrf,
            long maxWaitMs,
            Supplier<SessionOwner> owner) {
        this.authenticator = authenticator;
        this.broadcaster = broadcaster;
        this.greeting = greeting;
        this.sessionEnder = sessionEnder;
        this.freshness = freshness;
        this.banned = banned;
        this.csrf = csrf;
        this.maxWaitMs = maxWaitMs;
        this.owner = owner;
    }

    public Future<SessionOpening> open(Presented presented, RemoteClient client, Optional<String> id) {
        return open(credentials(presented, client), presented.byCookie(), id);
    }

    /** Opens a session for a client that shows a certificate and no token. */
    public Future<SessionOpening> open(ClientCertificate certificate, RemoteClient client) {
        return open(
                Credentials.certificate(certificate, client.address(), owner.get(), client.userAgent()),
                false,
                Optional.empty());
    }

    private Future<SessionOpening> open(Credentials credentials, boolean byCookie, Optional<String> id) {
        return authenticator
                .open(credentials)
                .compose(result -> result.fold(
                        opened -> prepareGreeting(opened.session(), byCookie, id),
                        denied -> succeededFuture(denied(denied, byCookie, id)),
                        capped -> succeededFuture(new SessionOpening.Refused(
                                FrameOutcome.Close.with(CloseCode.TOO_MANY_SESSIONS, capped.user()))),
                        limited -> succeededFuture(handshakesLimited(limited, id))));
    }

    /** Ends the session of a closed connection. */
    public void end(Session session) {
        sessionEnder.end(session);
    }

    /**
     * The session is registered. If it was cut off since, the next lane read shows it, and it is not greeted. Nor is that of
     * a banned user, however new the token is.
     */
    private Future<SessionOpening> prepareGreeting(Session session, boolean byCookie, Optional<String> id) {
        Registration registration = new Registration(session, System.nanoTime());
        Future<Position> head =
                broadcaster.head(StreamName.inbox(session.sender().userId()));
        return freshness
                .whenReread(session.lane(), maxWaitMs)
                .compose(any -> head)
                .map(inbox -> banned.test(session.sender().userId())
                        ? banned(session)
                        : opened(registration, greeting.of(session, inbox, id), byCookie))
                .onFailure(failure -> end(session));
    }

    private Credentials credentials(Presented presented, RemoteClient client) {
        return new Credentials(
                presented.token(),
                client.address(),
                owner.get(),
                client.userAgent(),
                Optional.of(presented.source()),
                presented.csrfToken(),
                client.certificate());
    }

    private SessionOpening opened(Registration registration, ServerFrame.AuthSuccess greeted, boolean byCookie) {
        if (!csrf.isRequired(byCookie)) {
            return new SessionOpening.Opened(registration, greeted, Optional.empty());
        }
        CsrfTokens tokens = new CsrfTokens(csrf, random, TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
        return new SessionOpening.Opened(registration, greeted.withCsrfToken(tokens.current()), Optional.of(tokens));
    }

    private SessionOpening banned(Session session) {
        end(session);
        return new SessionOpening.Refused(FrameOutcome.Close.with(
                CloseCode.BANNED, Optional.of(session.sender().userId())));
    }

    private static SessionOpening denied(OpenSessionResult.Denied why, boolean byCookie, Optional<String> id) {
        return new SessionOpening.Denied(new CloseNotice.AuthFailed(why.why(), why.defect(), id, byCookie));
    }

    private static SessionOpening handshakesLimited(OpenSessionResult.HandshakesLimited limited, Optional<String> id) {
        Rejection why = Rejection.limited(Scope.USER, Window.MINUTE, limited.retryAfterMs());
        return new SessionOpening.Refused(
                new FrameOutcome.Close(CloseCode.NO_CAPACITY, new CloseNotice.Rejected(why, id), limited.user()));
    }
}
