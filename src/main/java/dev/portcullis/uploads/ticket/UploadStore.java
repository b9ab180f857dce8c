package dev.portcullis.uploads.ticket;

import dev.portcullis.store.Lanes;
import dev.portcullis.uploads.ticket.UploadQuota.Excess;
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
    int LANES = Lanes.COUNT;

    /**
     * Adds an issued upload, if its owner has room for it; else says what is exceeded. Its bytes count from now on.
     */
    Future<Optional<Excess>> issue(Upload upload, UploadQuota quota);

    /**
     * Uses a ticket: the upload is received from now on. Empty if it is not known, was used, or is due, which look the
     * same to its holder.
     *
     * @param dueAt when all must have arrived
     */
    Future<Optional<Upload>> take(FileId id, String ticketHash, long now, long dueAt);

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
     * Begins the end of uploads in a lane that are due. Of several nodes that ask, one gets each.
     *
     * @param retryAt as for {@link #end}
     */
    Future<List<Upload>> claimDue(int lane, long now, int limit, long retryAt);

    /**
     * Removes an upload whose end has begun and whose file is deleted. Its bytes count no more. False if there is none: another
     * caller was faster.
     */
    Future<Boolean> remove(FileId id);

    Future<Optional<Upload>> find(FileId id);

    /** The folder that the rows are bound to; empty if they are bound to none yet. */
    Future<Optional<String>> boundFolder();

    /**
     * Binds the rows to the folder that has their files, unless they are bound.
     *
     * @return what they were bound to before, and are still; empty if they are bound to this one from now on
     */
    Future<Optional<String>> bind(String folder);

    /**
     * Some uploads of a lane. Those that are there all the time are in some page, maybe in several.
     *
     * @param from empty to begin, then what the page before says
     */
    Future<Page> page(int lane, String from, int about);

    /** @param next from where to go on; empty at the end */
    record Page(List<Upload> uploads, String next) {
        public Page {
            uploads = List.copyOf(uploads);
        }
    }
}
