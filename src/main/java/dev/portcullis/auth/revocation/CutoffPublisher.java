package dev.portcullis.auth.revocation;

import dev.portcullis.auth.revocation.Cutoff.Cause;
import dev.portcullis.auth.session.Session;
import dev.portcullis.bus.Bus;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendRequest.Retention;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Tells every edge which sessions have ended: for certain through the stream of the user's lane, sooner through the bus. */
public final class CutoffPublisher {
    private static final UserId SERVER = new UserId("system"); // reserved: no token can mean it

    private final StreamStore streams;
    private final Retention retention;
    private final Bus bus;
    private final LongSupplier clock;

    public CutoffPublisher(StreamStore streams, Retention retention, Bus bus, LongSupplier clock) {
        this.streams = streams;
        this.retention = retention;
        this.bus = bus;
        this.clock = clock;
    }

    /** Completes when it is in the stream for each of them; fails if that isn't sure. */
    public Future<Void> publish(List<Session> sessions, Cause cause) {
        return Future.all(sessions.stream()
                        .map(session -> publish(session, new Cutoff(session.id(), cause)))
                        .toList())
                .mapEmpty();
    }

    /** Says again what edges hold, after a fork that may have lost it. Edges need no hint: they have heard it. */
    public Future<Void> republish(int lane, List<Cutoff> cutoffs) {
        return Future.all(cutoffs.stream().map(each -> append(lane, each)).toList())
                .mapEmpty();
    }

    private Future<Void> publish(Session session, Cutoff cutoff) {
        int lane = session.lane();
        return append(lane, cutoff).onSuccess(stored -> {
            bus.send(Cutoff.NOTICE, session.owner().node(), session.owner().instance(), new Cutoff.Hint(lane));
        });
    }

    private Future<Void> append(int lane, Cutoff cutoff) {
        AppendRequest entry = new AppendRequest(
                StreamName.cutoffs(lane),
                retention,
                clock.getAsLong(),
                cutoff.encode(),
                Optional.empty(),
                Optional.of(key(cutoff)),
                Long.MAX_VALUE); // it never comes too late
        return streams.append(entry).compose(CutoffPublisher::certain);
    }

    /**
     * Keys are lost and kept with their entries. So what was said before is appended again exactly if it was lost, and
     * once, however many nodes say it. The key says all; a hash of the body would differ between releases.
     */
    private static AppendRequest.IdempotencyKey key(Cutoff cutoff) {
        return new AppendRequest.IdempotencyKey(
                SERVER, Cutoff.TYPE, cutoff.sessionId() + "." + cutoff.cause().id(), new byte[0], cutoff.sessionId());
    }

    /** Nothing about such an entry can be refused; if something is, no edge has heard of it. */
    private static Future<Void> certain(AppendResult outcome) {
        return outcome instanceof AppendResult.Stored || outcome instanceof AppendResult.Duplicate
                ? Future.succeededFuture()
                : Future.failedFuture(new StoreFailure("a cut-off was not appended"));
    }
}
