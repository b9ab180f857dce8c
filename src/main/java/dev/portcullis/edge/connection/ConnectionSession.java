package dev.portcullis.edge.connection;

import dev.portcullis.auth.session.Session;
import dev.portcullis.edge.anomaly.SessionWatch;
import dev.portcullis.protocol.codec.ServerFrame;
import dev.portcullis.resilience.MonotonicClock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The session of a connection: what its frames must carry, and what its client is told in time. */
public final class ConnectionSession {
    private final int lane;
    private final SessionWatch watch;
    private Registration registration;
    private @Nullable CsrfTokens csrf;
    private boolean endAnnounced;

    /**
     * A session that the store has registered.
     *
     * @param knownAt when this node knew of it at the latest, in {@link System#nanoTime()}
     */
    public record Registration(Session session, long knownAt) {}

    ConnectionSession(Registration registration, SessionWatch watch) {
        this.registration = registration;
        this.lane = registration.session().lane();
        this.watch = watch;
    }

    /** It goes on with another token. */
    void renew(Registration renewed) {
        registration = renewed;
        endAnnounced = false;
    }

    /** From now on its frames must carry one of these tokens. */
    void protect(CsrfTokens tokens) {
        csrf = tokens;
    }

    /** @param presented the CSRF token of a frame */
    boolean acceptsCsrf(Optional<String> presented) {
        return csrf == null || csrf.accepts(presented, MonotonicClock.millis());
    }

    /**
     * Announces the end of the token, and a new CSRF token, if it is time for that.
     *
     * @param noticeMs how long before the token's end that is announced
     * @return how long until the next announcement
     */
    long announce(FrameRecipient client, long now, long noticeMs) {
        long expiresAt = registration.session().expiresAt();
        long untilNotice = expiresAt - noticeMs - now;
        if (!endAnnounced && untilNotice <= 0) {
            endAnnounced = true;
            client.send(new ServerFrame.TokenExpiring(expiresAt));
        }
        long untilRotation = Long.MAX_VALUE;
        if (csrf != null) {
            csrf.rotate(MonotonicClock.millis()).ifPresent(token -> client.send(new ServerFrame.CsrfRotated(token)));
            untilRotation = csrf.untilRotation(MonotonicClock.millis());
        }
        return endAnnounced ? untilRotation : Math.min(untilNotice, untilRotation);
    }

    Registration registration() {
        return registration;
    }

    /** A field, since each frame asks for it. */
    int lane() {
        return lane;
    }

    SessionWatch watch() {
        return watch;
    }
}
