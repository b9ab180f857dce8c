package dev.portcullis.edge;

import static io.vertx.core.Future.succeededFuture;

import dev.portcullis.auth.Authenticator;
import dev.portcullis.auth.Credentials;
import dev.portcullis.auth.Holder;
import dev.portcullis.auth.Opening;
import dev.portcullis.auth.Session;
import dev.portcullis.broadcast.Broadcaster;
import dev.portcullis.edge.Answer.CloseNotice;
import dev.portcullis.edge.Connection.Registration;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Position;
import dev.portcullis.protocol.Rejection.Limited;
import dev.portcullis.protocol.Rejection.Scope;
import dev.portcullis.protocol.Rejection.Window;
import dev.portcullis.streams.StreamName;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Supplier;

/** Receives a token, whichever way it came, and prepares the greeting. A failed future means that nobody can say now. */
final class Doorkeeper {
    private final Authenticator authenticator;
    private final Broadcaster broadcaster;
    private final Greeting greeting;
    private final Goodbyes goodbyes;
    private final Freshness freshness;
    private final long maxWaitMs;
    private final Supplier<Holder> holder;

    /** @param maxWaitMs how long a new session may wait until its lane has been read again */
    Doorkeeper(
            Authenticator authenticator,
            Broadcaster broadcaster,
            Greeting greeting,
            Goodbyes goodbyes,
            Freshness freshness,
            long maxWaitMs,
            Supplier<Holder> holder) {
        this.authenticator = authenticator;
        this.broadcaster = broadcaster;
        this.greeting = greeting;
        this.goodbyes = goodbyes;
        this.freshness = freshness;
        this.maxWaitMs = maxWaitMs;
        this.holder = holder;
    }

    Future<SessionOpening> receive(String token, Peer peer, Optional<String> id) {
        return authenticator
                .open(new Credentials(token, peer.address(), holder.get(), peer.userAgent()))
                .compose(opening -> opening.fold(
                        opened -> greet(opened.session(), id),
                        denied -> succeededFuture(denied(denied, id)),
                        () -> succeededFuture(
                                new SessionOpening.Limited(Answer.Ended.with(CloseCode.TOO_MANY_SESSIONS))),
                        retryAfterMs -> succeededFuture(tooOften(retryAfterMs, id))));
    }

    /** The session of a connection that is gone. */
    void goodbye(Session session) {
        goodbyes.say(session);
    }

    /** The session is registered. Who was cut off since is known with the next look, and is not greeted. */
    private Future<SessionOpening> greet(Session session, Optional<String> id) {
        Registration registration = new Registration(session, System.nanoTime());
        Future<Position> head =
                broadcaster.head(StreamName.inbox(session.sender().userId()));
        return freshness
                .anew(session.lane(), maxWaitMs)
                .compose(any -> head)
                .map(inbox -> (SessionOpening) new SessionOpening.Opened(registration, greeting.of(session, inbox, id)))
                .onFailure(broken -> goodbye(session));
    }

    private static SessionOpening denied(Opening.Denied why, Optional<String> id) {
        return new SessionOpening.Denied(new CloseNotice.AuthFailed(why.why(), why.defect(), id));
    }

    private static SessionOpening tooOften(long retryAfterMs, Optional<String> id) {
        Limited limited = new Limited(Scope.USER, Window.MINUTE, retryAfterMs);
        return new SessionOpening.Limited(
                new Answer.Ended(CloseCode.NO_CAPACITY, new CloseNotice.Rejected(limited, id)));
    }
}
