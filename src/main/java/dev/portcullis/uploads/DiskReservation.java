package dev.portcullis.uploads;

import dev.portcullis.store.StoreFailure;
import dev.portcullis.uploads.disk.DiskQuota;
import dev.portcullis.uploads.ticket.FileId;
import dev.portcullis.uploads.ticket.Upload;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The room that each file takes on the disk of a node: from the use of its ticket until its row is gone. Where the store did
 * not say whether the ticket was used, the file keeps its room, once for all attempts with this ticket. Used by all threads.
 */
final class DiskReservation {
    private final DiskQuota quota;

    /** Files with room whose tickets may still be unused. */
    private final Set<FileId> uncertain = ConcurrentHashMap.newKeySet();

    /** The result of an attempt to reserve. */
    enum Reservation {
        NEW,
        /** An earlier attempt has reserved the space. */
        KEPT,
        NONE
    }

    DiskReservation(DiskQuota quota) {
        this.quota = quota;
    }

    Reservation reserve(Upload upload) {
        if (uncertain.contains(upload.id())) {
            return Reservation.KEPT;
        }
        return quota.tryReserve(upload.size()) ? Reservation.NEW : Reservation.NONE;
    }

    /** The ticket is used: the row counts now. */
    void used(Upload upload) {
        uncertain.remove(upload.id());
    }

    /** The ticket was good for nothing. */
    void unused(Upload upload, Reservation reservation) {
        if (reservation == Reservation.NEW) {
            quota.release(upload.size());
        }
    }

    /** Whether the ticket is used is not known, unless the store says so. */
    void failed(Upload upload, Reservation reservation, Throwable failure) {
        if (failure instanceof StoreFailure store && store.isNotApplied()) {
            unused(upload, reservation);
        } else if (reservation == Reservation.NEW) {
            uncertain.add(upload.id());
        }
    }

    /** The row is gone. */
    void removed(Upload upload) {
        boolean kept = uncertain.remove(upload.id());
        if (kept || upload.state().isOnDisk()) {
            quota.release(upload.size());
        }
    }
}
