package dev.portcullis.auth.revocation;

import dev.portcullis.auth.session.Session;
import dev.portcullis.auth.session.SessionOwner;
import dev.portcullis.bus.Bus;
import dev.portcullis.streams.cutoff.Cutoff;
import dev.portcullis.streams.cutoff.Cutoff.SessionEnded;
import dev.portcullis.streams.cutoff.CutoffPublisher;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;

/**
 * Tells every edge which sessions have ended: reliably through the stream of the user's lane, and sooner with a hint on
 * the bus to the edge that holds the connection.
 */
public final class SessionCutoffs {
    private final CutoffPublisher publisher;
    private final Bus bus;

    public SessionCutoffs(CutoffPublisher publisher, Bus bus) {
        this.publisher = publisher;
        this.bus = bus;
    }

    /** Completes once the stream holds a cut-off for each session; fails where that is not certain. */
    public Future<Void> publish(List<Session> sessions, SessionEnded.Cause cause) {
        return Future.all(sessions.stream()
                        .map(session -> publish(session, cause))
                        .toList())
                .mapEmpty();
    }

    /**
     * Completes once the stream of the lane holds the cut-off; fails where that is not certain.
     *
     * @param closed some of the sessions whose connections it closes
     */
    Future<Void> publish(int lane, Cutoff cutoff, Collection<Session> closed) {
        return publisher
                .publish(lane, cutoff)
                .onSuccess(published ->
                        closed.stream().map(Session::owner).distinct().forEach(owner -> hint(owner, lane)));
    }

    private Future<Void> publish(Session session, SessionEnded.Cause cause) {
        return publish(session.lane(), new SessionEnded(session.id(), cause), List.of(session));
    }

    private void hint(SessionOwner owner, int lane) {
        bus.send(Cutoff.NOTICE, owner.node(), owner.instance(), new Cutoff.Hint(lane));
    }
}
