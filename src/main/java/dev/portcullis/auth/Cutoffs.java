package dev.portcullis.auth;

import dev.portcullis.auth.Cutoff.Cause;
import dev.portcullis.bus.Bus;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.Append;
import dev.portcullis.streams.Appended;
import dev.portcullis.streams.Retention;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Tells every edge which sessions have ended: for certain through the stream, sooner through the bus. */
public final class Cutoffs {
    private final StreamStore streams;
    private final Retention retention;
    private final Bus bus;
    private final LongSupplier clock;

    public Cutoffs(StreamStore streams, Retention retention, Bus bus, LongSupplier clock) {
        this.streams = streams;
        this.retention = retention;
        this.bus = bus;
        this.clock = clock;
    }

    /** Completes when it is in the stream for each of them; fails if that isn't sure. */
    Future<Void> announce(List<Session> sessions, Cause cause) {
        return Future.all(sessions.stream()
                        .map(session -> announce(session, new Cutoff(session.id(), cause)))
                        .toList())
                .mapEmpty();
    }

    /** Those that the stream may have lost. Completes when they are in it again. */
    Future<Void> again(List<Cutoff> cutoffs) {
        return Future.all(cutoffs.stream().map(this::append).toList()).mapEmpty();
    }

    private Future<Void> announce(Session session, Cutoff cutoff) {
        return append(cutoff).onSuccess(stored -> {
            bus.tell(Cutoff.NOTICE, session.holder().node(), session.holder().instance(), cutoff);
        });
    }

    private Future<Void> append(Cutoff cutoff) {
        Append entry = new Append(
                StreamName.CUTOFFS,
                retention,
                clock.getAsLong(),
                cutoff.encode(),
                Optional.empty(),
                Optional.empty(),
                Long.MAX_VALUE); // it never comes too late
        return streams.append(entry).compose(Cutoffs::certain);
    }

    /** Nothing about such an entry can be refused; if something is, no edge has heard of it. */
    private static Future<Void> certain(Appended outcome) {
        return outcome instanceof Appended.Stored
                ? Future.succeededFuture()
                : Future.failedFuture(new StoreFailure("a cut-off was not appended"));
    }
}
