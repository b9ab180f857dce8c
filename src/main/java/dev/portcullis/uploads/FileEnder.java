package dev.portcullis.uploads;

import dev.portcullis.resilience.ChunkedCalls;
import dev.portcullis.uploads.ticket.FileId;
import dev.portcullis.uploads.ticket.Upload;
import dev.portcullis.uploads.ticket.UploadStore;
import io.vertx.core.Future;
import java.util.Collections;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends uploads: the file first, then the row, so that a crash between leaves what the next sweep finds. */
final class FileEnder {
    private static final Logger LOG = LoggerFactory.getLogger(FileEnder.class);

    private static final int PART = 100;

    /** After this time another node claims what this one has not ended. */
    private static final long RETRY_MS = 60_000;

    private final UploadTickets tickets;
    private final UploadStore store;
    private final Function<FileId, Future<?>> deletion;
    private final Consumer<Upload> onRemoved;

    /**
     * @param deletion deletes all that there is of a file; may be repeated
     * @param onRemoved called once for each upload that counts no more
     */
    FileEnder(UploadTickets tickets, Function<FileId, Future<?>> deletion, Consumer<Upload> onRemoved) {
        this.tickets = tickets;
        this.store = tickets.store();
        this.deletion = deletion;
        this.onRemoved = onRemoved;
    }

    /** Ends one upload, whatever its state is. Its file goes also where its row went while it arrived. */
    Future<Void> end(FileId id) {
        return store.end(id, retryAt())
                .compose(ended -> ended.map(this::finish)
                        .orElseGet(() -> deletion.apply(id).mapEmpty()));
    }

    /** Ends all uploads that are due, and returns how many have ended. An upload that fails is tried again by a later sweep. */
    Future<Integer> sweep() {
        return sweep(any -> false, any -> Future.succeededFuture(false));
    }

    /**
     * Like {@link #sweep()}, with uploads that are due and may have to stay.
     *
     * @param unsure whether an upload is one of them
     * @param settlement lets such an upload stay, or ends it and returns true
     */
    Future<Integer> sweep(Predicate<Upload> unsure, Function<Upload, Future<Boolean>> settlement) {
        return sweep(0, unsure, settlement);
    }

    private Future<Integer> sweep(int before, Predicate<Upload> unsure, Function<Upload, Future<Boolean>> settlement) {
        return store.claimDue(tickets.now(), PART, retryAt(), unsure)
                .compose(due -> ChunkedCalls.run(
                                due.claimed(),
                                1,
                                claimed -> orWarn(
                                        claimed.state().isEnding()
                                                ? finish(claimed).map(true)
                                                : settlement.apply(claimed)))
                        .compose(done -> {
                            int ended = before + Collections.frequency(done, true);
                            return due.more() ? sweep(ended, unsure, settlement) : Future.succeededFuture(ended);
                        }));
    }

    private static Future<Boolean> orWarn(Future<Boolean> end) {
        return end.onFailure(failure -> LOG.atWarn()
                        .addKeyValue("event", "uploads.delete.failed")
                        .setCause(failure)
                        .log("a file could not be deleted; it is tried again"))
                .otherwise(false);
    }

    private Future<Void> finish(Upload ended) {
        return deletion.apply(ended.id())
                .compose(any -> store.remove(ended.id()))
                .onSuccess(removed -> {
                    if (removed) {
                        onRemoved.accept(ended);
                    }
                })
                .mapEmpty();
    }

    private long retryAt() {
        return tickets.now() + RETRY_MS;
    }
}
