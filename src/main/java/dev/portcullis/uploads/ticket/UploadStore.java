package dev.portcullis.uploads.ticket;

import dev.portcullis.protocol.UserId;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the rows of uploads. Each method is one atomic step. Times are milliseconds of the store's clock. A failed future
 * means that the store failed, and that the step may or may not be done; every step may be repeated, but {@link #take},
 * whose repeat finds a used ticket.
 *
 * <p>The file goes before its row: {@link #end} or {@link #claimDue}, then the file, then {@link #remove}. So a node that dies
 * between leaves a row that is claimed again, and no file that nothing knows of.
 */
public interface UploadStore {
    /**
     * Adds an issued upload, if it exceeds no share; else says which. Its bytes count for its owner from now on. Its owner is known
     * from their first call on, whatever came of it.
     */
    Future<Optional<Excess>> issue(Upload upload, SharePolicy policy);

    /**
     * Uses a ticket: the upload is received from now on, if its file exceeds no share.
     *
     * @param dueAt when all must have arrived
     */
    Future<TakeResult> take(FileId id, String ticketHash, long now, long dueAt, SharePolicy policy);

    /**
     * Keeps an upload that was received in time. False if it came too late: then its file is to be deleted.
     *
     * @param dueAt when the file is to be deleted
     */
    Future<Boolean> keep(FileId id, long now, long dueAt);

    /**
     * Begins the end of an upload, whatever its state is; empty if there is none. Its file is to be deleted.
     *
     * @param retryAt when others may claim it, since the caller must have died
     */
    Future<Optional<Upload>> end(FileId id, long retryAt);

    /**
     * Begins the end of uploads that are due. Of several nodes that ask, one gets each.
     *
     * @param limit of how many are looked at
     * @param retryAt as for {@link #end}
     */
    Future<Due> claimDue(long now, int limit, long retryAt);

    /**
     * Removes an upload whose end has begun and whose file is deleted. Its bytes count no more. False if there is none: another
     * caller was faster.
     */
    Future<Boolean> remove(FileId id);

    Future<Optional<Upload>> find(FileId id);

    /** What all uploads sum up to. */
    Future<Sums> all();

    /**
     * Users who have uploads, those with most bytes first. Where that changes meanwhile, a user may be in two pages, or in none.
     *
     * @param from empty to begin, then what the page before says
     */
    Future<Page<Holder>> holders(String from, int limit);

    /**
     * The uploads of a user, the oldest first.
     *
     * @param from empty to begin, then what the page before says
     */
    Future<Page<Upload>> of(UserId owner, String from, int limit);

    /** Forgets since when a user is known, as soon as they have no uploads. */
    Future<Void> forget(UserId owner);

    /**
     * Forgets users who have no uploads and asked for no ticket since then.
     *
     * @param limit of how many are looked at
     */
    Future<Integer> forgetUnseen(long since, int limit);

    /** The folder that the rows are bound to; empty if they are bound to none yet. */
    Future<Optional<String>> boundFolder();

    /**
     * Binds the rows to the folder that has their files, unless they are bound.
     *
     * @return what they were bound to before, and are still; empty if they are bound to this one from now on
     */
    Future<Optional<String>> bind(String folder);

    /**
     * Some uploads. Those that are there all the time are in some page, maybe in several.
     *
     * @param from empty to begin, then what the page before says
     */
    Future<Page<Upload>> page(String from, int about);

    /** @param next from where to go on; empty at the end */
    record Page<T>(List<T> found, String next) {
        public Page {
            found = List.copyOf(found);
        }
    }

    /**
     * @param claimed by this caller
     * @param more whether more may be due: as many as the limit were looked at
     */
    record Due(List<Upload> claimed, boolean more) {
        public Due {
            claimed = List.copyOf(claimed);
        }
    }
}
