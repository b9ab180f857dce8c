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
                .compose(opening -> opening.accept(new Outcome(id)));
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

    private final class Outcome implements Opening.Cases<Future<SessionOpening>> {
        private final Optional<String> id;

        Outcome(Optional<String> id) {
            this.id = id;
        }

        @Override
        public Future<SessionOpening> opened(Opening.Opened opening) {
            return greet(opening.session(), id);
        }

        @Override
        public Future<SessionOpening> denied(Opening.Denied opening) {
            return succeededFuture(
                    new SessionOpening.Denied(new CloseNotice.AuthFailed(opening.why(), opening.defect(), id)));
        }

        @Override
        public Future<SessionOpening> tooManySessions(Opening.TooManySessions opening) {
            return limited(Answer.Ended.with(CloseCode.TOO_MANY_SESSIONS));
        }

        @Override
        public Future<SessionOpening> handshakesLimited(Opening.HandshakesLimited opening) {
            Limited tooOften = new Limited(Scope.USER, Window.MINUTE, opening.retryAfterMs());
            return limited(new Answer.Ended(CloseCode.NO_CAPACITY, new CloseNotice.Rejected(tooOften, id)));
        }

        private Future<SessionOpening> limited(Answer.Ended close) {
            return succeededFuture(new SessionOpening.Limited(close));
        }
    }
}
