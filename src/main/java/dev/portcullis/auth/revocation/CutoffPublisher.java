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

/**
 * Tells every edge which sessions have ended: reliably through the stream of the user's lane, and sooner with a hint on
 * the bus.
 */
public final class CutoffPublisher {
    private static final UserId SERVER = new UserId("system"); // reserved: no token can name it

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

    /** Completes once the stream holds a cut-off for each session; fails where that is not certain. */
    public Future<Void> publish(List<Session> sessions, Cause cause) {
        return Future.all(sessions.stream()
                        .map(session -> publish(session, new Cutoff(session.id(), cause)))
                        .toList())
                .mapEmpty();
    }

    /**
     * Appends again what edges hold, after a fork that may have lost it. Edges need no hint: they know these already.
     */
    public Future<Void> republish(int lane, List<Cutoff> cutoffs) {
        return Future.all(cutoffs.stream().map(each -> append(lane, each)).toList())
                .mapEmpty();
    }

    private Future<Void> publish(Session session, Cutoff cutoff) {
        int lane = session.lane();
        return append(lane, cutoff).onSuccess(result -> {
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
                Long.MAX_VALUE); // no deadline
        return streams.append(entry).compose(CutoffPublisher::requireStored);
    }

    /**
     * An idempotency key is kept and lost together with its entry. So a cut-off is appended again exactly if it was
     * lost, and once, however many nodes republish it. The key alone identifies it; a hash of the body would differ
     * between releases.
     */
    private static AppendRequest.IdempotencyKey key(Cutoff cutoff) {
        return new AppendRequest.IdempotencyKey(
                SERVER, Cutoff.TYPE, cutoff.sessionId() + "." + cutoff.cause().id(), new byte[0], cutoff.sessionId());
    }

    /** Such an append is never refused. If one is, no edge learns of the cut-off, so the caller must fail. */
    private static Future<Void> requireStored(AppendResult outcome) {
        return outcome instanceof AppendResult.Stored || outcome instanceof AppendResult.Duplicate
                ? Future.succeededFuture()
                : Future.failedFuture(new StoreFailure("a cut-off was not appended"));
    }
}
