package dev.portcullis.streams.cutoff;

import dev.portcullis.protocol.UserId;
import dev.portcullis.store.StoreFailure;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamWindow;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Appends cut-offs to the streams of their lanes, which tell every edge reliably. */
public final class CutoffPublisher {
    private static final UserId SERVER = new UserId("system"); // reserved: no token can name it

    private final StreamStore streams;
    private final StreamWindow window;
    private final LongSupplier clock;

    public CutoffPublisher(StreamStore streams, StreamWindow window, LongSupplier clock) {
        this.streams = streams;
        this.window = window;
        this.clock = clock;
    }

    /** Completes once the lane's stream holds the cut-off; fails where that is not certain. */
    public Future<Void> publish(int lane, Cutoff cutoff) {
        AppendRequest entry = new AppendRequest(
                StreamName.cutoffs(lane),
                window,
                clock.getAsLong(),
                CutoffBody.encode(cutoff),
                Optional.empty(),
                Optional.of(idempotencyKey(cutoff)),
                Long.MAX_VALUE); // no deadline
        return streams.append(entry).compose(CutoffPublisher::requireStored);
    }

    /** Appends again the cut-offs that edges hold, after a fork that may have lost them. */
    public Future<Void> republish(int lane, List<Cutoff> cutoffs) {
        return Future.all(cutoffs.stream().map(each -> publish(lane, each)).toList())
                .mapEmpty();
    }

    /**
     * An idempotency key is kept and lost together with its entry. So a cut-off is appended again exactly if it was
     * lost, and once, however many nodes republish it. The key alone identifies it; a hash of the body would differ
     * between releases.
     */
    private static AppendRequest.IdempotencyKey idempotencyKey(Cutoff cutoff) {
        return new AppendRequest.IdempotencyKey(
                SERVER, CutoffBody.type(cutoff), cutoff.key(), new byte[0], cutoff.key());
    }

    /**
     * Fails unless the append stored the cut-off. Such an append is never refused. If one is, no edge learns of the cut-off, so
     * the caller must fail.
     */
    private static Future<Void> requireStored(AppendResult outcome) {
        return outcome instanceof AppendResult.Stored || outcome instanceof AppendResult.Duplicate
                ? Future.succeededFuture()
                : Future.failedFuture(new StoreFailure("a cut-off was not appended"));
    }
}
